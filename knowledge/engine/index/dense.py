"""Finds passages by their meaning: inner products of unit vectors in a FAISS index."""

from __future__ import annotations

import math

import faiss
import numpy as np
from numpy.typing import NDArray

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
        count, dimensions = vectors.shape
        self._index = faiss.IndexFlatIP(dimensions) if count <= self.EXACT_UP_TO else _in_cells(vectors)
        self._index.add(np.ascontiguousarray(vectors))

    def nearest(self, query: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        """Positions and cosines of the nearest passages, best first; ``query`` is of shape (dimensions,)."""
        reach = min(self.REACH, self._index.ntotal)
        cosines, positions = self._index.search(query[None, :], reach)
        found = positions[0] >= 0  # few cells may hold fewer passages than were asked for
        return positions[0][found], cosines[0][found]


def _in_cells(vectors: Vectors) -> faiss.Index:
    """A trained and empty index that keeps like passages together; a sixteenth of the cells is searched."""
    cells = int(2 ** round(math.log2(math.sqrt(len(vectors)))))
    scale = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], cells, scale, faiss.METRIC_INNER_PRODUCT
    )
    index.nprobe = max(1, cells // 16)
    index.train(np.ascontiguousarray(vectors))
    return index
