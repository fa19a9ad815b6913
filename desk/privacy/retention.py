"""Carrying the retention out: what is due, what is held, what was forgotten when, and a run that only looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.privacy.jobs import JOBS, AllAtOnce, Each, Job, Source
from desk.privacy.model import RetentionDay, RetentionLook

#: The report counts what is kept by its age: younger than so many days each, and older than all.
AGES = (30, 365, 730)
#: So much of a job at a time: conversations and the like, and rows that go by one statement.
ONE_BY_ONE, AT_ONCE = 50, 500
Which = Callable[[Source], ColumnElement[bool]]


@dataclass(frozen=True)
class Standing:
    """What one job has before it: ``kept`` counts what is there still, ``by_age`` the same by AGES and beyond.

    ``due`` is what is past its time and is forgotten by the next run, ``held`` what is past it and stays by a legal
    hold; ``oldest`` is since when the oldest that is kept counts. ``forgotten`` counts what was in the last 30 days.
    """

    job: str
    time: dt.timedelta
    kept: int
    by_age: tuple[int, ...]
    due: int
    held: int
    oldest: dt.datetime | None
    oldest_due: dt.datetime | None
    forgotten: int


@dataclass(frozen=True)
class Done:
    """What one job forgot; ``oldest`` is since when the oldest of it counted. ``is_more``: perhaps not all was."""

    job: str
    forgotten: int
    oldest: dt.datetime | None
    is_more: bool = False


def report(desk: Desk, session: Session, *, counted: bool = True, days: int = 30) -> list[Standing]:
    """How it stands with every job, in the order of content/privacy.yml; reads only.

    Without ``counted`` what is kept is not counted, which takes its time where there is much.
    """
    return [_standing(desk, session, JOBS[name], days, counted=counted) for name in desk.rules.privacy.jobs()]


def forgotten_on(session: Session, since: dt.date) -> list[RetentionDay]:
    """What was forgotten on each day from then on, the newest day first."""
    query = select(RetentionDay).where(RetentionDay.day >= since)
    return list(session.scalars(query.order_by(RetentionDay.day.desc(), RetentionDay.job)))


def run(desk: Desk, jobs: Collection[str] | None = None) -> list[Done]:
    """Forget all that is due now, of these jobs or of all; what was forgotten, job by job."""
    wanted = [JOBS[name] for name in desk.rules.privacy.jobs() if jobs is None or name in jobs]
    return [_whole(desk, job) for job in wanted]


def run_due(desk: Desk) -> None:
    """What the clock does: each job whose time to look has come, some of it where there is much."""
    with desk.store.reading() as session:
        looked = {row.job: row.at for row in session.scalars(select(RetentionLook))}
    for name in desk.rules.privacy.jobs():
        job, at = JOBS[name], desk.now()
        # A clock that was put back must not keep a job from looking.
        if name in looked and looked[name] <= at < looked[name] + job.every:
            continue
        if not any(_some(desk, job, source).is_more for source in job.sources):
            with desk.store.writing() as session:
                session.merge(RetentionLook(job=name, at=at))


def _whole(desk: Desk, job: Job) -> Done:
    """All that is due of a job, some after some."""
    forgotten, oldest = 0, None
    for source in job.sources:
        is_more = True
        while is_more:
            done = _some(desk, job, source)
            forgotten, is_more = forgotten + done.forgotten, done.is_more and done.forgotten > 0
            oldest = min((each for each in (oldest, done.oldest) if each is not None), default=None)
    return Done(job.name, forgotten, oldest)


def _some(desk: Desk, job: Job, source: Source) -> Done:
    """The oldest of what is due, so much that nobody waits for long."""
    due = source.due(desk.now() - desk.rules.privacy.time_of(job.name))
    if isinstance(source.how, Each):
        return _one_by_one(desk, job, source, source.how, due)
    return _at_once(desk, job, source, source.how, due)


def _one_by_one(desk: Desk, job: Job, source: Source, how: Each, due: ColumnElement[bool]) -> Done:
    """Each in a transaction of its own; of two clocks each is forgotten by one."""
    query = select(how.id, source.since).where(due).order_by(source.since).limit(ONE_BY_ONE)
    with desk.store.reading() as session:
        found = [(id_, since) for id_, since in session.execute(query)]
    forgotten: list[dt.datetime] = []
    for id_, since in found:
        with desk.store.writing() as session:
            if how.forget(session, id_, desk.now()):
                _note(desk, session, job, 1, since)
                forgotten.append(since)
    return Done(job.name, len(forgotten), min(forgotten, default=None), len(found) == ONE_BY_ONE)


def _at_once(desk: Desk, job: Job, source: Source, how: AllAtOnce, due: ColumnElement[bool]) -> Done:
    """Up to a moment before which there are not too many; whatever is of the same moment goes with them."""
    in_order = select(source.since).where(due).order_by(source.since)
    with desk.store.reading() as session:
        oldest = session.scalar(in_order.limit(1))
        edge = session.scalar(in_order.offset(AT_ONCE - 1).limit(1))
    if oldest is None:
        return Done(job.name, 0, None)
    with desk.store.writing() as session:
        forgotten = how(session, due if edge is None else and_(due, source.since <= edge))
        if forgotten:
            _note(desk, session, job, forgotten, oldest)
    return Done(job.name, forgotten, oldest if forgotten else None, edge is not None)


def _note(desk: Desk, session: Session, job: Job, forgotten: int, oldest: dt.datetime) -> None:
    """Add to the day's account, in the transaction in which it was forgotten."""
    key = (RetentionDay.day == desk.today(), RetentionDay.job == job.name)
    since = literal(oldest, RetentionDay.oldest.type)
    more = {
        "forgotten": RetentionDay.forgotten + forgotten,
        "oldest": case((RetentionDay.oldest <= since, RetentionDay.oldest), else_=since),
    }
    added = update(RetentionDay).where(*key).values(**more).returning(RetentionDay.job)
    statement = added.execution_options(synchronize_session=False)
    if session.scalar(statement) is not None:
        return
    try:
        with session.begin_nested():
            session.add(RetentionDay(day=desk.today(), job=job.name, forgotten=forgotten, oldest=oldest))
    except IntegrityError:  # another clock was a moment earlier
        session.execute(statement)


