"""Many unit vectors by number: in cells, where the likely nearest are found, and as they are, for a closer look."""

from __future__ import annotations

import math
import threading
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.engine.model.embedding import Vectors

Ids = NDArray[np.int64]

#: So many cells are looked at, however many there are.
_PROBED = 64
#: The cells are made from so many vectors each, in so many rounds: more finds no more of the nearest.
_SAMPLED, _ROUNDS = 48, 10
#: Vectors are put into the cells so many at a time.
_AT_A_TIME = 50_000
#: So many vectors are measured at once: what they take up is then used again, and not asked of the system.
_BLOCK = 256
#: When the room for vectors is full, so much more of it is taken.
_ROOM = 1.1


class KeptVectors:
    """Numbers 0, 1, ... for vectors in the order in which they came. None is changed or taken out; some are added.

    In the cells a vector has four bits a dimension; beside them it is kept in halves (float16), 768 bytes of the
    default model's, by which the nearest are measured once more. Safe to use from several threads.
    """

    def __init__(self, vectors: Vectors) -> None:
        """``vectors`` are unit vectors, float32 of shape (vectors, dimensions); takes a minute for a million."""
        count, dimensions = vectors.shape
        cells = min(count, int(2 ** round(math.log2(2 * math.sqrt(count)))))
        index = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(dimensions), dimensions, cells, dimensions, 4, faiss.METRIC_INNER_PRODUCT
        )
        index.nprobe = _PROBED
        index.cp.niter, index.cp.min_points_per_centroid = _ROUNDS, 1
        sample = np.random.default_rng(count).choice(count, min(count, _SAMPLED * cells), replace=False)
        index.train(vectors[np.sort(sample)])
        self._index: Any = index
        self._halves: NDArray[np.float16] = np.empty((count, dimensions), dtype=np.float16)
        self._count = 0
        self._changing = threading.Lock()
        self.add(vectors)

    def __len__(self) -> int:
        return self._count

    def add(self, vectors: Vectors) -> Ids:
        """The numbers of further vectors; whoever searches need not know of them."""
        with self._changing:
            first, last = self._count, self._count + len(vectors)
            if last > len(self._halves):
                # What was kept is copied once in many times, and never changed where somebody may be looking.
                room = np.empty((int(last * _ROOM), self._halves.shape[1]), dtype=np.float16)
                room[:first] = self._halves[:first]
                self._halves = room
            self._halves[first:last] = vectors
            for start in range(0, len(vectors), _AT_A_TIME):
                self._index.add(vectors[start : start + _AT_A_TIME])
            self._count = last
            return np.arange(first, last)

    def near(self, query: Vectors, count: int, among: Ids | None = None) -> Ids:
        """The numbers of likely the nearest, at most so many; ``among`` leaves all others out."""
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = self._index.nprobe
        chosen = None if among is None else self._chosen(among)  # FAISS does not hold it
        parameters.sel = chosen
        with self._changing:  # FAISS may be searched by many, but not while it is added to
            _, ids = self._index.search(query[None, :], count, params=parameters)
        found: Ids = ids[0]
        return found[found >= 0]

    def _chosen(self, among: Ids) -> Any:
        """A selector of FAISS's."""
        bits = np.zeros((self._count + 8) // 8 * 8, dtype=np.bool_)
        bits[among] = True
        make: Any = faiss.IDSelectorBitmap
        return make(np.packbits(bits, bitorder="little"))

    def cosines(self, query: Vectors, ids: Ids) -> Vectors:
        """One cosine for each of these vectors."""
        halves = self._halves
        blocks = [
            halves[ids[start : start + _BLOCK]].astype(np.float32) @ query for start in range(0, len(ids), _BLOCK)
        ]
        return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)
