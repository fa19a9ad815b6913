"""Mixes the ways of measuring into one order."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.few import Scale, Scores, Sparse

#: Shares of each mix, fitted by python -m evaluation.fitting.fit_fusion on the desk's own questions.
WEIGHTS = Path(__file__).with_name("fusion.json")


@dataclass(frozen=True)
class Signals:
    """How near each owner of passages is to a question, by each way of measuring.

    ``of_owners`` has one array a way, of one number an owner: words are BM25 scores, meanings and tokens are cosines
    of the best passage, coverage is a share of the question's words. ``of_passages`` is the meaning of each passage.

    Of very many owners only some are measured: ``owners`` has their positions, rising, and ``scales`` says of each way
    how it lies over all of them.
    """

    of_owners: Mapping[str, Scores]
    of_passages: Scores | Sparse
    owners: NDArray[np.int64] | None = None
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def standardised(self) -> Mapping[str, Scores]:
        """Every way of measuring as distances from its mean over all owners, in standard deviations."""
        return {
            name: self.scales[name].standardised(scores) if name in self.scales else standardised(scores)
            for name, scores in self.of_owners.items()
        }


@lru_cache(maxsize=1)
def mixes() -> Mapping[str, Mapping[str, float]]:
    """The weights of each way of measuring, by mix: what finds the candidates, and what puts them in order."""
    data: Mapping[str, Mapping[str, float]] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return data


def fused(ways: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    """One score an owner from standardised ways; comparable within one search only."""
    return sum(
        (weight * ways[name] for name, weight in weights.items()), start=np.zeros_like(next(iter(ways.values())))
    )


def standardised(scores: Scores) -> Scores:
    """Distances from the mean in standard deviations; all zero where all are the same."""
    if not scores.size:
        return scores
    away: Scores = scores - scores.sum() / scores.size
    spread = math.sqrt((away @ away) / scores.size)
    return away / spread if spread > 0 else np.zeros_like(scores)
