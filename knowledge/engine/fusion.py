"""Mixes the ways of measuring into one order of entries."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from knowledge.engine.lexical import Scores
from knowledge.engine.snapshot import Signals

#: Shares of the mix, chosen on calibration questions only (python -m evaluation.retrieval.fit_confidence).
WEIGHTS: Mapping[str, float] = {
    "words_in_entry": 0.30,
    "words_in_answer": 0.10,
    "meaning": 0.30,
    "meaning_of_answer": 0.15,
    "meaning_in_other_language": 0.15,
}


def fused(signals: Signals) -> Scores:
    """One score an entry; comparable within one search only."""
    return sum(
        (weight * standardised(getattr(signals, name)) for name, weight in WEIGHTS.items()),
        start=np.zeros(len(signals.meaning)),
    )


def standardised(scores: Scores) -> Scores:
    """Distances from the mean in standard deviations; all zero where all are the same."""
    spread = scores.std() if scores.size else 0.0
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
