"""Measures how near passages are token by token: each token of a question looks for the one nearest to it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.lexical import Scores
from knowledge.engine.model.embedding import TOKEN_SCALE, Embedded


class LateIndex:
    """Late interaction (as in ColBERT) over the tokens of the embedding model itself; immutable after it is made.

    Rare tokens of the question count for more: the inverse frequency of each among the passages is its weight.
    """

    def __init__(self, passages: Sequence[Embedded]) -> None:
        self._passages = passages
        self._frequency = Counter(token for passage in passages for token in set(passage.ids.tolist()))

    def scores(self, query: Embedded, positions: NDArray[np.int64]) -> Scores:
        """One mean cosine (-1 to 1) a named passage: of the question's tokens, each to the nearest of the passage."""
        nearest = self._nearest(query, positions)
        weights = np.array([self._rarity(token) for token in query.ids.tolist()])
        scores: Scores = nearest @ (weights / weights.sum()) if weights.size else np.zeros(len(positions))
        return scores

    def _nearest(self, query: Embedded, positions: NDArray[np.int64]) -> Scores:
        """The cosine of each of the question's tokens to the nearest: shape (positions, tokens of the question)."""
        among = [self._passages[position].tokens for position in positions.tolist()]
        lengths = np.fromiter(map(len, among), dtype=np.int64, count=len(among))
        found = np.zeros((len(positions), len(query.ids)))
        filled = lengths > 0
        if not filled.any() or not len(query.ids):
            return found
        stacked = np.concatenate(among).astype(np.float32)
        cosines = stacked @ (query.tokens.T.astype(np.float32) / TOKEN_SCALE**2)
        starts = np.cumsum(lengths[filled]) - lengths[filled]
        found[filled] = np.maximum.reduceat(cosines, starts, axis=0)
        return found

    def _rarity(self, token: int) -> float:
        count = self._frequency[token]
        return math.log(1 + (len(self._passages) - count + 0.5) / (count + 0.5))
