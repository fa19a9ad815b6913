"""Meaning: every passage up to its reach, and beyond so many passages those in the nearest cells."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.engine.index.dense import DenseIndex
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
    assert found[near] == pytest.approx((vectors @ vectors[17])[near], abs=0.02)  # numbers of eight bits
