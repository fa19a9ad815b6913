"""A collection of passages, each belonging to one owner, and how near every owner is to a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import Language
from knowledge.engine.index.dense import DenseIndex
from knowledge.engine.index.late import LateIndex
from knowledge.engine.index.layered_words import LayeredWords
from knowledge.engine.index.lexical import LexicalIndex, Scores
from knowledge.engine.index.splice import NEW, Splice
from knowledge.engine.model.embedding import Embedded, Vectors
from knowledge.engine.writing.query import Query
from knowledge.engine.writing.shorthand import write_out
from knowledge.engine.writing.text import normalise


class Measures:
    """Words and meaning of the passages of a collection; immutable after it is made."""

    def __init__(self, counted: Iterable[Mapping[str, int]], vectors: Sequence[Embedded]) -> None:
        """``counted`` gives the terms of each passage, ``vectors`` holds what the model makes of it."""
        self._keep(LexicalIndex(counted), DenseIndex.of(vectors), LateIndex(vectors))

    def spliced(self, splice: Splice, counted: Iterable[Mapping[str, int]], vectors: Sequence[Embedded]) -> Measures:
        """Those of the next list of passages; ``counted`` and ``vectors`` are of what is new in it.

        They are the same as those made whole, but for the cells of very many passages (cells.py), which stay as they
        were made.
        """
        if self._meaning is None:
            meaning = DenseIndex.of(vectors)
        else:
            meaning = self._meaning.spliced(splice, _wholes(vectors, self._meaning.dimensions))
        spliced = Measures.__new__(Measures)
        assert isinstance(self._words, LexicalIndex), "what has later passages behind is not spliced"
        spliced._keep(self._words.spliced(splice, counted), meaning, self._tokens.spliced(splice, vectors))
        return spliced

    def added(
        self,
        gone: NDArray[np.int64],
        lost: Sequence[Mapping[str, int]],
        come: Sequence[Mapping[str, int]],
        vectors: Sequence[Embedded],
    ) -> Measures:
        """Those of very many passages with some behind; those at the positions ``gone`` do not count any more."""
        assert self._meaning is not None, "of no passages there are not many"
        words = self._words if isinstance(self._words, LayeredWords) else LayeredWords(self._words)
        size = len(self._tokens)
        splice = Splice(np.append(np.arange(size), np.full(len(vectors), NEW)), size)
        added = Measures.__new__(Measures)
        added._keep(
            words.added(lost, come),
            self._meaning.spliced(splice, _wholes(vectors, self._meaning.dimensions)),
            self._tokens.added(gone, vectors),
        )
        return added

    @property
    def outgrown(self) -> bool:
        """Whether it had better be made whole once more."""
        return self._meaning is not None and self._meaning.outgrown

    def _keep(self, words: LexicalIndex | LayeredWords, meaning: DenseIndex | None, tokens: LateIndex) -> None:
        self._words, self._meaning, self._tokens = words, meaning, tokens

    def words(self, query: Query) -> Scores:
        """One BM25 score a passage."""
        return self._words.scores(query.terms)

    def meaning(self, query: Embedded, among: NDArray[np.int64] | None = None) -> Scores:
        """One cosine a passage; those beyond the index's reach get the last cosine within it.

        With ``among`` the passages at these positions compete for the reach alone; the others' numbers say nothing.
        """
        return np.zeros(0) if self._meaning is None else self._meaning.cosines(query.whole, among)

    def tokens(self, query: Embedded, positions: NDArray[np.int64]) -> Scores:
        """One mean cosine of tokens for each of the named passages."""
        return self._tokens.scores(query, positions)

    def weights_of_tokens(self, query: Embedded) -> Scores:
        """What each token of a question counts for, by how rare it is among the passages."""
        return self._tokens.weights(query)


@lru_cache(maxsize=50_000)
def written_out(text: str, language: Language) -> str:
    """A passage as it is searched. Kept between snapshots: most of a publication was in the one before."""
    return write_out(normalise(text), language)


def _wholes(vectors: Sequence[Embedded], dimensions: int) -> Vectors:
    return np.stack([vector.whole for vector in vectors]) if vectors else np.empty((0, dimensions), dtype=np.float32)
