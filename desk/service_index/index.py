"""The index of units: their points in a period and in the one before, their deductions, and their ranks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures import scope as scopes
from desk.figures.scope import Scope
from desk.service_index.counting import Found, count, has_any
from desk.service_index.criteria import Criteria
from desk.service_index.model import IndexDeduction
from desk.service_index.points import Score, ranks, score
from desk.service_index.span import Span
from desk.units.model import Unit, UnitKind


@dataclass(frozen=True)
class Named:
    """A unit as it is called."""

    id: int
    code: str
    kind: str
    name_vi: str
    name_en: str

    @classmethod
    def of(cls, unit: Unit) -> Named:
        return cls(unit.id, unit.code, unit.kind, unit.name_vi, unit.name_en)

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_vi


@dataclass(frozen=True)
class UnitIndex:
    """The index of one unit; ``before`` is its points in the period before, in hundredths, None where it had none."""

    unit: Named
    score: Score
    before: int | None
    rank: int | None = None


@dataclass(frozen=True)
class ServiceIndex:
    """The index of units of one kind: the ranked first, then those that are not, then those without an index."""

    span: Span
    kind: str
    criteria: Criteria
    rows: Sequence[UnitIndex]
    counted_at: dt.datetime
    is_over: bool

    def of(self, code: str) -> UnitIndex | None:
        return next((row for row in self.rows if row.unit.code == code), None)


def units_of(session: Session, scope: Scope, kind: str) -> list[Unit]:
    """The units of a kind that lie in a scope, the closed ones too."""
    return [unit for unit in scopes.choice(session, scope) if unit.kind == kind]


def index_of(
    desk: Desk,
    session: Session,
    span: Span,
    scope: Scope,
    kind: str,
    *,
    criteria: Criteria | None = None,
) -> ServiceIndex:
    """Count the index of all units of a kind in a scope; by ``criteria`` instead of those that hold now.

    A unit that is closed is there where it has any figures.
    """
    criteria = criteria or desk.rules.service_index
    units = units_of(session, scope, kind)
    today = desk.today()
    now, before = (count(desk, session, each.counted(today), scope, units) for each in (span, span.before()))
    there = [unit for unit in units if unit.active or has_any(now[unit].values())]
    rows = _rows(session, criteria, there, (span, now), (span.before(), before))
    return ServiceIndex(span, kind, criteria, rows, desk.now(), span.is_over(today))


def index_of_unit(desk: Desk, session: Session, span: Span, unit: Unit) -> ServiceIndex:
    """The index of one unit alone, which has no rank."""
    return index_of(desk, session, span, Scope((unit,)), unit.kind)


def _rows(
    session: Session,
    criteria: Criteria,
    units: Sequence[Unit],
    now: tuple[Span, Found],
    before: tuple[Span, Found],
) -> list[UnitIndex]:
    scored = _scores(session, criteria, units, *now)
    then = _scores(session, criteria, units, *before)
    # The department is no rival of its own parts, and there is only one.
    found = ranks(scored) if len(units) > 1 else [None] * len(units)
    rows = [
        UnitIndex(Named.of(unit), of_unit, earlier.points, rank)
        for unit, of_unit, earlier, rank in zip(units, scored, then, found, strict=True)
    ]
    return sorted(rows, key=_place)


def _scores(session: Session, criteria: Criteria, units: Sequence[Unit], span: Span, found: Found) -> list[Score]:
    by_hand = _by_hand(session, units, span)
    return [score(criteria, unit.kind, found[unit], by_hand.get(unit.id, ())) for unit in units]


def _by_hand(session: Session, units: Sequence[Unit], span: Span) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit_id, points in session.execute(
        select(IndexDeduction.unit_id, IndexDeduction.points)
        .where(
            IndexDeduction.unit_id.in_([unit.id for unit in units]),
            IndexDeduction.day.between(span.first, span.last),
            IndexDeduction.taken_back_at.is_(None),
        )
        .order_by(IndexDeduction.id)
    ):
        found.setdefault(unit_id, []).append(points)
    return found


def _place(row: UnitIndex) -> tuple[int, int, str]:
    """By rank; who has none comes after, and who has no index last, each by code, for numbers are not compared."""
    if row.rank is not None:
        return (0, row.rank, row.unit.code)
    return (1 if row.score.has_index else 2, 0, row.unit.code)


#: The kinds of units that have an index.
KINDS = (UnitKind.DEPARTMENT, UnitKind.REGION, UnitKind.OFFICE, UnitKind.TEAM)
