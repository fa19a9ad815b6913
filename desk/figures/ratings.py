"""Ratings of a period: who was asked, who answered, and what they said. Not rated is nothing, never zero.

Every request is counted by when it was asked, on both sides of the response rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.figures.period import OpenPeriod
from desk.figures.scope import Scope, sorted_into
from desk.figures.statistics import ENOUGH, Interval, mean_interval, mean_of, share_interval
from desk.ratings.model import Rating, RatingRequest
from desk.units.model import Unit

LEVELS = 5
#: From this level on somebody is satisfied.
SATISFIED = 4


@dataclass(frozen=True)
class RatingFigures:
    """Of so many requests these were answered: ``counts[n]`` gave ``n + 1`` stars."""

    asked: int
    counts: tuple[int, ...] = (0,) * LEVELS

    @property
    def answered(self) -> int:
        return sum(self.counts)

    @property
    def response_rate(self) -> float | None:
        return self.answered / self.asked if self.asked else None

    @property
    def mean(self) -> float | None:
        return mean_of(self.counts) if self.answered else None

    @property
    def satisfied(self) -> int:
        return sum(self.counts[SATISFIED - 1 :])

    @property
    def share_satisfied(self) -> float | None:
        return self.satisfied / self.answered if self.answered else None

    @property
    def is_enough(self) -> bool:
        """Whether so many rated that an interval, and a comparison, say something."""
        return self.answered >= ENOUGH

    @property
    def mean_interval(self) -> Interval | None:
        return mean_interval(self.counts) if self.is_enough else None

    @property
    def share_interval(self) -> Interval | None:
        return share_interval(self.satisfied, self.answered) if self.is_enough else None

    def __add__(self, other: RatingFigures) -> RatingFigures:
        counts = tuple(one + another for one, another in zip(self.counts, other.counts, strict=True))
        return RatingFigures(self.asked + other.asked, counts)


NOBODY = RatingFigures(0)


@dataclass(frozen=True)
class Ratings:
    """``conversations``: of the assistant, everybody's. ``by_unit``: of cases, by the path of the unit of each."""

    conversations: RatingFigures
    by_unit: Mapping[str, RatingFigures]

    @property
    def cases(self) -> RatingFigures:
        return total(self.by_unit.values())

    @property
    def all(self) -> RatingFigures:
        return self.conversations + self.cases

    def of_parts(self, parts: list[Unit]) -> dict[Unit, RatingFigures]:
        """The ratings of cases by part of the scope, of those parts in which somebody was asked."""
        found: dict[Unit, RatingFigures] = {}
        for path, figures in self.by_unit.items():
            part = sorted_into(parts, path)
            if part is not None:
                found[part] = found.get(part, NOBODY) + figures
        return {part: found[part] for part in parts if part in found}


def ratings(session: Session, period: OpenPeriod, scope: Scope) -> Ratings:
    """The ratings asked in a period: of all conversations without a case, and of the cases of the scope."""
    query = (
        select(Unit.path, Rating.stars, func.count())
        .select_from(RatingRequest)
        .outerjoin(Rating, Rating.request_id == RatingRequest.id)
        .outerjoin(Case, Case.id == RatingRequest.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(
            RatingRequest.asked_at.is_not(None),
            *period.holds(RatingRequest.asked_at),
            or_(RatingRequest.case_id.is_(None), scope.holds()),
        )
        .group_by(Unit.path, Rating.stars)
    )
    found: dict[str | None, Counter[int | None]] = {}
    for path, stars, count in session.execute(query):
        found.setdefault(path, Counter())[stars] += count
    return Ratings(
        conversations=_figures(found.pop(None, Counter())),
        by_unit={path: _figures(counts) for path, counts in found.items() if path is not None},
    )


def _figures(counts: Counter[int | None]) -> RatingFigures:
    return RatingFigures(sum(counts.values()), tuple(counts[level] for level in range(1, LEVELS + 1)))


def total(figures: Iterable[RatingFigures]) -> RatingFigures:
    return sum(figures, NOBODY)
