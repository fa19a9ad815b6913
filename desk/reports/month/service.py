"""Publishing a month's report: it is kept as it was counted, and told apart from what is counted later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from desk.audit.service import record_act
from desk.desk import Desk
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.reports.month.figures import MonthFigures, Number
from desk.reports.month.model import MonthReport
from desk.reports.month.months import Month
from desk.reports.month.permissions import ReportRefused, must_publish
from desk.reports.month.public import cells_of
from desk.units import service as units
from desk.units.model import Unit
from desk.working_time.hours import local_day

#: The figures by which a later count is held against a published report.
COMPARED = ("asked", "unanswered", "cases", "judged", "kept", "requested", "rated", "satisfied")
#: Letters of a reason.
LENGTH = 1_000


@dataclass(frozen=True)
class Published:
    """A report as it was published."""

    report: MonthReport
    figures: MonthFigures


def newest(session: Session, month: Month, unit: Unit) -> Published | None:
    """The edition that is shown; None where the month was not published for the unit."""
    report = session.scalar(
        select(MonthReport)
        .where(MonthReport.unit_id == unit.id, MonthReport.month == str(month))
        .order_by(MonthReport.edition.desc())
        .limit(1)
    )
    return Published(report, MonthFigures.model_validate(report.figures)) if report is not None else None


def for_the_public(session: Session, month: Month) -> Published | None:
    """The department's report on a month, which is the only one with a public version."""
    return newest(session, month, units.department(session))


def published_months(
    session: Session, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[MonthReport]:
    """The department's published reports, the newest month first, each in its newest edition."""
    later = aliased(MonthReport)
    last = select(func.max(later.edition)).where(later.unit_id == MonthReport.unit_id, later.month == MonthReport.month)
    query = select(MonthReport).where(
        MonthReport.unit_id == units.department(session).id, MonthReport.edition == last.scalar_subquery()
    )
    return page_of(
        session,
        query,
        [MonthReport.month, MonthReport.id],
        key=lambda report: (report.month, report.id),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def must_be_publishable(desk: Desk, figures: MonthFigures) -> None:
    """Raises ReportRefused where the month is not over or its ratings can still change."""
    if not figures.of_month.is_over(desk.today()):
        raise ReportRefused("month.refused.not_over")
    if figures.changes_until is not None:
        raise ReportRefused("month.refused.not_settled", day=local_day(figures.changes_until) + dt.timedelta(days=1))


def publish(desk: Desk, session: Session, figures: MonthFigures, officer: Officer, *, reason: str = "") -> MonthReport:
    """Keep a month's figures as they have just been counted; a further edition needs a reason and another count.

    They are counted before, so that nobody who writes waits for that. Raises ReportRefused.
    """
    unit = units.by_code(session, figures.unit)
    if unit is None:
        raise ReportRefused("month.refused.not_yours")
    must_publish(officer, unit)
    must_be_publishable(desk, figures)
    before, reason = newest(session, figures.of_month, unit), reason.strip()[:LENGTH]
    if before is not None:
        if not differences(before.figures, figures):
            raise ReportRefused("month.refused.same")
        if not reason:
            raise ReportRefused("month.refused.no_reason", "reason")
    report = MonthReport(
        unit_id=unit.id,
        month=figures.month,
        edition=before.report.edition + 1 if before is not None else 1,
        figures=figures.model_dump(mode="json"),
        reason=reason,
        published_at=desk.now(),
        published_by_id=officer.id,
        published_by_name=officer.name,
    )
    session.add(report)
    session.flush()
    detail = {"unit": unit.code, "edition": report.edition} | ({"reason": reason} if reason else {})
    record_act(
        session, actor=officer.actor, act="report.published", subject=figures.month, at=desk.now(), detail=detail
    )
    return report


def differences(published: MonthFigures, now: MonthFigures) -> Mapping[str, tuple[Number, Number]]:
    """Which of the main figures are counted otherwise now: what was published, and what it is."""
    was, is_ = cells_of(published.now), cells_of(now.now)
    return {name: (was[name], is_[name]) for name in COMPARED if was[name] != is_[name]}
