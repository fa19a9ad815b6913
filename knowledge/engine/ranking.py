"""Puts the entries of a snapshot in order for one question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.confidence import features
from knowledge.engine.embedding import Vectors
from knowledge.engine.fusion import fused
from knowledge.engine.lexical import Scores
from knowledge.engine.query import Query
from knowledge.engine.snapshot import Snapshot


@dataclass(frozen=True)
class Ranking:
    """Positions of entries, best first, with the mixed score and the features (one row each) of every one."""

    positions: NDArray[np.int64]
    scores: Scores
    features: NDArray[np.float64]


def rank(snapshot: Snapshot, query: Query, vector: Vectors, limit: int) -> Ranking:
    """The nearest entries, at most ``limit``; none when nothing is published or nothing was asked.

    ``vector`` is the question's unit vector, of shape (dimensions,).
    """
    signals = snapshot.signals(query, vector)
    scores = fused(signals)
    order = np.argsort(-scores, kind="stable")[:limit]
    return Ranking(order, scores[order], features(query, snapshot, signals, scores)[order])
