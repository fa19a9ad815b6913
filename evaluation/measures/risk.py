"""What a threshold buys: how much is answered, and how much of that is wrong, as the threshold falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: The thresholds that tables show.
THRESHOLDS = tuple(round(step / 20, 2) for step in range(20))


@dataclass(frozen=True)
class RiskPoint:
    """Where everything as sure as ``threshold`` is answered.

    ``coverage`` is the share of all questions that is answered, ``wrong`` the share of all that is answered wrongly,
    and ``risk`` the share of wrong ones among the answered: 0 where none is answered.
    """

    threshold: float
    coverage: float
    wrong: float

    @property
    def risk(self) -> float:
        return self.wrong / self.coverage if self.coverage else 0.0

    @property
    def precision(self) -> float | None:
        """The share of right ones among the answered; None where none is answered."""
        return 1 - self.risk if self.coverage else None

    def as_data(self) -> dict[str, float]:
        figures = {"threshold": self.threshold, "coverage": self.coverage, "wrong": self.wrong, "risk": self.risk}
        return {name: round(figure, 4) for name, figure in figures.items()}


def sweep(
    confidence: Sequence[float],
    right: Sequence[bool],
    weights: Sequence[float] | None = None,
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[RiskPoint]:
    """One point a threshold, from one confidence a question; questions weigh the same where no weights are given."""
    sure, lost, weight = _arrays(confidence, right, weights)
    return [
        RiskPoint(threshold, float(weight[sure >= threshold].sum()), float((weight * lost)[sure >= threshold].sum()))
        for threshold in thresholds
    ]


def curve(
    confidence: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None
) -> list[RiskPoint]:
    """The risk-coverage curve: a point at every confidence that occurs, from the surest answer to all of them."""
    if not len(confidence):
        return []
    sure, lost, weight = _arrays(confidence, right, weights)
    order = np.argsort(-sure, kind="stable")
    # Answers of one confidence are given or withheld together: only the last of them makes a point.
    last = np.flatnonzero(np.append(np.diff(sure[order]) != 0, True))
    covered, wrong = np.cumsum(weight[order])[last], np.cumsum((weight * lost)[order])[last]
    return [RiskPoint(*map(float, point)) for point in zip(sure[order][last], covered, wrong, strict=True)]


def area(points: Sequence[RiskPoint]) -> float:
    """The area under the risk-coverage curve: the mean risk over all coverages; 0 is best."""
    before = [0.0, *(point.coverage for point in points)]
    return sum((point.coverage - start) * point.risk for point, start in zip(points, before, strict=False))


def lowest_threshold(points: Sequence[RiskPoint], tolerated: float) -> RiskPoint | None:
    """The point that answers most with at most this share of wrong ones among the answered; None where none does."""
    allowed = [point for point in points if point.coverage and point.risk <= tolerated]
    return max(allowed, key=lambda point: (point.coverage, point.threshold), default=None)


def _arrays(
    confidence: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Confidences, 1 for each that is wrong, and weights that sum to 1."""
    sure = np.asarray(confidence, dtype=np.float64)
    weight = np.ones(len(sure)) if weights is None else np.asarray(weights, dtype=np.float64)
    total = weight.sum()
    return sure, 1 - np.asarray(right, dtype=np.float64), weight / total if total else weight
