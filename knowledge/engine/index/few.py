"""Numbers of a few of very many: those of the few themselves, and how all of them lie."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """The mean of a way of measuring over all owners, and the standard deviation."""

    mean: float
    spread: float

    @classmethod
    def of(cls, scores: Scores) -> Scale:
        """Of all of them, or of enough of them; there is one at least."""
        return cls.of_few(scores, 0.0, len(scores))

    @classmethod
    def of_few(cls, scores: Scores, other: float, size: int) -> Scale:
        """Of ``size`` numbers: a few are ``scores``, and every other one is ``other``."""
        above = scores - other
        mean = float(above.sum()) / size
        return cls(other + mean, math.sqrt(max(0.0, float(above @ above) / size - mean**2)))

    def standardised(self, scores: Scores) -> Scores:
        """Distances from the mean in standard deviations; all zero where all numbers are the same."""
        return (scores - self.mean) / self.spread if self.spread > 0 else np.zeros_like(scores)


class Sparse:
    """A number for each position: its own where it has one, and ``other`` everywhere else."""

    def __init__(self, positions: NDArray[np.int64], numbers: Scores, other: float) -> None:
        """``positions`` rise."""
        self._positions = np.append(positions, np.iinfo(np.int64).max)  # so that there is one after each
        self._numbers = np.append(numbers, other)
        self.other = other

    def __getitem__(self, positions: NDArray[np.int64]) -> Scores:
        places = np.searchsorted(self._positions, positions)
        found: Scores = np.where(self._positions[places] == positions, self._numbers[places], self.other)
        return found

    def highest(self, count: int) -> NDArray[np.int64]:
        """The positions of the highest of those that have their own, the highest first."""
        order = np.argsort(-self._numbers[:-1], kind="stable")[:count]
        return self._positions[order]


def highest(scores: Scores, count: int) -> NDArray[np.int64]:
    """Positions of the highest scores, the highest first; of equal ones the first. Only those are sorted."""
    if len(scores) > count:
        reached = np.partition(scores, len(scores) - count)[len(scores) - count]
        near = np.flatnonzero(scores >= reached)
        return near[np.argsort(-scores[near], kind="stable")[:count]]
    return np.argsort(-scores, kind="stable")
