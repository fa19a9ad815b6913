"""Whose the cases are: how many were opened, by unit, by how it was found, by topic and by ministry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.enquiries.model import Enquiry
from desk.figures.period import OpenPeriod

#: What is counted under this name has no topic, or is no other ministry's matter.
NONE = "-"
Counted = Mapping[str, int]


@dataclass(frozen=True)
class Assignments:
    """Counts of the cases opened in a period, and of the enquiries asked in it.

    ``by_unit`` (codes) and ``by_found_by`` tell where each case was put when it was opened; ``moved_on`` how many of
    them officers passed on to another unit since, which is how often the first unit was the wrong one. The most
    frequent comes first.
    """

    cases: int
    moved_on: int
    by_unit: Counted
    by_found_by: Counted
    by_topic: Counted
    by_ministry: Counted
    enquiries: int
    enquiries_by_ministry: Counted


def assignments(session: Session, period: OpenPeriod) -> Assignments:
    in_period = period.holds(Case.opened_at)
    opened = select(CaseEntry.case_id).join(Case).where(CaseEntry.kind == EntryKind.OPENED.value, *in_period)
    moved = select(CaseEntry.case_id).join(Case).where(CaseEntry.kind == EntryKind.TRANSFERRED.value, *in_period)
    topics, asked = select(Case.id).where(*in_period), select(Enquiry.id).where(*period.holds(Enquiry.asked_at))
    to_other = moved.where(CaseEntry.detail["from"].as_string() != CaseEntry.detail["to"].as_string())
    return Assignments(
        cases=_count(session, topics),
        moved_on=_count(session, to_other.distinct()),
        by_unit=_counted(session, opened, CaseEntry.detail["unit"].as_string()),
        by_found_by=_counted(session, opened, CaseEntry.detail["by"].as_string()),
        by_topic=_counted(session, topics, Case.topic),
        by_ministry=_counted(session, topics, Case.ministry),
        enquiries=_count(session, asked),
        enquiries_by_ministry=_counted(session, asked, Enquiry.ministry),
    )


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _counted(
    session: Session,
    rows: Select[Any],
    by: ColumnElement[str] | InstrumentedAttribute[str | None],
) -> Counted:
    """How many rows there are of each kind, the most frequent first."""
    named = func.coalesce(by, NONE).label("named")
    counted = session.execute(rows.with_only_columns(named, func.count()).group_by(named))
    return dict(sorted(((name, count) for name, count in counted), key=lambda pair: (-pair[1], pair[0])))
