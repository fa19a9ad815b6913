"""Leases on work: who is at work, whose work is lost, and what a process that ends gives back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.store import others_write
from desk.workers.model import Worker

#: Seconds between two signs of life of a process.
BEAT_EVERY = 2.0
#: A process that gave no sign for so many looks of another, one each BEAT_EVERY seconds, is taken for dead.
LEASE = 6
#: Put together once, for it is asked several times for every message.
_BEATS = select(Worker.beats).where(Worker.id == bindparam("worker"))


def beats_in(span: dt.timedelta) -> int:
    """How many signs of life a living process gives in a span of time, at most."""
    return int(span.total_seconds() / BEAT_EVERY)


def beat(session: Session, worker: Worker) -> None:
    """Keep a worker's row fresh with the beats and the moment that it has now; make it where it is missing.

    It is missing at the start, and where others took the process for dead while it was stopped.
    """
    signs = update(Worker).where(Worker.id == worker.id).values(beats=worker.beats, seen_at=worker.seen_at)
    if session.scalar(signs.returning(Worker.id)) is None:
        columns = ("id", "process", "instance", "beats", "started_at", "seen_at")
        session.add(Worker(**{name: getattr(worker, name) for name in columns}))


def at_work(session: Session) -> Sequence[Worker]:
    """All workers that are not known to be dead."""
    return session.scalars(select(Worker).order_by(Worker.started_at, Worker.id)).all()


def bury(session: Session, worker: str, beats: int) -> bool:
    """Take away the row of a worker that gave no sign after these beats; False where it has meanwhile.

    What it had in hand is lost from then on, and taken again by others. One that was stopped in the midst of a sign
    holds its row still, and nobody waits for that: the next look tries again.
    """
    missed = select(Worker.id).where(Worker.id == worker, Worker.beats == beats).with_for_update(skip_locked=True)
    if session.scalar(missed) is None:
        return False
    session.execute(delete(Worker).where(Worker.id == worker))
    return True


def leave(session: Session, worker: str) -> None:
    """A worker ends: nobody need wait until it is missed."""
    session.execute(delete(Worker).where(Worker.id == worker))


def beats_now(session: Session, worker: str | None) -> int | None:
    """The present beats of a worker; None where there is no such worker, or none is named."""
    return session.scalar(_BEATS, {"worker": worker}) if worker is not None else None


def beats_of(worker: BindParameter[str | None]) -> ScalarSelect[int]:
    """The present beats of the worker that a statement names, to be written with its claim."""
    return select(Worker.beats).where(Worker.id == worker).scalar_subquery()


def may_claim(worker: BindParameter[str | None]) -> ColumnElement[bool]:
    """Whether whoever a statement names may claim: a worker that is known, or a process without a lease (None).

    Whoever is not known may claim nothing: it would be lost at once.
    """
    return or_(worker.is_(None), exists().where(Worker.id == worker))


def is_lost(
    claimed_by: InstrumentedAttribute[str | None], claimed_beat: InstrumentedAttribute[int | None], hung_after: int
) -> ColumnElement[bool]:
    """Whether a worker's claim is lost: it is dead, or has given ``hung_after`` signs of life without finishing.

    A claim without a worker is never lost by this.
    """
    in_hand = exists().where(Worker.id == claimed_by, Worker.beats < claimed_beat + hung_after)
    return and_(claimed_by.is_not(None), ~in_hand)


def lock(session: Session, kind: int, key: str) -> bool:
    """Keep others from claiming work of the same key until this transaction ends; False where one is about to.

    ``kind`` tells keys of one kind from those of another. On SQLite nobody else is writing anyway.
    """
    if not others_write(session):
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(kind, func.hashtext(key)))))


class Watch:
    """What one process has seen of the others: it counts its own looks, so no clock has a part in it.

    A process that was itself stopped for long has looked no more often for that, and takes nobody for dead too soon.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}

    def look(self, signs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Take in the beats that each worker has now; returns the workers that gave no new sign for LEASE looks."""
        seen = {}
        for worker, beats in signs:
            before, looks = self._seen.get(worker, (beats, -1))
            seen[worker] = (beats, looks + 1 if before == beats else 0)
        self._seen = seen
        return [(worker, beats) for worker, (beats, looks) in seen.items() if looks >= LEASE]
