"""Bootstrap intervals: the same each time, around the mean, narrower with more questions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.measures.intervals import interval, paired_interval

SHARES = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=30)


def test_a_share_has_the_interval_that_its_formula_gives() -> None:
    of = interval([1.0] * 80 + [0.0] * 20)
    half_width = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert of.mean == pytest.approx(0.8)
    assert of.low == pytest.approx(0.8 - half_width, abs=0.015)
    assert of.high == pytest.approx(0.8 + half_width, abs=0.015)


def test_what_never_differs_has_no_width() -> None:
    assert interval([1.0, 1.0, 1.0]).as_data() == {"mean": 1.0, "low": 1.0, "high": 1.0}


def test_pairs_that_move_together_have_a_narrower_interval_than_either() -> None:
    values = [float(n % 2) for n in range(100)]
    others = [*values[:-2], 0.0, 0.0]
    difference = paired_interval(values, others)
    assert difference.mean == pytest.approx(0.01)
    alone = interval(values)
    assert difference.high - difference.low < (alone.high - alone.low) / 3


def test_the_same_answers_give_the_same_interval() -> None:
    assert interval([0.0, 1.0, 1.0]) == interval([0.0, 1.0, 1.0])


def test_nothing_has_no_interval_and_pairs_need_a_partner() -> None:
    with pytest.raises(ValueError, match="nothing"):
        interval([])
    with pytest.raises(ValueError, match="argument"):
        paired_interval([1.0], [1.0, 0.0])


@given(SHARES)
def test_the_mean_lies_in_its_interval_and_the_interval_in_the_values(values: list[float]) -> None:
    of = interval(values)
    assert min(values) <= of.low <= of.mean + 1e-9
    assert of.mean - 1e-9 <= of.high <= max(values)


@given(SHARES)
def test_a_run_does_not_differ_from_itself(values: list[float]) -> None:
    assert paired_interval(values, values).as_data() == {"mean": 0.0, "low": 0.0, "high": 0.0}
