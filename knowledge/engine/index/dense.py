"""Finds passages by their meaning: inner products of unit vectors, by FAISS."""

from __future__ import annotations

import math

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.lexical import Scores
from knowledge.engine.model.embedding import Vectors

faiss.omp_set_num_threads(1)


class DenseIndex:
    """Cosines of a question to the passages; immutable after it is made, so that searches may run side by side."""

    #: How many of the nearest passages are looked at; an entry with none among them is as far as the last of them.
    REACH = 1_000
    #: Up to so many passages every one is compared. Beyond, only those in the cells nearest to the question are, from
    #: numbers of eight bits: evaluation/speed/ measures what that saves, and what it misses.
    EXACT_UP_TO = 50_000

    def __init__(self, vectors: Vectors) -> None:
        """``vectors`` are unit vectors, one row a passage: float32 of shape (passages, dimensions)."""
        self._count = len(vectors)
        self._cells = _in_cells(vectors) if self._count > self.EXACT_UP_TO else None
        self._all = vectors if self._cells is None else np.empty((0, vectors.shape[1]), dtype=np.float32)

    def cosines(self, query: Vectors, among: NDArray[np.int64] | None = None) -> Scores:
        """One cosine a passage; those beyond the reach get the last within it. ``query`` has shape (dimensions,).

        With ``among`` only the passages at these positions are within reach; the numbers of others say nothing.
        """
        reach = min(self.REACH, self._count if among is None else len(among))
        if not reach:
            return np.zeros(self._count)
        if self._cells is not None:
            return _spread(*self._cells.search(query[None, :], reach, params=self._chosen(among)), self._count)
        # Not through a flat index: putting the nearest in order takes longer than finding the last of them.
        found: Vectors = faiss.pairwise_distances(query[None, :], self._all, faiss.METRIC_INNER_PRODUCT)[0]
        competing = found if among is None else found[among]
        last = np.partition(competing, len(competing) - reach)[len(competing) - reach]
        within: Scores = np.maximum(found, last).astype(np.float64)
        return within

    def _chosen(self, among: NDArray[np.int64] | None) -> faiss.SearchParametersIVF | None:
        if among is None:
            return None
        return faiss.SearchParametersIVF(nprobe=self._cells.nprobe, sel=faiss.IDSelectorBatch(among))


def _spread(cosines: Vectors, positions: NDArray[np.int64], count: int) -> Scores:
    """One cosine for each of so many passages from those that were found, both of shape (1, reach)."""
    near = positions[0] >= 0  # few cells may hold fewer passages than were asked for
    found: Scores = np.full(count, cosines[0][near].min(initial=1.0), dtype=np.float64)
    found[positions[0][near]] = cosines[0][near]
    return found


def _in_cells(vectors: Vectors) -> faiss.Index:
    """A FAISS index that keeps like passages together; an eighth of the cells is searched."""
    cells = int(2 ** round(math.log2(math.sqrt(len(vectors)))))
    scale = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], cells, scale, faiss.METRIC_INNER_PRODUCT
    )
    index.nprobe = max(1, cells // 8)
    index.train(vectors)
    index.add(vectors)
    return index
