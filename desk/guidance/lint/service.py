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
    """Whether a day began or something was published since the tasks were last brought in line."""
    run = last_run(session)
    return run is None or run.day != desk.today() or run.publication_no != guidance.publication_no(session)


def read_due(desk: Desk, session: Session) -> Work:
    """Read what has to be read: everything on a new day, after a publication the entries that it touched."""
    run, today, number = last_run(session), desk.today(), guidance.publication_no(session)
    touched = None if run is None or run.day != today else _touched(session, run)
    report = lint_store(desk, session, today, touched)
    entries = frozenset(
        touched if touched is not None else session.scalars(select(GuidanceVersion.entry_id).distinct())
    )
    counted = report.entries if touched is None or run is None else run.entries
    return Work(today, number, entries, report.findings, counted)


def write_due(desk: Desk, session: Session, work: Work) -> tuple[int, int]:
    """Bring the tasks in line with what was read; returns how many opened and closed."""
    # Of two clocks the second waits here, and finds that nothing is left to do.
    session.scalar(select(Publication.number).with_for_update())
    present = last_run(session)
    if present is not None and (present.day, present.publication_no) == (work.day, work.publication_no):
        return 0, 0
    changed = tasks.reconcile(session, work.entries, work.findings, desk.now())
    run = present or LintRun(id=1)
    run.day, run.publication_no, run.entries, run.at = work.day, work.publication_no, work.counted, desk.now()
    session.add(run)
    return changed


def _touched(session: Session, run: LintRun) -> set[str]:
    """The entries of which a version was published or withdrawn since."""
    query = select(GuidanceVersion.entry_id).where(
        or_(GuidanceVersion.publication_no > run.publication_no, GuidanceVersion.withdrawn_at >= run.at)
    )
    return set(session.scalars(query.distinct()))
