"""Calibration figures, on cases worked out by hand and against another program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from evaluation.measures.reliability import Bin, brier, calibration_error, reliability

ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def test_the_brier_score_is_the_mean_squared_distance() -> None:
    assert brier([1.0, 0.0, 0.5], [True, False, True]) == pytest.approx(0.25 / 3)
    assert brier([1.0, 0.0], [False, True]) == 1


def test_answers_of_like_confidence_are_counted_together() -> None:
    table = reliability([0.05, 0.81, 0.89, 1.0], [False, True, False, True])
    assert table == [Bin(1, 0.05, 0.0), Bin(2, pytest.approx(0.85), 0.5), Bin(1, 1.0, 1.0)]


def test_bins_of_equal_mass_hold_as_many_answers_each() -> None:
    table = reliability([0.9, 0.91, 0.92, 0.1], [True, True, False, False], equal="mass", bins=2)
    assert table == [Bin(2, pytest.approx(0.5), 0.5), Bin(2, pytest.approx(0.915), 0.5)]


def test_the_calibration_error_weighs_each_bin_by_its_count() -> None:
    assert calibration_error([Bin(3, 0.9, 0.8), Bin(1, 0.2, 0.6)]) == pytest.approx((3 * 0.1 + 0.4) / 4)
    assert calibration_error([]) == 0


def test_who_says_half_and_is_right_half_the_time_is_calibrated() -> None:
    table = reliability([0.5] * 4, [True, False, True, False])
    assert calibration_error(table) == 0


@given(ANSWERS)
def test_the_brier_score_agrees_with_another_program(answers: list[tuple[float, bool]]) -> None:
    confidence, right = [sure for sure, _ in answers], [came_true for _, came_true in answers]
    assert brier(confidence, right) == pytest.approx(brier_score_loss(right, confidence, pos_label=1, labels=[0, 1]))


@given(ANSWERS, st.sampled_from(["width", "mass"]))
def test_every_answer_is_in_one_bin(answers: list[tuple[float, bool]], equal: str) -> None:
    confidence, right = [sure for sure, _ in answers], [came_true for _, came_true in answers]
    table = reliability(confidence, right, equal="mass" if equal == "mass" else "width")
    assert sum(of.count for of in table) == len(answers)
    assert sum(of.count * of.right for of in table) == pytest.approx(sum(right))
    assert [of.confidence for of in table] == sorted(of.confidence for of in table)
    assert 0 <= calibration_error(table) <= 1
