"""Meaning: every passage up to its reach, and beyond so many passages those in the nearest cells."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.engine.index import cells
from knowledge.engine.index.dense import DenseIndex
from knowledge.engine.index.splice import NEW, Splice
from knowledge.engine.model.embedding import Vectors


def unit_vectors(count: int) -> Vectors:
    vectors = np.random.default_rng(4).standard_normal((count, 16), dtype=np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_every_passage_within_reach_has_its_cosine_and_the_others_that_of_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(DenseIndex, "REACH", 5)
    vectors = unit_vectors(40)
    found = DenseIndex(vectors).cosines(vectors[3])
    exact = vectors @ vectors[3]
    assert found == pytest.approx(np.maximum(exact, np.sort(exact)[-5]), abs=1e-6)


def test_fewer_passages_than_the_reach_are_all_measured() -> None:
    vectors = unit_vectors(7)
    assert DenseIndex(vectors).cosines(vectors[0]) == pytest.approx(vectors @ vectors[0], abs=1e-6)


def test_from_cells_the_nearest_is_found_and_nothing_is_nearer_than_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DenseIndex, "EXACT_UP_TO", 1_000)
    monkeypatch.setattr(DenseIndex, "REACH", 50)
    vectors = unit_vectors(2_500)
    found = DenseIndex(vectors).cosines(vectors[17])
    assert len(found) == 2_500
    assert int(found.argmax()) == 17
    near = found > found.min()
    assert found[near] == pytest.approx((vectors @ vectors[17])[near], abs=0.002)  # kept in halves


@pytest.mark.parametrize("few", [0, 10_000])
def test_from_cells_only_those_among_which_is_searched_are_found(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DenseIndex, "EXACT_UP_TO", 1_000)
    monkeypatch.setattr(cells, "_FEW", few)
    vectors = unit_vectors(2_500)
    index, among = DenseIndex(vectors), np.arange(3, 2_500, 7)
    cosines, positions = index.nearest(vectors[17], 200, among)
    exact = (vectors @ vectors[17])[among]
    assert int(positions[0]) == 17
    assert set(positions.tolist()) <= set(among.tolist())
    assert (np.diff(cosines) <= 0).all()
    wanted = among[np.argsort(-exact)[:10]].tolist()
    assert len(set(wanted) & set(positions[:10].tolist())) >= (10 if few else 8)


def test_what_two_next_lists_of_one_add_does_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DenseIndex, "EXACT_UP_TO", 1_000)
    vectors = unit_vectors(1_520)
    index = DenseIndex(vectors[:1_500])
    splice = Splice(np.append(np.arange(1_500), [NEW] * 10), 1_500)
    one, other = (index.spliced(splice, vectors[start : start + 10]) for start in (1_500, 1_510))
    for added, place in ((one, 1_503), (other, 1_513)):
        cosines, positions = added.nearest(vectors[place], 50)
        assert int(positions[0]) == 1_503
        assert float(cosines[0]) == pytest.approx(1, abs=1e-3)
    assert int(index.nearest(vectors[1_503], 50)[1].max()) < 1_500
