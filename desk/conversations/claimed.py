"""An update that somebody claimed: that it is still theirs, and how it ends: finished once, put back or waiting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from desk import waiting as waits
from desk.conversations.model import OPEN, InboxUpdate, Message
from desk.observing import once_kept

#: After this many attempts an update is set aside as failed, and the person is told.
ATTEMPTS = 5
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (1, 3, 10, 30))
# What is asked for every message is put together once: that takes longer than asking it.
_HELD = select(InboxUpdate).where(InboxUpdate.id == bindparam("update")).with_for_update()
_FINISH = (
    update(InboxUpdate)
    .where(InboxUpdate.id == bindparam("update"), InboxUpdate.state.in_(OPEN))
    .values(state="done", result=bindparam("how"), finished_at=bindparam("at"))
    .returning(InboxUpdate.id)
    .execution_options(synchronize_session=False)
)


class Overtaken(Exception):
    """Another has taken over the update: this worker was thought lost, and what it does must not be kept."""


@dataclass(frozen=True)
class Claim:
    """An update in somebody's hands: its id, whose (None: a process without a lease), and at which attempt.

    ``is_begun``: an attempt before has left something for the dialogue.
    """

    update_id: int
    worker: str | None
    attempt: int
    is_begun: bool = field(default=True, compare=False)

    @classmethod
    def of(cls, row: InboxUpdate) -> Claim:
        return cls(row.id, row.claimed_by, row.attempts, row.handed_over is not None)


def hold(session: Session, claim: Claim) -> None:
    """Make sure that an update is still in these hands, until the transaction ends; raises Overtaken.

    A worker that was stopped for long, or hung, must have no effect once another has taken the update.
    """
    row = session.scalar(_HELD, {"update": claim.update_id})
    if row is None or not _is_held(row, claim):
        raise Overtaken(f"update {claim.update_id}")


def must_hold(session: Session, claim: Claim) -> None:
    """As hold, but only for the moment: for a reading transaction."""
    row = session.get(InboxUpdate, claim.update_id)
    if row is None or not _is_held(row, claim):
        raise Overtaken(f"update {claim.update_id}")


def _is_held(row: InboxUpdate, claim: Claim) -> bool:
    return row.state == "processing" and Claim.of(row) == claim


def hold_open(session: Session, update_id: int) -> None:
    """Lock an update until the transaction ends; raises Overtaken when it is settled already.

    Whoever settles an update and whoever acts for it take this lock first, so that of the two one sees the other.
    """
    _must_be_open(session, InboxUpdate.id == update_id)


def hold_of_message(session: Session, message_id: str) -> None:
    """As ``hold_open``, for the update that brought a message; what no update brought is always open.

    An act that the dialogue carries out late, when the person has been answered without it, must have no effect of
    which they are never told.
    """
    _must_be_open(
        session, InboxUpdate.id == select(Message.update_id).where(Message.id == message_id).scalar_subquery()
    )


def _must_be_open(session: Session, which: ColumnElement[bool]) -> None:
    state = session.scalar(select(InboxUpdate.state).where(which).with_for_update())
    if state is not None and state not in OPEN:
        raise Overtaken("the update is settled")


def finish(session: Session, update_id: int, result: str, at: dt.datetime) -> None:
    """The update has had its effects, in the same transaction as this; ``result`` says which part took it.

    Raises Overtaken when it was finished before: of two workers only one has its effects kept.
    """
    if session.scalar(_FINISH, {"update": update_id, "how": result, "at": at}) is None:
        raise Overtaken(f"update {update_id}")


def put_back(session: Session, update_id: int, error: str, at: dt.datetime, claim: Claim | None = None) -> bool:
    """Leave an update for another attempt; returns False when it has had its last and is set aside as failed.

    What another has finished, or taken over from the ``claim`` that is given, is left as it is.
    """
    row = session.scalars(select(InboxUpdate).where(InboxUpdate.id == update_id).with_for_update()).one()
    if row.state not in OPEN or (claim is not None and not _is_held(row, claim)):
        return True
    row.result = error
    if row.attempts >= ATTEMPTS:
        row.state, row.finished_at = "failed", at
        once_kept(session, lambda observer: observer.put_back(row.channel, "set_aside"))
        return False
    row.state, row.claimed_at = "stored", at
    row.next_attempt_at = at + waits.back_off(BACK_OFF, row.attempts)
    once_kept(session, lambda observer: observer.put_back(row.channel, "retried"))
    return True


def wait(session: Session, update_id: int, why: str, at: dt.datetime) -> None:
    """Leave an update for an attempt by the back-off; unlike ``put_back`` it is never set aside by this."""
    row = session.get_one(InboxUpdate, update_id)
    row.state, row.result, row.claimed_at = "stored", why, at
    row.next_attempt_at = at + waits.back_off(BACK_OFF, row.attempts)
    once_kept(session, lambda observer: observer.put_back(row.channel, "retried"))


def give_back(session: Session, worker: str) -> int:
    """A worker ends: what it has in hand is due at once for others, and not counted as an attempt; returns how many."""
    given = session.scalars(
        update(InboxUpdate)
        .where(InboxUpdate.state == "processing", InboxUpdate.claimed_by == worker)
        .values(state="stored", next_attempt_at=None, attempts=InboxUpdate.attempts - 1)
        .returning(InboxUpdate.id)
    )
    return len(given.all())
