"""Many unit vectors in cells of like ones, of which a search looks at the nearest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.kept_vectors import Ids, KeptVectors
from knowledge.engine.index.splice import NEW, Splice
from knowledge.engine.model.embedding import Vectors

#: The cells are outgrown by so many times as many vectors as they were made for, or so many times fewer.
_GROWN = 1.5
#: Among so few every one is compared.
_FEW = 10_000
#: Among more than one in so many, the others are left out of so many times as many.
_MOST = 2


class Cells:
    """A list of vectors; never changed after it is made. What is kept is shared with the lists before and after it."""

    def __init__(self, kept: KeptVectors, ids: Ids, made_for: int) -> None:
        """``ids`` has the number of the vector at each position, ``made_for`` is how many the cells were made for."""
        self._kept = kept
        self._ids = ids
        self._made_for = made_for
        self._positions: NDArray[np.int64] = np.full(len(kept), -1, dtype=np.int64)
        self._positions[ids] = np.arange(len(ids))

    @classmethod
    def of(cls, vectors: Vectors) -> Cells:
        return cls(KeptVectors(vectors), np.arange(len(vectors)), len(vectors))

    @property
    def outgrown(self) -> bool:
        """Whether the vectors are no longer those for which the cells were made, or too many are kept in vain."""
        return len(self._ids) < self._made_for / _GROWN or len(self._kept) > self._made_for * _GROWN

    def spliced(self, splice: Splice, vectors: Vectors) -> Cells:
        """The next list in the same cells, to which what is new is added; what is gone stays there and is not found."""
        ids = np.empty(splice.size, dtype=np.int64)
        kept = splice.source != NEW
        ids[kept] = self._ids[splice.source[kept]]
        ids[splice.fresh] = self._kept.add(vectors)
        return Cells(self._kept, ids, self._made_for)

    def nearest(self, query: Vectors, count: int, among: NDArray[np.int64] | None) -> tuple[Vectors, NDArray[np.int64]]:
        """Cosines and positions of the nearest, at most ``count``, the nearest first."""
        if among is not None and len(among) <= _FEW:
            positions = among
        else:
            positions = self._likely(query, count, among)
        cosines = self._kept.cosines(query, self._ids[positions])
        order = np.argsort(-cosines, kind="stable")[:count]
        return cosines[order], positions[order]

    def _likely(self, query: Vectors, count: int, among: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Positions of likely the nearest; ``among`` rises."""
        if among is None or len(among) * _MOST > len(self._ids):
            # Nearly all are wanted: to leave the others out afterwards is quicker than to tell of each beforehand.
            found = self._kept.near(query, count if among is None else count * _MOST)
        else:
            found = self._kept.near(query, count, self._ids[among])
        positions = self._positions[found[found < len(self._positions)]]  # others may have been added since
        positions = positions[positions >= 0]
        if among is None:
            return positions
        places = np.minimum(np.searchsorted(among, positions), len(among) - 1)
        within: NDArray[np.int64] = positions[among[places] == positions]
        return within
