"""Points: what each criterion gives a unit, where the weight of what cannot be judged goes, and what was deducted.

Points are whole hundredths, so that what a page adds up is what was added up. The weights of what is judged always
make 100 points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from desk.service_index.criteria import HUNDREDTHS, WHOLE, Criteria, Criterion
from desk.service_index.figures import NOTHING, Figure, Measured

#: All points there are, in hundredths.
ALL = WHOLE * HUNDREDTHS


@dataclass(frozen=True)
class Scored:
    """What a criterion gives. ``weight`` and ``points`` in hundredths of a point; both 0 where it is not judged.

    ``own_weight`` is what the file gives it, before the weight of others was spread over it.
    """

    criterion: Criterion
    measured: Measured
    own_weight: int
    weight: int = 0
    points: int = 0

    @property
    def is_judged(self) -> bool:
        return self.weight > 0

    @property
    def is_enough(self) -> bool:
        """Whether there are as many as the criterion needs; it is judged then, where there is an index at all."""
        return self.measured.whole >= self.criterion.least

    @property
    def deducted(self) -> int:
        return self.weight - self.points


@dataclass(frozen=True)
class Score:
    """The points of a unit. ``by_hand``: hundredths deducted by hand, as far as they count; ``deductions``: how many.

    ``has_index`` is False where too little can be judged.
    """

    criteria: tuple[Scored, ...]
    has_index: bool
    by_hand: int = 0
    deductions: int = 0

    @property
    def points(self) -> int | None:
        """All points in hundredths, None where there is no index; never below 0."""
        return max(sum(each.points for each in self.criteria) - self.by_hand, 0) if self.has_index else None

    @property
    def judged_weight(self) -> int:
        """How much of 100 points, by the weights of the file, can be judged, in hundredths."""
        return sum(each.own_weight for each in self.criteria if each.is_enough)

    @property
    def is_ranked(self) -> bool:
        """Whether it may be compared: of fewer ratings than are needed to judge by, nobody is ranked."""
        of_ratings = (each for each in self.criteria if each.criterion.figure.is_of_ratings)
        return self.has_index and all(each.is_judged for each in of_ratings)


def score(criteria: Criteria, kind: str, measured: Mapping[Figure, Measured], by_hand: Sequence[int] = ()) -> Score:
    """The points of a unit of a kind by its figures; ``by_hand`` are the deductions in hundredths."""
    asked = [(each, weight, measured.get(each.figure, NOTHING)) for each, weight in criteria.of_kind(kind)]
    judged = [weight if found.whole >= each.least else 0 for each, weight, found in asked]
    has_index = sum(judged) >= criteria.least_judged
    weights = spread(judged) if has_index else [0] * len(judged)
    return Score(
        criteria=tuple(
            Scored(each, found, own * HUNDREDTHS, weight, _points(each, found, weight))
            for (each, own, found), weight in zip(asked, weights, strict=True)
        ),
        has_index=has_index,
        by_hand=min(sum(by_hand), criteria.by_hand_altogether * HUNDREDTHS),
        deductions=len(by_hand),
    )


def spread(weights: Sequence[int]) -> list[int]:
    """The weights in proportion as hundredths of a point that add up to 100 points; 0 stays 0.

    What is left when each is cut to a whole hundredth goes to those that lost most by it, the first among equals.
    """
    together = sum(weights)
    if not together:
        return [0] * len(weights)
    exact = [Fraction(weight * ALL, together) for weight in weights]
    cut = [math.floor(each) for each in exact]
    by_loss = sorted(range(len(weights)), key=lambda place: cut[place] - exact[place])
    for place in by_loss[: ALL - sum(cut)]:
        cut[place] += 1
    return cut


def _points(criterion: Criterion, measured: Measured, weight: int) -> int:
    """Never rounded up: all points are had only by whoever reaches what is asked for all of them."""
    return math.floor(weight * criterion.scale.share(measured.percent)) if weight else 0


def ranks(scores: Sequence[Score]) -> list[int | None]:
    """The rank of each, 1 for most points; the same points share a rank; None for whoever is not ranked."""
    points = [each.points if each.is_ranked else None for each in scores]
    known = sorted((each for each in points if each is not None), reverse=True)
    return [known.index(each) + 1 if each is not None else None for each in points]
