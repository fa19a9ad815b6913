"""Intervals and percentiles agree with a library of statistics, which no door may load."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from desk.figures.statistics import ENOUGH, mean_interval, mean_of, percentile, share_interval, student

WHOLE = st.integers(1, 400)


@given(WHOLE, st.data())
def test_the_interval_of_a_share_is_wilsons(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = share_interval(part, whole)
    expected = stats.binomtest(part, whole).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= found.low <= part / whole <= found.high <= 1


@pytest.mark.parametrize("freedom", [10, 19, 25, 40, 100, 1000])
def test_the_quantile_is_students(freedom: int) -> None:
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=1e-5)


@given(st.lists(st.integers(1, 5), min_size=ENOUGH, max_size=200).filter(lambda stars: len(set(stars)) > 1))
def test_the_interval_of_a_mean_is_students_within_the_levels(stars: list[int]) -> None:
    found = mean_interval([stars.count(level) for level in range(1, 6)])
    expected = stats.t.interval(0.95, len(stars) - 1, loc=statistics.mean(stars), scale=stats.sem(stars))
    assert (found.low, found.high) == pytest.approx((max(1, expected[0]), min(5, expected[1])), abs=1e-4)


def test_where_all_agree_the_interval_still_has_a_width() -> None:
    found = mean_interval([0, 0, 0, 0, 25])
    assert found.high == pytest.approx(5)
    assert 4 < found.low < 4.6


def test_a_mean_is_of_the_people_and_not_of_the_levels() -> None:
    assert mean_of([1, 0, 0, 0, 3]) == 4


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=60))
def test_percentiles_lie_between_the_values_in_proportion(values: list[float]) -> None:
    assert percentile(values, 0.5) == pytest.approx(statistics.median(values))
    assert percentile(values, 0.9) == pytest.approx(statistics.quantiles(values, n=10, method="inclusive")[8])


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.9) == 7.0
