"""The inbox: updates stored as they came, taken in order per chat, and finished exactly once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from desk.conversations.model import InboxUpdate, Message

#: After this many attempts an update is set aside as failed, and the person is told.
ATTEMPTS = 5
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (1, 3, 10, 30))
#: A claimed update whose worker has not finished it for so long is taken by another.
LOST_AFTER = dt.timedelta(seconds=90)

_OPEN = ("stored", "processing")


class Overtaken(Exception):
    """Another worker has finished the update: this one was thought lost, and what it did must not be kept."""


@dataclass(frozen=True)
class RawUpdate:
    """An update as its channel delivered it: the channel's key for it, whose chat it is, and the body."""

    key: str
    chat: str
    body: str


def store(session: Session, channel: str, updates: Iterable[RawUpdate], at: dt.datetime) -> int:
    """Store those updates that are new to the desk; returns how many. Commit before acknowledging any."""
    stored = 0
    for raw in updates:
        known = session.scalar(
            select(InboxUpdate.id).where(InboxUpdate.channel == channel, InboxUpdate.update_key == raw.key)
        )
        if known is None:
            session.add(
                InboxUpdate(channel=channel, update_key=raw.key, chat_address=raw.chat, body=raw.body, received_at=at)
            )
            session.flush()
            stored += 1
    return stored


def claim_next(session: Session, channel: str, at: dt.datetime) -> InboxUpdate | None:
    """Take the oldest update that is due; None where there is none.

    Chats are worked on in parallel, the updates of one chat one after the other. What a worker lost is taken again.
    """
    lost = (InboxUpdate.state == "processing") & (InboxUpdate.claimed_at <= at - LOST_AFTER)
    due = (InboxUpdate.state == "stored") & or_(
        InboxUpdate.next_attempt_at.is_(None), InboxUpdate.next_attempt_at <= at
    )
    oldest = (
        select(InboxUpdate.id)
        .where(InboxUpdate.channel == channel, or_(due, lost), _is_first_of_its_chat(channel))
        .order_by(InboxUpdate.id)
        .limit(1)
        .scalar_subquery()
    )
    claimed = session.scalar(
        update(InboxUpdate)
        .where(InboxUpdate.id == oldest, or_(due, lost))
        .values(state="processing", claimed_at=at, attempts=InboxUpdate.attempts + 1)
        .returning(InboxUpdate.id)
    )
    return session.get_one(InboxUpdate, claimed, populate_existing=True) if claimed is not None else None


def claim(session: Session, channel: str, key: str, at: dt.datetime) -> InboxUpdate | None:
    """Take one particular update, for a door that answers while its caller waits; None when it is not to be had.

    It is not to be had while an earlier one of the same chat is unfinished, or before its next attempt is due.
    """
    wanted = (
        select(InboxUpdate.id)
        .where(InboxUpdate.channel == channel, InboxUpdate.update_key == key, _is_first_of_its_chat(channel))
        .scalar_subquery()
    )
    is_due = or_(InboxUpdate.next_attempt_at.is_(None), InboxUpdate.next_attempt_at <= at)
    claimed = session.scalar(
        update(InboxUpdate)
        .where(InboxUpdate.id == wanted, InboxUpdate.state == "stored", is_due)
        .values(state="processing", claimed_at=at, attempts=InboxUpdate.attempts + 1)
        .returning(InboxUpdate.id)
    )
    return session.get_one(InboxUpdate, claimed, populate_existing=True) if claimed is not None else None


def _is_first_of_its_chat(channel: str) -> ColumnElement[bool]:
    """Whether no earlier update of the chat is unfinished."""
    earlier = aliased(InboxUpdate)
    return ~exists().where(
        earlier.channel == channel,
        earlier.chat_address == InboxUpdate.chat_address,
        earlier.state.in_(_OPEN),
        earlier.id < InboxUpdate.id,
    )


def hold(session: Session, update_id: int) -> None:
    """Lock an update until the transaction ends; raises Overtaken when it is settled already.

    Whoever settles an update and whoever acts for it take this lock first, so that of the two one sees the other.
    """
    _must_be_open(session, InboxUpdate.id == update_id)


def hold_of_message(session: Session, message_id: str) -> None:
    """As ``hold``, for the update that brought a message; what no update brought is always open.

    An act that the dialogue carries out late, when the person has been answered without it, must have no effect of
    which they are never told.
    """
    _must_be_open(
        session, InboxUpdate.id == select(Message.update_id).where(Message.id == message_id).scalar_subquery()
    )


def _must_be_open(session: Session, which: ColumnElement[bool]) -> None:
    state = session.scalar(select(InboxUpdate.state).where(which).with_for_update())
    if state is not None and state not in _OPEN:
        raise Overtaken("the update is settled")


def finish(session: Session, update_id: int, result: str, at: dt.datetime) -> None:
    """The update has had its effects, in the same transaction as this; ``result`` says which part took it.

    Raises Overtaken when it was finished before: of two workers only one has its effects kept.
    """
    finished = session.scalar(
        update(InboxUpdate)
        .where(InboxUpdate.id == update_id, InboxUpdate.state.in_(_OPEN))
        .values(state="done", result=result, finished_at=at)
        .returning(InboxUpdate.id)
    )
    if finished is None:
        raise Overtaken(f"update {update_id}")


def put_back(session: Session, update_id: int, error: str, at: dt.datetime) -> bool:
    """Leave an update for another attempt; returns False when it has had its last and is set aside as failed."""
    row = session.get_one(InboxUpdate, update_id)
    if row.state not in _OPEN:
        return True
    row.result = error
    if row.attempts >= ATTEMPTS:
        row.state, row.finished_at = "failed", at
        return False
    row.state = "stored"
    row.next_attempt_at = at + BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    return True


def wait(session: Session, update_id: int, why: str, at: dt.datetime) -> None:
    """Leave an update for an attempt by the back-off; unlike ``put_back`` it is never set aside by this."""
    row = session.get_one(InboxUpdate, update_id)
    row.state, row.result = "stored", why
    row.next_attempt_at = at + BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]


def take_back(session: Session, channel: str) -> int:
    """At the start of a channel's only door: what its predecessor had in hand is due again; returns how many."""
    dropped = session.scalars(
        update(InboxUpdate)
        .where(InboxUpdate.channel == channel, InboxUpdate.state == "processing")
        .values(state="stored", next_attempt_at=None)
        .returning(InboxUpdate.id)
    )
    return len(dropped.all())


def is_at_work_for(session: Session, channel: str, chat_address: str) -> bool:
    """Whether an update of one chat is not finished."""
    theirs = InboxUpdate.channel == channel, InboxUpdate.chat_address == chat_address, InboxUpdate.state.in_(_OPEN)
    return session.scalar(select(InboxUpdate.id).where(*theirs).limit(1)) is not None


def waiting(session: Session, channel: str) -> int:
    """How many updates of a channel are not finished."""
    rows = session.scalars(select(InboxUpdate.id).where(InboxUpdate.channel == channel, InboxUpdate.state.in_(_OPEN)))
    return len(rows.all())
