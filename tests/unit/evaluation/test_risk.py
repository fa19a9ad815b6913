"""Coverage and risk by threshold, on cases worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.measures.risk import RiskPoint, area, curve, lowest_threshold, sweep

ANSWERS = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30)
SURE, RIGHT = [0.9, 0.8, 0.6, 0.3], [True, False, True, False]


def test_a_threshold_answers_what_is_as_sure_as_itself() -> None:
    strict, usual, everything = sweep(SURE, RIGHT, thresholds=[0.95, 0.6, 0.0])
    assert (strict.coverage, strict.risk, strict.precision) == (0, 0, None)
    assert (usual.coverage, usual.wrong, usual.precision) == (0.75, 0.25, pytest.approx(2 / 3))
    assert (everything.coverage, everything.risk) == (1, 0.5)


def test_weights_are_shares_of_all_questions() -> None:
    (point,) = sweep([0.9, 0.8], [True, False], weights=[3, 1], thresholds=[0.5])
    assert (point.coverage, point.wrong) == (1, 0.25)


def test_the_curve_runs_from_the_surest_answer_to_all() -> None:
    points = curve(SURE, RIGHT)
    assert [point.coverage for point in points] == [0.25, 0.5, 0.75, 1]
    assert [point.risk for point in points] == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert area(points) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_answers_of_one_confidence_make_one_point() -> None:
    (point,) = curve([0.7, 0.7], [True, False])
    assert (point.coverage, point.risk) == (1, 0.5)


def test_nothing_asked_gives_no_curve() -> None:
    assert curve([], []) == []
    assert area([]) == 0


def test_the_threshold_follows_from_the_tolerated_share_of_wrong_answers() -> None:
    points = curve(SURE, RIGHT)
    assert lowest_threshold(points, tolerated=0.0) == points[0]
    assert lowest_threshold(points, tolerated=0.4) == points[2]
    assert lowest_threshold(points, tolerated=0.5) == points[3]
    assert lowest_threshold([RiskPoint(0.5, 0.4, 0.2)], tolerated=0.1) is None


@given(ANSWERS)
def test_a_lower_threshold_answers_no_less_and_errs_no_less(answers: list[tuple[float, bool]]) -> None:
    points = curve([sure for sure, _ in answers], [right for _, right in answers])
    assert [p.coverage for p in points] == sorted(p.coverage for p in points)
    assert [p.wrong for p in points] == sorted(p.wrong for p in points)
    assert points[-1].coverage == pytest.approx(1)
    assert 0 <= area(points) <= 1 + 1e-9


@given(ANSWERS)
def test_the_curve_and_the_sweep_agree(answers: list[tuple[float, bool]]) -> None:
    sure, right = [sure for sure, _ in answers], [right for _, right in answers]
    for point in curve(sure, right):
        (same,) = sweep(sure, right, thresholds=[point.threshold])
        assert (same.coverage, same.wrong) == (pytest.approx(point.coverage), pytest.approx(point.wrong))
