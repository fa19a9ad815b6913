"""Measures how near passages are token by token: each token of a question looks for the one nearest to it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.chained import Chained
from knowledge.engine.index.lexical import Scores
from knowledge.engine.index.products import inner_products
from knowledge.engine.index.splice import Splice
from knowledge.engine.model.embedding import TOKEN_SCALE, Embedded
from knowledge.engine.writing.changed import changed


class LateIndex:
    """Late interaction (as in ColBERT) over the tokens of the embedding model itself; immutable after it is made.

    Rare tokens of the question count for more: the inverse frequency of each among the passages is its weight.
    """

    def __init__(self, passages: Sequence[Embedded]) -> None:
        # The vectors are those that are kept elsewhere: they are by far the most of what is in memory.
        tokens, ids = [passage.tokens for passage in passages], [passage.ids for passage in passages]
        self._keep(tokens, ids, _having(ids))

    def spliced(self, splice: Splice, passages: Sequence[Embedded]) -> LateIndex:
        """The index of the next list of passages, the same as one made whole; ``passages`` are what is new in it."""
        tokens, ids = [passage.tokens for passage in passages], [passage.ids for passage in passages]
        gone = _having(self._ids[place] for place in splice.gone.tolist())
        spliced = LateIndex.__new__(LateIndex)
        spliced._keep(
            splice.items(self._tokens, tokens),
            splice.items(self._ids, ids),
            changed(self._had_by, gone, _having(ids)),
        )
        return spliced

    def added(self, gone: NDArray[np.int64], passages: Sequence[Embedded]) -> LateIndex:
        """The same with these passages behind; those at the positions ``gone`` stay where they are and do not count."""
        tokens, ids = [passage.tokens for passage in passages], [passage.ids for passage in passages]
        without = _having(self._ids[place] for place in gone.tolist())
        added = LateIndex.__new__(LateIndex)
        added._tokens, added._ids = Chained.behind(self._tokens, tokens), Chained.behind(self._ids, ids)
        added._had_by = changed(self._had_by, without, _having(ids))
        added._count = self._count - len(gone) + len(passages)
        lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
        added._lengths = np.concatenate([self._lengths, lengths])
        return added

    def _keep(self, tokens: list[NDArray[np.int8]], ids: list[NDArray[np.int32]], had_by: Mapping[int, int]) -> None:
        self._tokens: Sequence[NDArray[np.int8]] = tokens
        self._ids: Sequence[NDArray[np.int32]] = ids
        self._had_by = had_by
        self._count = len(tokens)
        self._lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))

    def __len__(self) -> int:
        return len(self._tokens)

    def scores(self, query: Embedded, positions: NDArray[np.int64]) -> Scores:
        """One mean cosine (-1 to 1) a named passage: of the question's tokens, each to the nearest of the passage."""
        nearest = self._nearest(query, positions)
        weights = self.weights(query)
        scores: Scores = (weights / weights.sum()) @ nearest if weights.size else np.zeros(len(positions))
        return scores

    def weights(self, query: Embedded) -> Scores:
        """What each token of a question counts for: the rarer among the passages, the more."""
        return np.array([self._rarity(self._had_by.get(token, 0)) for token in query.ids.tolist()], dtype=np.float64)

    def _nearest(self, query: Embedded, positions: NDArray[np.int64]) -> Scores:
        """The cosine of each of the question's tokens to the nearest: shape (tokens of the question, positions)."""
        lengths = self._lengths[positions]
        if not lengths.all():
            return self._nearest_of_some(query, positions, lengths > 0)
        if not len(query.ids) or not len(positions):
            return np.zeros((len(query.ids), len(positions)))
        products = inner_products(query.tokens, np.concatenate([self._tokens[place] for place in positions.tolist()]))
        found: Scores = np.maximum.reduceat(products, np.cumsum(lengths) - lengths, axis=1) / TOKEN_SCALE**2
        return found

    def _nearest_of_some(self, query: Embedded, positions: NDArray[np.int64], filled: NDArray[np.bool_]) -> Scores:
        """The same where some passages have no vectors of tokens: nothing is near to them."""
        found = np.zeros((len(query.ids), len(positions)))
        found[:, filled] = self._nearest(query, positions[filled])
        return found

    def _rarity(self, count: int) -> float:
        """The weight of a token that so many passages have."""
        return math.log(1 + (self._count - count + 0.5) / (count + 0.5))


def _having(ids: Iterable[NDArray[np.int32]]) -> Counter[int]:
    """How many passages have each token."""
    return Counter(token for of_passage in ids for token in set(of_passage.tolist()))
