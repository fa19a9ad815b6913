"""Finds passages by their meaning: inner products of unit vectors, by FAISS."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.cells import Cells
from knowledge.engine.index.few import Scores
from knowledge.engine.index.splice import Splice
from knowledge.engine.model.embedding import Embedded, Vectors

faiss.omp_set_num_threads(1)


class DenseIndex:
    """Cosines of a question to the passages; immutable after it is made, so that searches may run side by side."""

    #: How many of the nearest passages are looked at; an entry with none among them is as far as the last of them.
    REACH = 1_000
    #: Up to so many passages every one is compared. Beyond, only those in the cells nearest to the question are:
    #: evaluation/speed/ measures what that saves, and what it misses.
    EXACT_UP_TO = 50_000

    def __init__(self, vectors: Vectors) -> None:
        """``vectors`` are unit vectors, one row a passage: float32 of shape (passages, dimensions)."""
        self._count = len(vectors)
        self._cells = Cells.of(vectors) if self._count > self.EXACT_UP_TO else None
        self._all = vectors if self._cells is None else np.empty((0, vectors.shape[1]), dtype=np.float32)

    @classmethod
    def of(cls, vectors: Sequence[Embedded]) -> DenseIndex | None:
        """That of passages as the model sees them; None of no passages."""
        return cls(np.stack([vector.whole for vector in vectors])) if vectors else None

    @property
    def has_cells(self) -> bool:
        """Whether the passages are too many to be compared one by one."""
        return self._cells is not None

    @property
    def dimensions(self) -> int:
        return int(self._all.shape[1])

    def spliced(self, splice: Splice, vectors: Vectors) -> DenseIndex:
        """The index of the next list of passages, laid out as this one; ``vectors`` are those of what is new in it."""
        spliced = DenseIndex.__new__(DenseIndex)
        spliced._count = splice.size
        spliced._cells = self._cells.spliced(splice, vectors) if self._cells is not None else None
        spliced._all = splice.array(self._all, vectors) if self._cells is None else self._all
        return spliced

    @property
    def outgrown(self) -> bool:
        """Whether passages have become so many, or so few, that they had better be laid out anew."""
        if self._cells is None:
            return self._count > self.EXACT_UP_TO
        return self._count <= self.EXACT_UP_TO or self._cells.outgrown

    def cosines(self, query: Vectors, among: NDArray[np.int64] | None = None) -> Scores:
        """One cosine a passage; those beyond the reach get the last within it. ``query`` has shape (dimensions,).

        With ``among`` only the passages at these positions are within reach; the numbers of others say nothing.
        """
        if self._cells is not None:
            return _spread(*self.nearest(query, self.REACH, among), self._count)
        reach = min(self.REACH, self._count if among is None else len(among))
        if not reach:
            return np.zeros(self._count)
        # Not through a flat index: putting the nearest in order takes longer than finding the last of them.
        found: Vectors = faiss.pairwise_distances(query[None, :], self._all, faiss.METRIC_INNER_PRODUCT)[0]
        competing = found if among is None else found[among]
        last = np.partition(competing, len(competing) - reach)[len(competing) - reach]
        within: Scores = np.maximum(found, last).astype(np.float64)
        return within

    def nearest(
        self, query: Vectors, count: int, among: NDArray[np.int64] | None = None
    ) -> tuple[Vectors, NDArray[np.int64]]:
        """Cosines and positions of so many passages at most, the nearest first; only where there are cells."""
        assert self._cells is not None, "every passage is compared"
        return self._cells.nearest(query, count, among)


def _spread(cosines: Vectors, positions: NDArray[np.int64], count: int) -> Scores:
    """One cosine for each of so many passages from those that were found, both of shape (reach,)."""
    found: Scores = np.full(count, cosines[-1] if len(cosines) else 0.0, dtype=np.float64)
    found[positions] = cosines
    return found
