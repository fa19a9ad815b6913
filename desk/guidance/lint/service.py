"""The linter over the store: now for whoever asks, and once a day and after each publication for the review tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance.lint import tasks
from desk.guidance.lint.findings import Finding
from desk.guidance.lint.linter import lint
from desk.guidance.lint.model import LintRun
from desk.guidance.lint.reading import law_on, linted
from desk.guidance.model import GuidanceVersion, Publication
from desk.law.register import changes_so_far


@dataclass(frozen=True)
class Report:
    """What was found in so many entries, as of a day."""

    as_of: dt.date
    entries: int
    findings: list[Finding]


@dataclass(frozen=True)
class Work:
    """Findings of some entries, read and not yet written: ``entries`` are those that were read."""

    day: dt.date
    publication_no: int
    law_changes: int
    entries: frozenset[str]
    findings: list[Finding]
    counted: int


def lint_store(desk: Desk, session: Session, as_of: dt.date, entries: Collection[str] | None = None) -> Report:
    """What is wrong, or may be, with what is published, as of a day."""
    guidance_read = linted(session, as_of, entries)
    found = lint(guidance_read, law_on(desk, session, as_of))
    return Report(as_of, len({one.record.id for one in guidance_read}), found)


def last_run(session: Session) -> LintRun | None:
    return session.get(LintRun, 1)


def is_due(desk: Desk, session: Session) -> bool:
    """Whether a day began, or something was published or an instrument entered, since the tasks were last in line."""
    run = last_run(session)
    if run is None or run.day != desk.today():
        return True
    return (run.publication_no, run.law_changes) != (guidance.publication_no(session), changes_so_far(session))


def read_due(desk: Desk, session: Session) -> Work:
    """Read what has to be read: after a publication the entries that it touched, else everything."""
    run, today, number, changes = _now(desk, session)
    is_todays = run is not None and (run.day, run.law_changes) == (today, changes)
    # A publication that touched no version took an entry out of service from a day on.
    touched = (_touched(session, run) or None) if run is not None and is_todays else None
    report = lint_store(desk, session, today, touched)
    entries = frozenset(
        touched if touched is not None else session.scalars(select(GuidanceVersion.entry_id).distinct())
    )
    counted = report.entries if touched is None or run is None else run.entries
    return Work(today, number, changes, entries, report.findings, counted)


def write_due(desk: Desk, session: Session, work: Work) -> tuple[int, int]:
    """Bring the tasks in line with what was read; returns how many opened and closed."""
    # Of two clocks the second waits here, and finds that nothing is left to do.
    session.scalar(select(Publication.number).with_for_update())
    present = last_run(session)
    is_written = present is not None and (present.day, present.publication_no, present.law_changes) == (
        work.day,
        work.publication_no,
        work.law_changes,
    )
    if is_written:
        return 0, 0
    changed = tasks.reconcile(session, work.entries, work.findings, desk.now())
    run = present or LintRun(id=1)
    run.day, run.publication_no, run.law_changes = work.day, work.publication_no, work.law_changes
    run.entries, run.at = work.counted, desk.now()
    session.add(run)
    return changed


def _now(desk: Desk, session: Session) -> tuple[LintRun | None, dt.date, int, int]:
    return last_run(session), desk.today(), guidance.publication_no(session), changes_so_far(session)


def _touched(session: Session, run: LintRun) -> set[str]:
    """The entries of which a version was published or withdrawn since."""
    query = select(GuidanceVersion.entry_id).where(
        or_(GuidanceVersion.publication_no > run.publication_no, GuidanceVersion.withdrawn_at >= run.at)
    )
    return set(session.scalars(query.distinct()))
