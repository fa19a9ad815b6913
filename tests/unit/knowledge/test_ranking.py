"""Who comes first among many: the highest scores only are sorted, and ways of measuring are brought to one scale."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.engine.index.few import highest
from knowledge.engine.judging.fusion import standardised


def test_the_highest_are_those_of_a_whole_sorting_equal_ones_in_their_order() -> None:
    scores = np.random.default_rng(3).integers(0, 6, size=200).astype(float)
    for count in (1, 15, 199, 200, 300):
        assert highest(scores, count).tolist() == np.argsort(-scores, kind="stable")[:count].tolist()


def test_of_none_none_is_highest() -> None:
    assert highest(np.zeros(0), 5).tolist() == []


def test_standardised_scores_have_mean_zero_and_spread_one() -> None:
    found = standardised(np.array([1.0, 2.0, 4.0, 9.0]))
    assert (found.mean(), found.std()) == (pytest.approx(0), pytest.approx(1))


def test_scores_that_are_all_the_same_say_nothing() -> None:
    assert standardised(np.full(3, 0.5)).tolist() == [0, 0, 0]
    assert standardised(np.zeros(0)).tolist() == []
