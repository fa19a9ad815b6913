"""What is reckoned from measured times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0 to 100) of the values lies, to a tenth."""
    return round(float(numpy.percentile(values, share)), 1)
