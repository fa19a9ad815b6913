"""How far a figure may be off by the luck of which questions were asked: bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
#: The share of resampled figures that an interval holds.
LEVEL = 0.95
_SEED = 20261122
#: So many resamples are drawn at once, to bound the memory.
_AT_ONCE = 500


@dataclass(frozen=True)
class Interval:
    """A mean, and the lower and upper end of its interval."""

    mean: float
    low: float
    high: float

    def as_data(self) -> dict[str, float]:
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def interval(values: Sequence[float]) -> Interval:
    """The mean of one value a question, with its percentile interval; raises ValueError without values."""
    given = np.asarray(values, dtype=np.float64)
    if not given.size:
        raise ValueError("there is nothing to take the mean of")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(_resampled_means(given), [tail, 1 - tail])
    return Interval(float(given.mean()), float(low), float(high))


def paired_interval(values: Sequence[float], others: Sequence[float]) -> Interval:
    """The mean of values less others of the same questions; raises ValueError where they are not as many."""
    differences = [value - other for value, other in zip(values, others, strict=True)]
    return interval(differences)


def _resampled_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # A fixed seed: the same answers give the same interval.
    chance = np.random.default_rng(_SEED)
    parts = [
        values[chance.integers(0, values.size, (_AT_ONCE, values.size))].mean(axis=1)
        for _ in range(RESAMPLES // _AT_ONCE)
    ]
    return np.concatenate(parts)
