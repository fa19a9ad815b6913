"""Means, shares and percentiles with their intervals, by the quantiles of scipy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from scipy.stats import norm, t

#: Below so many no interval is told, and nobody is ranked.
ENOUGH = 20
_TWO_SIDED = 0.975
Interval = tuple[float | None, float | None]


def is_enough(number: float) -> bool:
    return round(number, 6) >= ENOUGH


def wilson(share: float, number: float) -> Interval:
    """Of a share of so many, or none for few."""
    if not is_enough(number):
        return None, None
    z2 = float(norm.ppf(_TWO_SIDED)) ** 2
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    spread = math.sqrt(z2 * share * (1 - share) / number + z2 * z2 / (4 * number * number)) / (1 + z2 / number)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def around_mean(stars: Sequence[tuple[int, float]]) -> tuple[float | None, Interval]:
    """The mean of (stars, weight) and its interval by Student; where all are the same by Wilson."""
    number = math.fsum(weight for _, weight in stars)
    if not number:
        return None, (None, None)
    mean = math.fsum(value * weight for value, weight in stars) / number
    if not is_enough(number):
        return mean, (None, None)
    if len({value for value, weight in stars if weight}) == 1:
        low, high = wilson((mean - 1) / 4, number)
        assert low is not None
        assert high is not None
        return mean, (1 + 4 * low, 1 + 4 * high)
    variance = math.fsum(weight * (value - mean) ** 2 for value, weight in stars) / (number - 1)
    half = _quantile(round(number - 1, 9)) * math.sqrt(variance / number)
    return mean, (max(1.0, mean - half), min(5.0, mean + half))


@cache
def _quantile(degrees: float) -> float:
    return float(t.ppf(_TWO_SIDED, degrees))


def percentile(values: Sequence[float], share: float) -> float | None:
    """Between two values in proportion."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
