"""Ratings of a period: who was asked, who answered, and what they said. Not rated is nothing, never zero.

Every request is counted by when it was asked, on both sides of the response rate, and for the officers and units that
had a part in it then (desk/ratings/crediting.py): half a part is half a request and half a rating. What is marked as
left out (desk/ratings/fairness.py) counts on neither side. Stars that were given for a rule alone are answers, but no
judgement of the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, case, func, or_, select, true, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.figures.period import OpenPeriod
from desk.figures.scope import Scope
from desk.figures.statistics import ENOUGH, Interval, mean_interval, mean_of, share_interval
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.units.model import Unit, UnitKind

LEVELS = 5
#: From this level on somebody is satisfied.
SATISFIED = 4
#: A sum of shares that is so near a whole number is that number; any other keeps so many digits, for more is added.
_MAKES_UP, _DIGITS = 1e-6, 9


@dataclass(frozen=True)
class RatingFigures:
    """Of so many requests these were answered: ``counts[n]`` gave ``n + 1`` stars to the service.

    ``elsewhere`` answered for a rule alone; ``about_rule`` named the rule, alone or among others;
    ``left_out`` are requests that count nowhere else. All are sums of shares: whole numbers for the whole desk, and
    fractions where units or officers share a case.
    """

    asked: float
    counts: tuple[float, ...] = (0,) * LEVELS
    elsewhere: float = 0
    left_out: float = 0
    about_rule: float = 0

    @property
    def answered(self) -> float:
        return _sum(self.counts) + self.elsewhere

    @property
    def judged(self) -> float:
        """Those whose stars are about the service."""
        return _sum(self.counts)

    @property
    def response_rate(self) -> float | None:
        return self.answered / self.asked if self.asked else None

    @property
    def mean(self) -> float | None:
        return mean_of(self.counts) if self.judged else None

    @property
    def satisfied(self) -> float:
        return _sum(self.counts[SATISFIED - 1 :])

    @property
    def share_satisfied(self) -> float | None:
        return self.satisfied / self.judged if self.judged else None

    @property
    def is_enough(self) -> bool:
        """Whether so many rated that an interval, and a comparison, say something."""
        return self.judged >= ENOUGH

    @property
    def mean_interval(self) -> Interval | None:
        return mean_interval(self.counts) if self.is_enough else None

    @property
    def share_interval(self) -> Interval | None:
        return share_interval(self.satisfied, self.judged) if self.is_enough else None

    def __add__(self, other: RatingFigures) -> RatingFigures:
        return RatingFigures(
            _sum((self.asked, other.asked)),
            tuple(_sum(pair) for pair in zip(self.counts, other.counts, strict=True)),
            _sum((self.elsewhere, other.elsewhere)),
            _sum((self.left_out, other.left_out)),
            _sum((self.about_rule, other.about_rule)),
        )


NOBODY = RatingFigures(0)


class Place(NamedTuple):
    """The units in which a part lay when it was asked about, by their ids; None where there was none of the kind."""

    team: int | None
    office: int | None
    region: int | None


@dataclass(frozen=True)
class Ratings:
    """``conversations``: of the assistant, everybody's. ``by_place``: of cases, by the units that had parts in them."""

    conversations: RatingFigures
    by_place: Mapping[Place, RatingFigures]

    @property
    def cases(self) -> RatingFigures:
        return total(self.by_place.values())

    @property
    def all(self) -> RatingFigures:
        return self.conversations + self.cases

    def of_parts(self, parts: Sequence[Unit]) -> dict[Unit, RatingFigures]:
        """The ratings of cases by part of the scope, of those parts in which somebody was asked."""
        by_id = {part.id: part for part in parts}
        top = next((part for part in parts if part.kind == UnitKind.DEPARTMENT), None)
        found: dict[Unit, RatingFigures] = {}
        for place, figures in self.by_place.items():
            part = next((by_id[id_] for id_ in place if id_ in by_id), top)
            if part is not None:
                found[part] = found.get(part, NOBODY) + figures
        return {part: found[part] for part in parts if part in found}


#: The stars that judge the service, and those that judge the officers; None where an answer judges neither.
FOR_SERVICE: ColumnElement[int | None] = case((Rating.for_service, Rating.stars))
FOR_OFFICERS: ColumnElement[int | None] = type_coerce(Rating.for_officer, Integer)

PLACES: Mapping[str, InstrumentedAttribute[int | None]] = {
    UnitKind.TEAM: RatingPart.team_id,
    UnitKind.OFFICE: RatingPart.office_id,
    UnitKind.REGION: RatingPart.region_id,
}


def within(scope: Scope) -> ColumnElement[bool]:
    """Whether a part lay in the scope when its request was asked."""
    if scope.is_everything:
        return true()
    return or_(*(PLACES[unit.kind] == unit.id for unit in scope.units))


def ratings(session: Session, period: OpenPeriod, scope: Scope) -> Ratings:
    """The ratings asked in a period: of all conversations without a case, and of the cases of the scope."""
    asked = (RatingRequest.asked_at.is_not(None), *period.holds(RatingRequest.asked_at))
    kinds = what_counts(FOR_SERVICE)
    alone = (
        select(*kinds, func.count())
        .outerjoin(Rating, Rating.request_id == RatingRequest.id)
        .where(*asked, RatingRequest.case_id.is_(None))
        .group_by(*kinds)
    )
    place = (RatingPart.team_id, RatingPart.office_id, RatingPart.region_id)
    of_cases = (
        select(*place, *kinds, func.sum(RatingPart.share))
        .join(RatingPart, RatingPart.request_id == RatingRequest.id)
        .outerjoin(Rating, Rating.request_id == RatingRequest.id)
        .where(*asked, within(scope))
        .group_by(*place, *kinds)
    )
    by_place: dict[Place, RatingFigures] = {}
    for team, office, region, *counted in session.execute(of_cases):
        there = Place(team, office, region)
        by_place[there] = by_place.get(there, NOBODY) + figures_of(*counted)
    return Ratings(total(figures_of(*row) for row in session.execute(alone).all()), by_place)


def what_counts(stars: ColumnElement[int | None]) -> tuple[Any, Any, Any, Any]:
    """By what requests are grouped so that ``figures_of`` can count them; ``stars`` are those that judge."""
    return (RatingRequest.left_out.is_not(None), Rating.request_id.is_not(None), stars, Rating.for_rule)


def figures_of(
    is_left_out: bool, is_answered: bool, stars: int | None, for_rule: bool | None, sum_: float
) -> RatingFigures:
    """The figures of requests that have all this in common."""
    if is_left_out:
        return RatingFigures(0, left_out=sum_)
    counts = tuple(sum_ if level == stars else 0 for level in range(1, LEVELS + 1))
    elsewhere = sum_ if is_answered and stars is None else 0
    return RatingFigures(sum_, counts, elsewhere, about_rule=sum_ if for_rule else 0)


def total(figures: Iterable[RatingFigures]) -> RatingFigures:
    return sum(figures, NOBODY)


def _sum(shares: Iterable[float]) -> float:
    """The sum, a whole number wherever the shares make up one."""
    return in_whole(sum(shares))


def in_whole(summed: float) -> float:
    """A sum of shares, as the whole number that it would be if shares had no end: three thirds are one."""
    nearest = round(summed)
    return nearest if abs(summed - nearest) < _MAKES_UP else round(summed, _DIGITS)
