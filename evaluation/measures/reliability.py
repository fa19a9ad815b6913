"""Whether a confidence of so much per cent is right so often: Brier score, calibration error, reliability table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers of like confidence: how many, their mean confidence, and the share of them that was right."""

    count: int
    confidence: float
    right: float


def brier(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """The mean squared distance of confidences (0 to 1) from what came true; 0 is best."""
    return float(np.mean((np.asarray(confidence, dtype=np.float64) - np.asarray(right, dtype=np.float64)) ** 2))


def reliability(
    confidence: Sequence[float], right: Sequence[bool], equal: Literal["width", "mass"] = "width", bins: int = BINS
) -> list[Bin]:
    """The table of bins by rising confidence, those without answers left out.

    Bins are equal in ``width`` (tenths of the scale) or in ``mass`` (as many answers in each as can be).
    """
    sure, came_true = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if equal == "width":
        places = np.minimum((sure * bins).astype(np.int64), bins - 1)
        groups = [np.flatnonzero(places == place) for place in range(bins)]
    else:
        groups = list(np.array_split(np.argsort(sure, kind="stable"), bins))
    return [
        Bin(len(group), float(sure[group].mean()), float(came_true[group].mean())) for group in groups if group.size
    ]


def calibration_error(table: Sequence[Bin]) -> float:
    """The mean distance of confidence from the share that was right, each bin weighed by its count; 0 is best."""
    total = sum(of.count for of in table)
    return sum(of.count * abs(of.confidence - of.right) for of in table) / total if total else 0.0
