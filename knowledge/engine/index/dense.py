"""Finds passages by their meaning: inner products of unit vectors in a FAISS index."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.engine.model.embedding import Vectors

faiss.omp_set_num_threads(1)


class DenseIndex:
    """Cosines of a question to the passages; immutable after it is made, so that searches may run side by side."""

    #: How many of the nearest passages are looked at; an entry with none among them is as far as the last of them.
    REACH = 1_000

    def __init__(self, vectors: Vectors) -> None:
        """``vectors`` are unit vectors, one row a passage: float32 of shape (passages, dimensions)."""
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def nearest(self, query: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        """Positions and cosines of the nearest passages, best first; ``query`` is of shape (dimensions,)."""
        reach = min(self.REACH, self._index.ntotal)
        cosines, positions = self._index.search(query[None, :], reach)
        return positions[0], cosines[0]