def _standing(desk: Desk, session: Session, job: Job, days: int, *, counted: bool) -> Standing:
    now, time = desk.now(), desk.rules.privacy.time_of(job.name)
    before = now - time
    older = [_count(session, job.sources, _older_than(now - dt.timedelta(days=age))) if counted else 0 for age in AGES]
    kept = _count(session, job.sources, lambda source: source.kept) if counted else 0
    past = _count(session, job.sources, lambda source: source.past(before))
    due = _count(session, job.sources, lambda source: source.due(before))
    since = desk.today() - dt.timedelta(days=days)
    forgotten = select(func.sum(RetentionDay.forgotten)).where(RetentionDay.job == job.name, RetentionDay.day > since)
    return Standing(
        job=job.name,
        time=time,
        kept=kept,
        by_age=tuple(more - fewer for more, fewer in zip([kept, *older], [*older, 0], strict=True)),
        due=due,
        held=past - due,
        oldest=_oldest(session, job.sources, lambda source: source.kept) if counted else None,
        oldest_due=_oldest(session, job.sources, lambda source: source.due(before)),
        forgotten=int(session.scalar(forgotten) or 0),
    )


def _older_than(edge: dt.datetime) -> Which:
    return lambda source: source.kept & (source.since <= edge)


def _count(session: Session, sources: Iterable[Source], which: Which) -> int:
    return sum(session.scalar(select(func.count(source.since)).where(which(source))) or 0 for source in sources)


def _oldest(session: Session, sources: Iterable[Source], which: Which) -> dt.datetime | None:
    found = [session.scalar(select(func.min(source.since)).where(which(source))) for source in sources]
    return min((each for each in found if each is not None), default=None)
