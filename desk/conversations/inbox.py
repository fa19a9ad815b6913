"""The inbox: updates stored as they came, each once, and taken in order per chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from desk import waiting as waits
from desk.conversations.model import OPEN, InboxUpdate
from desk.observing import once_kept
from desk.workers import service as workers

#: An update that is in hand for so long is taken by another, though the process that has it lives.
LOST_AFTER = dt.timedelta(seconds=90)
#: Among so many that could be taken one is sought that nobody else is about to take.
CANDIDATES = 8

_CHATS = 1  # what the claims of the inbox are told by from others that lock


@dataclass(frozen=True)
class RawUpdate:
    """An update as its channel delivered it: the channel's key for it, whose chat it is, and the body.

    ``number`` is the channel's own count of its updates, where it has one: by it the updates of a chat are ordered,
    and not by when they arrived.
    """

    key: str
    chat: str
    body: str
    number: int | None = None


def store(session: Session, channel: str, updates: Iterable[RawUpdate], at: dt.datetime) -> int:
    """Store those updates that are new to the desk; returns how many. Commit before acknowledging any."""
    new = _new(session, channel, list(updates))
    rows = [_row(channel, raw, at) for raw in new]
    if not rows:
        return 0
    if _added(session, rows):
        stored = len(rows)
    else:  # another process is storing some of them at this moment
        stored = sum(_added(session, [_row(channel, raw, at)]) for raw in _new(session, channel, new))
    if stored:
        once_kept(session, lambda observer: observer.received(channel, stored))
    return stored


def _new(session: Session, channel: str, updates: list[RawUpdate]) -> list[RawUpdate]:
    """Those that are not known, each once."""
    by_key = {raw.key: raw for raw in reversed(updates)}
    known = select(InboxUpdate.update_key).where(
        InboxUpdate.channel == channel, InboxUpdate.update_key.in_(list(by_key))
    )
    stored = set(session.scalars(known))
    return [raw for raw in updates if raw.key not in stored and by_key[raw.key] is raw]


def _row(channel: str, raw: RawUpdate, at: dt.datetime) -> InboxUpdate:
    # Twice the number, so that between two there is a place for what is taken up again.
    place = 2 * raw.number if raw.number is not None else None
    return InboxUpdate(
        channel=channel, update_key=raw.key, chat_address=raw.chat, position=place, body=raw.body, received_at=at
    )


def _added(session: Session, rows: list[InboxUpdate]) -> bool:
    """Put all of these into the store, in their order; False where one of them is there, and then none is put."""
    without_a_place = [row for row in rows if row.position is None]
    for row in without_a_place:
        row.position = 0
    try:
        with session.begin_nested():
            session.add_all(rows)
            session.flush()
    except IntegrityError:
        return False
    for row in without_a_place:
        row.position = 2 * row.id
    return True


def claim_next(
    session: Session, channel: str, at: dt.datetime, by: str | None = None, *, but: Collection[str] = ()
) -> InboxUpdate | None:
    """Take the oldest update that is due for the worker ``by``; None where there is none, or no such worker.

    Chats are worked on in parallel, the updates of one chat one after the other. What a worker lost is taken again.
    Chats ``but`` are left for later.
    """
    beat = workers.beats_now(session, by)
    if by is not None and beat is None:
        return None
    candidates = (
        select(InboxUpdate.id, InboxUpdate.chat_address)
        .where(InboxUpdate.channel == channel, _may_be_taken(at), _is_first_of_its_chat(channel))
        .order_by(InboxUpdate.id)
        .limit(CANDIDATES)
    )
    if but:
        candidates = candidates.where(InboxUpdate.chat_address.not_in(but))
    for update_id, chat in session.execute(candidates).all():
        taken = _take(session, channel, update_id, chat, _may_be_taken(at), at, by, beat)
        if taken is not None:
            return taken
    return None


def claim(session: Session, channel: str, key: str, at: dt.datetime, by: str | None = None) -> InboxUpdate | None:
    """Take one particular update, for a door that answers while its caller waits; None when it is not to be had.

    It is not to be had while an earlier one of the same chat is unfinished, or before its next attempt is due.
    """
    beat = workers.beats_now(session, by)
    if by is not None and beat is None:
        return None
    is_due = or_(InboxUpdate.next_attempt_at.is_(None), InboxUpdate.next_attempt_at <= at)
    may_be = and_(InboxUpdate.state == "stored", is_due)
    wanted = session.execute(
        select(InboxUpdate.id, InboxUpdate.chat_address).where(
            InboxUpdate.channel == channel, InboxUpdate.update_key == key, may_be
        )
    ).one_or_none()
    if wanted is None:
        return None
    return _take(session, channel, wanted.id, wanted.chat_address, may_be, at, by, beat)


def _take(
    session: Session,
    channel: str,
    update_id: int,
    chat: str,
    may_be: ColumnElement[bool],
    at: dt.datetime,
    by: str | None,
    beat: int | None,
) -> InboxUpdate | None:
    """Take an update if that still may be; None when the race for it, or for its chat, is lost.

    Whether it may be is looked at once the chat is locked: two updates of a chat that became known at the same moment
    are not both taken.
    """
    if not workers.lock(session, _CHATS, f"{channel} {chat}"):
        return None
    # One that was stopped in the midst of a write holds the row still: nobody waits for that.
    free = select(InboxUpdate.id).where(InboxUpdate.id == update_id).with_for_update(skip_locked=True)
    if session.scalar(free) is None:
        return None
    taken = session.scalar(
        update(InboxUpdate)
        .where(InboxUpdate.id == update_id, may_be, _is_first_of_its_chat(channel))
        .values(state="processing", claimed_at=at, claimed_by=by, claimed_beat=beat, attempts=InboxUpdate.attempts + 1)
        .returning(InboxUpdate.id)
        .execution_options(synchronize_session=False)
    )
    return session.get_one(InboxUpdate, taken, populate_existing=True) if taken is not None else None


def any_due(session: Session, channel: str, at: dt.datetime) -> bool:
    """Whether claim_next would find something, but for what others are about to take."""
    due = select(InboxUpdate.id).where(
        InboxUpdate.channel == channel, _may_be_taken(at), _is_first_of_its_chat(channel)
    )
    return session.scalar(due.limit(1)) is not None


def _may_be_taken(at: dt.datetime) -> ColumnElement[bool]:
    """Whether an update is due for an attempt, or lost by whoever had it."""
    due = and_(
        InboxUpdate.state == "stored",
        or_(
            InboxUpdate.next_attempt_at.is_(None),
            InboxUpdate.next_attempt_at <= at,
            waits.is_ahead(InboxUpdate.claimed_at, at),
        ),
    )
    long_ago = or_(InboxUpdate.claimed_at <= at - LOST_AFTER, waits.is_ahead(InboxUpdate.claimed_at, at))
    lost = and_(
        InboxUpdate.state == "processing",
        or_(
            and_(InboxUpdate.claimed_by.is_(None), long_ago),
            workers.is_lost(InboxUpdate.claimed_by, InboxUpdate.claimed_beat, workers.beats_in(LOST_AFTER)),
        ),
    )
    return or_(due, lost)


def _is_first_of_its_chat(channel: str) -> ColumnElement[bool]:
    """Whether nothing else of the chat is in hand or, for what waits, waits before it."""
    other = aliased(InboxUpdate)
    waits_too = InboxUpdate.state == "stored"
    is_before = or_(
        other.position < InboxUpdate.position,
        and_(other.position == InboxUpdate.position, other.id < InboxUpdate.id),
    )
    return ~exists().where(
        other.channel == channel,
        other.chat_address == InboxUpdate.chat_address,
        other.state.in_([literal_column(f"'{state}'") for state in OPEN]),  # as the index of these has it
        other.id != InboxUpdate.id,
        or_(
            and_(other.state == "processing", or_(waits_too, other.id < InboxUpdate.id)),
            and_(other.state == "stored", waits_too, is_before),
        ),
    )


def is_at_work_for(session: Session, channel: str, chat_address: str) -> bool:
    """Whether an update of one chat is not finished."""
    theirs = InboxUpdate.channel == channel, InboxUpdate.chat_address == chat_address, InboxUpdate.state.in_(OPEN)
    return session.scalar(select(InboxUpdate.id).where(*theirs).limit(1)) is not None


def waiting(session: Session, channel: str) -> int:
    """How many updates of a channel are not finished."""
    rows = session.scalars(select(InboxUpdate.id).where(InboxUpdate.channel == channel, InboxUpdate.state.in_(OPEN)))
    return len(rows.all())
