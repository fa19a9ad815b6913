"""The kinds of index that are compared: how each is built by FAISS, and how hard each can be made to look."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.engine.model.embedding import Vectors

#: Some of what FAISS has is made when it is loaded, and no checker of types finds it.
_FAISS: Any = faiss
EXACT = "exact"
#: So many nearest passages are asked for.
FIRST = 10
#: So many vectors a cell, or a code, are drawn to train on: all of a million would take far longer.
A_CELL = 64
#: With a second look, so many of the nearest are compared once more with the vectors as they are; of codes, which are
#: coarse, more.
AGAIN, OF_CODES_AGAIN = (50,), (1_000, 4_000)
#: PQ keeps one of so many codes for each part of a vector, and needs as many vectors to learn them.
_CODES = 256
#: Parts of a vector of 384 numbers: 8 numbers in a byte, or 2 numbers in half a byte.
_NUMBERS_A_BYTE, _NUMBERS_A_HALF = 8, 2
_GRAPH_NEIGHBOURS, _GRAPH_WHILE_BUILDING = 32, 80
_GRAPH_LOOKS = (16, 32, 64, 128, 256, 512)
#: Of the cells a search looks at these shares.
_SHARES = (64, 32, 16, 8, 4, 2)

#: Positions of the nearest passages of one question, the nearest first; shape (FIRST,) or shorter.
Positions = NDArray[np.int64]
Search = Callable[[Vectors], Positions]


@dataclass(frozen=True)
class Built:
    """``searches`` by setting; ``sized`` is what is kept in memory, ``beside`` bytes of vectors that are kept too."""

    searches: Mapping[str, Search]
    sized: Any
    beside: int = 0

    @property
    def mebibytes(self) -> float:
        """Of the index as it would be written, and what is kept beside it."""
        return round((_bytes_of(self.sized) + self.beside) / 2**20, 3)


@dataclass(frozen=True)
class Kind:
    """``build`` takes unit vectors, float32 of shape (passages, dimensions); of fewer than ``least`` none is built.

    It gives the index by the kind's name, and where the nearest may be compared again, that beside it.
    """

    name: str
    told: str
    build: Callable[[Vectors], Mapping[str, Built]]
    least: int = 1


def kinds() -> list[Kind]:
    """The exact one first: the others are held against it."""
    return [
        Kind(EXACT, "every vector is compared (IndexFlatIP)", _exact),
        Kind(
            "eight bits", "every vector is compared in numbers of eight bits (IndexScalarQuantizer, SQ8)", _eight_bits
        ),
        Kind("HNSW", f"a graph with {_GRAPH_NEIGHBOURS} neighbours a passage (IndexHNSWFlat)", _graph),
        Kind("IVF", "cells of like vectors, of which those nearest to the question are looked at (IndexIVFFlat)", _ivf),
        Kind("IVF-SQ8", "the same with numbers of eight bits (IndexIVFScalarQuantizer)", _ivf_sq8),
        Kind("IVF-PQ", "the same with codes of 48 bytes a passage (IndexIVFPQ)", _ivf_pq, _CODES),
        Kind("IVF-PQ fast", "the same with codes of 96 bytes in halves (IndexIVFPQFastScan)", _ivf_pq_fast, _CODES),
    ]


def cells_for(passages: int) -> int:
    """How many cells so many passages are put in: the power of two that is nearest to the square root."""
    return int(2 ** round(math.log2(math.sqrt(passages))))


def again(name: str) -> str:
    """What a kind is called of which the nearest are compared again."""
    return f"{name}, again"


def _exact(vectors: Vectors) -> Mapping[str, Built]:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return {EXACT: Built({"all": _searching(index)}, index)}


def _eight_bits(vectors: Vectors) -> Mapping[str, Built]:
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(_sample(vectors, cells_for(len(vectors))))
    index.add(vectors)
    return {"eight bits": Built({"all": _searching(index)}, index)}


def _graph(vectors: Vectors) -> Mapping[str, Built]:
    index = faiss.IndexHNSWFlat(vectors.shape[1], _GRAPH_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _GRAPH_WHILE_BUILDING
    index.add(vectors)
    looks = {f"efSearch {look}": _FAISS.SearchParametersHNSW(efSearch=look) for look in _GRAPH_LOOKS}
    return {"HNSW": Built({name: _searching(index, parameters) for name, parameters in looks.items()}, index)}


def _ivf(vectors: Vectors) -> Mapping[str, Built]:
    dimensions, cells = vectors.shape[1], cells_for(len(vectors))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, cells, faiss.METRIC_INNER_PRODUCT)
    return {"IVF": _filled(index, vectors)}


def _ivf_sq8(vectors: Vectors) -> Mapping[str, Built]:
    dimensions, cells = vectors.shape[1], cells_for(len(vectors))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions), dimensions, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    return {"IVF-SQ8": _filled(index, vectors), again("IVF-SQ8"): _looked_at_again(index, vectors, AGAIN)}


def _ivf_pq(vectors: Vectors) -> Mapping[str, Built]:
    dimensions, cells = vectors.shape[1], cells_for(len(vectors))
    parts = dimensions // _NUMBERS_A_BYTE
    nearest = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFPQ(nearest, dimensions, cells, parts, 8, faiss.METRIC_INNER_PRODUCT)
    return {"IVF-PQ": _filled(index, vectors), again("IVF-PQ"): _looked_at_again(index, vectors, OF_CODES_AGAIN)}


def _ivf_pq_fast(vectors: Vectors) -> Mapping[str, Built]:
    dimensions, cells = vectors.shape[1], cells_for(len(vectors))
    parts = dimensions // _NUMBERS_A_HALF
    nearest = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFPQFastScan(nearest, dimensions, cells, parts, 4, faiss.METRIC_INNER_PRODUCT)
    alone = _filled(index, vectors)
    return {"IVF-PQ fast": alone, again("IVF-PQ fast"): _looked_at_again(index, vectors, OF_CODES_AGAIN)}


def _filled(index: Any, vectors: Vectors) -> Built:
    """Trains the cells and fills them."""
    index.train(_sample(vectors, index.nlist))
    index.add(vectors)
    return Built({name: _searching(index, parameters) for name, parameters in _looks(index).items()}, index)


def _looked_at_again(index: Any, vectors: Vectors, counts: Sequence[int]) -> Built:
    """The vectors as they are stay in memory, too."""
    searches = {
        f"{name}, {count} again": _second_look(index, parameters, vectors, count)
        for name, parameters in _looks(index).items()
        for count in counts
    }
    return Built(searches, index, vectors.nbytes)


def _looks(index: Any) -> dict[str, Any]:
    probes = sorted({max(1, index.nlist // share) for share in _SHARES})
    return {f"{probe} of {index.nlist} cells": _FAISS.SearchParametersIVF(nprobe=probe) for probe in probes}


def _searching(index: Any, parameters: Any = None) -> Search:
    def search(question: Vectors) -> Positions:
        _, positions = index.search(question[None, :], FIRST, params=parameters)
        found: Positions = positions[0]
        return found

    return search


def _second_look(index: Any, parameters: Any, vectors: Vectors, count: int) -> Search:
    def search(question: Vectors) -> Positions:
        _, positions = index.search(question[None, :], count, params=parameters)
        near = positions[0]
        near = near[near >= 0]  # few cells may hold fewer passages than were asked for
        cosines = vectors[near] @ question
        found: Positions = near[np.argsort(-cosines)[:FIRST]]
        return found

    return search


def _sample(vectors: Vectors, cells: int) -> Vectors:
    """What an index is trained on; the same for the same vectors."""
    wanted = max(A_CELL * cells, A_CELL * _CODES)
    if wanted >= len(vectors):
        return vectors
    return vectors[np.random.default_rng(1).choice(len(vectors), size=wanted, replace=False)]


def _bytes_of(index: Any) -> int:
    """Counted while it is written to nowhere."""
    counted = 0

    def take(piece: bytes) -> int:
        nonlocal counted
        counted += len(piece)
        return len(piece)

    faiss.write_index(index, _FAISS.PyCallbackIOWriter(take))
    return counted
