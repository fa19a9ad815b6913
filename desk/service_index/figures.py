"""What a criterion can be about: the figures of docs/figures.md that are parts of a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

#: Sums of shares of ratings are exact to so many digits.
_DIGITS = 6


class Figure(StrEnum):
    SATISFIED = "satisfied"
    RESPONSE_RATE = "response_rate"
    ON_TIME = "on_time"
    ONCE_AND_DONE = "once_and_done"
    OVERDUE = "overdue"
    REVIEWS_IN_TIME = "reviews_in_time"
    COVERED = "covered"
    WITHOUT_OFFICER = "without_officer"

    @property
    def less_is_better(self) -> bool:
        return self is Figure.OVERDUE

    @property
    def is_of_ratings(self) -> bool:
        """Whether a unit of which it rests on too few is not ranked."""
        return self in (Figure.SATISFIED, Figure.RESPONSE_RATE)

    @property
    def is_of_enquiries(self) -> bool:
        """Whether it is counted for the department alone: enquiries belong to no unit."""
        return self in (Figure.COVERED, Figure.WITHOUT_OFFICER)


@dataclass(frozen=True)
class Measured:
    """``part`` of ``whole``; both are whole numbers, or sums of shares where units share a case."""

    part: float = 0
    whole: float = 0

    @property
    def percent(self) -> Fraction:
        """The share in hundredths, exactly; of nothing it is 0."""
        return 100 * _exact(self.part) / _exact(self.whole) if self.whole else Fraction(0)

    def __add__(self, other: Measured) -> Measured:
        return Measured(self.part + other.part, self.whole + other.whole)


NOTHING = Measured()


def _exact(number: float) -> Fraction:
    return Fraction(str(round(number, _DIGITS)))
