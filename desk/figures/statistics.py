"""How sure a figure is: intervals of shares and of means, and percentiles. Plain arithmetic, no library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Of fewer no interval and no comparison is given: they are too few to judge by.
ENOUGH = 20
#: The quantile of the normal distribution that 97.5 % lie below.
Z = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """In 95 of 100 such samples the true value lies between ``low`` and ``high``."""

    low: float
    high: float


def share_interval(part: float, whole: float) -> Interval:
    """Wilson's interval of a share, which never leaves 0 to 1; ``whole`` is above 0."""
    share, weight = part / whole, Z * Z / whole
    centre = (share + weight / 2) / (1 + weight)
    half = Z * math.sqrt(share * (1 - share) / whole + weight / (4 * whole)) / (1 + weight)
    return Interval(0.0 if part == 0 else centre - half, 1.0 if part == whole else centre + half)


def mean_interval(counts: Sequence[float]) -> Interval:
    """The interval of the mean of ratings: ``counts[n]`` people gave ``n + 1`` of ``len(counts)`` levels.

    Student's interval, cut at the lowest and highest level. Where all gave the same level their spread says nothing;
    the interval is then that of a share, which is wider. At least ENOUGH people.
    """
    people, highest = sum(counts), len(counts)
    mean = mean_of(counts)
    squares = sum(count * (level - mean) ** 2 for level, count in enumerate(counts, start=1))
    if squares == 0:
        scaled = share_interval((mean - 1) / (highest - 1) * people, people)
        return Interval(1 + scaled.low * (highest - 1), 1 + scaled.high * (highest - 1))
    half = student(people - 1) * math.sqrt(squares / (people - 1) / people)
    return Interval(max(1.0, mean - half), min(float(highest), mean + half))


def mean_of(counts: Sequence[float]) -> float:
    return sum(level * count for level, count in enumerate(counts, start=1)) / sum(counts)


def student(freedom: float) -> float:
    """The quantile of Student's distribution that 97.5 % lie below, to five digits from 10 degrees of freedom on.

    The expansion of Abramowitz and Stegun, 26.7.5.
    """
    z, n = Z, float(freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / n**power for power, term in enumerate(terms, start=1))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies, between two of them in proportion; not of none."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
