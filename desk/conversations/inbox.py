"""The inbox: updates stored as they came, each once, and taken in order per chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from desk import waiting as waits
from desk.conversations.model import OPEN, InboxUpdate
from desk.observing import once_kept
from desk.store import others_write
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


# What is asked for every message is put together once: that takes longer than asking it.
_KNOWN = select(InboxUpdate.update_key).where(
    InboxUpdate.channel == bindparam("channel"), InboxUpdate.update_key.in_(bindparam("keys", expanding=True))
)


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
    stored = set(session.scalars(_KNOWN, {"channel": channel, "keys": list(by_key)}))
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


_OTHER = aliased(InboxUpdate)
_WORKER: BindParameter[str | None] = bindparam("worker", type_=String)
_AT: BindParameter[dt.datetime] = bindparam("now")
_LONG_AGO: BindParameter[dt.datetime] = bindparam("long_ago")
_AHEAD: BindParameter[dt.datetime] = bindparam("ahead")
#: Whether nothing else of the chat is in hand or, for what waits, waits before it.
_IS_FIRST_OF_ITS_CHAT = ~exists().where(
    _OTHER.channel == InboxUpdate.channel,
    _OTHER.chat_address == InboxUpdate.chat_address,
    _OTHER.state.in_([literal_column(f"'{state}'") for state in OPEN]),  # as the index of these has it
    _OTHER.id != InboxUpdate.id,
    or_(
        and_(_OTHER.state == "processing", or_(InboxUpdate.state == "stored", _OTHER.id < InboxUpdate.id)),
        and_(
            _OTHER.state == "stored",
            InboxUpdate.state == "stored",
            or_(
                _OTHER.position < InboxUpdate.position,
                and_(_OTHER.position == InboxUpdate.position, _OTHER.id < InboxUpdate.id),
            ),
        ),
    ),
)
_IS_WAITING = and_(
    InboxUpdate.state == "stored",
    or_(InboxUpdate.next_attempt_at.is_(None), InboxUpdate.next_attempt_at <= _AT),
)
#: Whether an update is due for an attempt, or lost by whoever had it.
_MAY_BE_TAKEN = or_(
    _IS_WAITING,
    and_(InboxUpdate.state == "stored", InboxUpdate.claimed_at > _AHEAD),  # a clock was put back: the wait is not known
    and_(
        InboxUpdate.state == "processing",
        or_(
            and_(
                InboxUpdate.claimed_by.is_(None),
                or_(InboxUpdate.claimed_at <= _LONG_AGO, InboxUpdate.claimed_at > _AHEAD),
            ),
            workers.is_lost(InboxUpdate.claimed_by, InboxUpdate.claimed_beat, workers.beats_in(LOST_AFTER)),
        ),
    ),
)
_DUE = select(InboxUpdate.id, InboxUpdate.chat_address).where(
    InboxUpdate.channel == bindparam("channel"), _MAY_BE_TAKEN, _IS_FIRST_OF_ITS_CHAT
)
_FIRST_DUE = _DUE.order_by(InboxUpdate.id).limit(CANDIDATES)
_ONE_DUE = _DUE.limit(1)
_FIRST_DUE_BUT = _FIRST_DUE.where(InboxUpdate.chat_address.not_in(bindparam("but", expanding=True)))
_WANTED = select(InboxUpdate.id, InboxUpdate.chat_address).where(
    InboxUpdate.channel == bindparam("channel"), InboxUpdate.update_key == bindparam("key"), _IS_WAITING
)
# One that was stopped in the midst of a write holds the row still: nobody waits for that.
_FREE = select(InboxUpdate.id).where(InboxUpdate.id == bindparam("update")).with_for_update(skip_locked=True)


def _taking(may_be: ColumnElement[bool]) -> ReturningUpdate[InboxUpdate]:
    """Take an update if it still may be.

    That is looked at once the chat is locked: two updates of a chat that became known at the same moment are not both
    taken.
    """
    return (
        update(InboxUpdate)
        .where(InboxUpdate.id == bindparam("update"), may_be, _IS_FIRST_OF_ITS_CHAT, workers.may_claim(_WORKER))
        .values(
            state="processing",
            claimed_at=_AT,
            claimed_by=_WORKER,
            claimed_beat=workers.beats_of(_WORKER),
            attempts=InboxUpdate.attempts + 1,
        )
        .returning(InboxUpdate)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


_TAKE_DUE, _TAKE_WANTED = _taking(_MAY_BE_TAKEN), _taking(_IS_WAITING)


def claim_next(
    session: Session, channel: str, at: dt.datetime, by: str | None = None, *, but: Collection[str] = ()
) -> InboxUpdate | None:
    """Take the oldest update that is due for the worker ``by``; None where there is none, or no such worker.

    Chats are worked on in parallel, the updates of one chat one after the other. What a worker lost is taken again.
    Chats ``but`` are left for later.
    """
    asked = {"channel": channel, **_moments(at)}
    candidates = (
        session.execute(_FIRST_DUE_BUT, {**asked, "but": list(but)}) if but else session.execute(_FIRST_DUE, asked)
    )
    for update_id, chat in candidates.all():
        taken = _take(session, _TAKE_DUE, f"{channel} {chat}", update_id, at, by)
        if taken is not None:
            return taken
    return None


def claim(session: Session, channel: str, key: str, at: dt.datetime, by: str | None = None) -> InboxUpdate | None:
    """Take one particular update, for a door that answers while its caller waits; None when it is not to be had.

    It is not to be had while an earlier one of the same chat is unfinished, or before its next attempt is due.
    """
    wanted = session.execute(_WANTED, {"channel": channel, "key": key, "now": at}).one_or_none()
    if wanted is None:
        return None
    return _take(session, _TAKE_WANTED, f"{channel} {wanted.chat_address}", wanted.id, at, by)


def _take(
    session: Session,
    take: ReturningUpdate[InboxUpdate],
    chat: str,
    update_id: int,
    at: dt.datetime,
    by: str | None,
) -> InboxUpdate | None:
    """None when the race for the update, or for its chat, is lost."""
    if not workers.lock(session, _CHATS, chat):
        return None
    if others_write(session) and session.scalar(_FREE, {"update": update_id}) is None:
        return None
    return session.scalar(take, {"update": update_id, "worker": by, **_moments(at)})


def any_due(session: Session, channel: str, at: dt.datetime) -> bool:
    """Whether claim_next would find something, but for what others are about to take."""
    return session.execute(_ONE_DUE, {"channel": channel, **_moments(at)}).first() is not None


def _moments(at: dt.datetime) -> dict[str, dt.datetime]:
    return {"now": at, "long_ago": at - LOST_AFTER, "ahead": at + waits.AHEAD}


def is_at_work_for(session: Session, channel: str, chat_address: str) -> bool:
    """Whether an update of one chat is not finished."""
    theirs = InboxUpdate.channel == channel, InboxUpdate.chat_address == chat_address, InboxUpdate.state.in_(OPEN)
    return session.scalar(select(InboxUpdate.id).where(*theirs).limit(1)) is not None


def waiting(session: Session, channel: str) -> int:
    """How many updates of a channel are not finished."""
    rows = session.scalars(select(InboxUpdate.id).where(InboxUpdate.channel == channel, InboxUpdate.state.in_(OPEN)))
    return len(rows.all())
