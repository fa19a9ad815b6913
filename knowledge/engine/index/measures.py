"""A collection of passages, each belonging to one owner, and how near every owner is to a question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import Language
from knowledge.engine.index.dense import DenseIndex
from knowledge.engine.index.late import LateIndex
from knowledge.engine.index.lexical import LexicalIndex, Scores, terms
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.query import Query
from knowledge.engine.writing.shorthand import write_out
from knowledge.engine.writing.text import normalise


class Group:
    """Some passages of a collection, at least one of each owner: of a language, or of a kind."""

    def __init__(self, owners: NDArray[np.int64], chosen: NDArray[np.bool_]) -> None:
        """``owners`` names the owner of each passage, rising from 0; ``chosen`` marks the passages of the group."""
        self.positions: NDArray[np.int64] = np.flatnonzero(chosen)
        self.starts: NDArray[np.int64] = np.searchsorted(owners[self.positions], np.arange(owners.max(initial=-1) + 1))

    def best(self, scores: Scores) -> Scores:
        """The best score of each owner's passages in the group; ``scores`` has one number a passage."""
        return np.maximum.reduceat(scores[self.positions], self.starts) if len(self.starts) else np.zeros(0)

    def nearest(self, owner: int, scores: Scores, count: int) -> NDArray[np.int64]:
        """Positions of the owner's best passages in the group, at most ``count``, best first."""
        end = self.starts[owner + 1] if owner + 1 < len(self.starts) else len(self.positions)
        own = self.positions[self.starts[owner] : end]
        nearest: NDArray[np.int64] = own[np.argsort(-scores[own], kind="stable")[:count]]
        return nearest


class Measures:
    """Words and meaning of the passages of a collection; immutable after it is made."""

    def __init__(self, owners: NDArray[np.int64], written: Sequence[str], vectors: Sequence[Embedded]) -> None:
        """``written`` holds the passages as ``written_out`` gives them, ``vectors`` what the model makes of each."""
        self.owners = owners
        self._words = LexicalIndex(map(counted, written))
        self._meaning = DenseIndex(np.stack([vector.whole for vector in vectors])) if vectors else None
        self._tokens = LateIndex(vectors)

    def words(self, query: Query) -> Scores:
        """One BM25 score a passage."""
        return self._words.scores(query.terms)

    def meaning(self, query: Embedded) -> Scores:
        """One cosine a passage; those beyond the index's reach get the last cosine within it."""
        if self._meaning is None:
            return np.zeros(0)
        positions, cosines = self._meaning.nearest(query.whole)
        found = np.full(len(self.owners), float(cosines[-1]))
        found[positions] = cosines
        return found

    def tokens(self, query: Embedded, positions: NDArray[np.int64]) -> Scores:
        """One mean cosine of tokens a passage; not measured, and -1, but for those named."""
        found = np.full(len(self.owners), -1.0)
        found[positions] = self._tokens.scores(query, positions)
        return found


@lru_cache(maxsize=50_000)
def written_out(text: str, language: Language) -> str:
    """A passage as it is searched. Kept between snapshots: most of a publication was in the one before."""
    return write_out(normalise(text), language)


@lru_cache(maxsize=50_000)
def counted(written: str) -> dict[str, int]:
    """The terms of a passage with how often each occurs."""
    return dict(terms(written))
