"""What many measurements amount to: a line through them with its slope an hour, and the value at a share of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Two-sided 95 % of the normal distribution; the samples of an hour are many.
_Z = 1.96


@dataclass(frozen=True)
class Trend:
    """``slope`` is in units an hour, between ``low`` and ``high`` with 95 %; ``mean`` is of all samples.

    The interval takes the samples for independent; neighbours are alike, so the truth is somewhat wider.
    """

    mean: float
    slope: float
    low: float
    high: float

    @property
    def share_an_hour(self) -> float:
        """The growth of an hour as a share of the mean; 0 where there is nothing."""
        return self.slope / self.mean if self.mean else 0.0


def trend(samples: Sequence[tuple[float, float]]) -> Trend:
    """The least-squares line through samples of (seconds, value); needs three of them."""
    hours = np.array([at / 3600 for at, _ in samples])
    values = np.array([value for _, value in samples])
    from_mean = hours - hours.mean()
    spread = float((from_mean**2).sum())
    slope = float((from_mean * (values - values.mean())).sum() / spread)
    left = values - values.mean() - slope * from_mean
    error = float(np.sqrt((left**2).sum() / (len(samples) - 2) / spread))
    return Trend(float(values.mean()), slope, slope - _Z * error, slope + _Z * error)


def means(samples: Sequence[tuple[float, float]], parts: int) -> list[float]:
    """The mean of each of so many parts of the samples, in their order; needs a sample for each."""
    return [float(part.mean()) for part in np.array_split([value for _, value in samples], parts)]


def at_share(ordered: Sequence[float], share: float) -> float | None:
    """The value below which this share of ordered values lies, to hundredths; None where there is none."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else None
