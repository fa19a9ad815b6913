"""Many unit vectors in cells of like ones, of which a search looks at the nearest, by FAISS."""

from __future__ import annotations

import math
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.splice import NEW, Splice
from knowledge.engine.model.embedding import Vectors

#: The cells are outgrown by so many times as many vectors as they were made for, or so many times fewer.
_GROWN = 1.5


class Cells:
    """Never changed after it is made; ``ids`` has the number by which FAISS knows the vector at each position."""

    def __init__(self, index: faiss.IndexIVF, ids: NDArray[np.int64], next_id: int, trained_on: int) -> None:
        self._index = index
        self._ids = ids
        self._next_id = next_id
        self._trained_on = trained_on
        self._positions: NDArray[np.int64] = np.full(next_id + 1, -1, dtype=np.int64)  # the last is for "none found"
        self._positions[ids] = np.arange(len(ids))

    @classmethod
    def of(cls, vectors: Vectors) -> Cells:
        """An eighth of the cells will be searched; takes seconds."""
        cells = int(2 ** round(math.log2(math.sqrt(len(vectors)))))
        scale = faiss.ScalarQuantizer.QT_8bit
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], cells, scale, faiss.METRIC_INNER_PRODUCT
        )
        index.nprobe = max(1, cells // 8)
        index.train(vectors)
        index.add(vectors)
        return cls(index, np.arange(len(vectors)), len(vectors), len(vectors))

    @property
    def outgrown(self) -> bool:
        """Whether the vectors are no longer those for which the cells were made."""
        return not self._trained_on / _GROWN <= len(self._ids) <= self._trained_on * _GROWN

    def spliced(self, splice: Splice, vectors: Vectors) -> Cells:
        """The same cells with what is new in the next list, and without what is gone."""
        index = cast("faiss.IndexIVF", faiss.clone_index(self._index))
        if len(splice.gone):
            index.remove_ids(faiss.IDSelectorBatch(self._ids[splice.gone]))
        fresh = np.arange(self._next_id, self._next_id + len(vectors))
        if len(fresh):
            index.add_with_ids(vectors, fresh)
        ids = np.empty(splice.size, dtype=np.int64)
        kept = splice.source != NEW
        ids[kept], ids[splice.fresh] = self._ids[splice.source[kept]], fresh
        return Cells(index, ids, self._next_id + len(fresh), self._trained_on)

    def nearest(self, query: Vectors, count: int, among: NDArray[np.int64] | None) -> tuple[Vectors, NDArray[np.int64]]:
        """Cosines and positions of the nearest, at most ``count``, the nearest first; a position below 0 is of none."""
        parameters = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(self._ids[among])
            parameters = faiss.SearchParametersIVF()
            parameters.sel, parameters.nprobe = chosen, self._index.nprobe
        cosines, ids = self._index.search(query[None, :], count, params=parameters)
        return cosines[0], self._positions[ids[0]]
