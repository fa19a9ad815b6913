"""Lists of review tasks: what an officer may see of them, narrowed and page by page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.queries import seen_by
from desk.guidance.permissions import may_write
from desk.law.impact.model import ImpactKind, ImpactTask
from desk.paging import Page, page_of
from desk.people.model import Officer, Role


@dataclass(frozen=True)
class Wanted:
    """What a list of tasks is narrowed to."""

    instrument: str = ""
    kind: ImpactKind | None = None
    done: bool = False


def listed(
    session: Session,
    officer: Officer | None,
    wanted: Wanted,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[ImpactTask]:
    """A page of the tasks that an officer may see, the oldest first; ``officer`` None is the operator."""
    query = select(ImpactTask).where(*_narrowed(wanted), _visible_to(officer))
    return page_of(
        session, query, (ImpactTask.id,), key=lambda task: (task.id,), limit=limit, after=after, before=before
    )


def open_count(session: Session, officer: Officer, instrument: str = "") -> int:
    """How many open tasks the officer may see, of one instrument or of all."""
    query = select(func.count(ImpactTask.id)).where(*_narrowed(Wanted(instrument)), _visible_to(officer))
    return session.scalar(query) or 0


def instruments_with_tasks(session: Session, officer: Officer | None, *, done: bool) -> list[str]:
    """The numbers of the instruments that have tasks which the officer may see."""
    query = select(ImpactTask.instrument).where(*_narrowed(Wanted(done=done)), _visible_to(officer)).distinct()
    return list(session.scalars(query.order_by(ImpactTask.instrument)))


def of_case(session: Session, case: Case) -> list[ImpactTask]:
    """The open tasks of a case, the oldest first."""
    query = select(ImpactTask).where(ImpactTask.case_id == case.id, ImpactTask.done_at.is_(None))
    return list(session.scalars(query.order_by(ImpactTask.id)))


def may_see(session: Session, task: ImpactTask, officer: Officer) -> bool:
    query = select(ImpactTask.id).where(ImpactTask.id == task.id, _visible_to(officer))
    return session.scalar(query) is not None


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        ImpactTask.done_at.is_not(None) if wanted.done else ImpactTask.done_at.is_(None)
    ]
    if wanted.instrument:
        conditions.append(ImpactTask.instrument == wanted.instrument)
    if wanted.kind is not None:
        conditions.append(ImpactTask.kind == wanted.kind.value)
    return conditions


def _visible_to(officer: Officer | None) -> ColumnElement[bool]:
    """Entries are everybody's to see, a case's tasks of those who see the case; the rest is for curators and heads."""
    if officer is None or may_write(officer):
        return true()
    cases = ImpactTask.case_id.in_(select(Case.id).where(seen_by(officer)))
    answers = ImpactTask.kind == ImpactKind.ANSWER.value if officer.has_any(Role.HEAD) else false()
    return or_(
        ImpactTask.kind == ImpactKind.ENTRY.value, and_(ImpactTask.kind == ImpactKind.CASE.value, cases), answers
    )
