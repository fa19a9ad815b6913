"""Ranks by the mean: nobody of few is ranked, and an interval that overlaps is told. Values from published tables."""

from __future__ import annotations

import pytest

from desk.figures.breakdown.ranking import in_stretches, ranked
from desk.figures.ratings import RatingFigures
from desk.figures.statistics import mean_interval, share_interval, student


def rated(*counts: float) -> RatingFigures:
    """So many gave one star, two stars and so on."""
    return RatingFigures(sum(counts), counts)


#: Means: 4.5 of 20, 4.4 of 20, 2.05 of 20, and 5 of 19.
HIGH, NEAR, LOW, FEW = rated(0, 0, 0, 10, 10), rated(0, 0, 2, 8, 10), rated(8, 6, 4, 1, 1), rated(0, 0, 0, 0, 19)


def test_whoever_has_fewer_than_twenty_is_not_ranked() -> None:
    standings = ranked({"few": FEW, "low": LOW, "high": HIGH})
    assert {name: each.rank for name, each in standings.items()} == {"high": 1, "low": 2}


def test_twenty_by_thirds_are_twenty() -> None:
    third = rated(0, 0, 0, 0, 1 / 3)
    by_thirds = sum([third] * 60, RatingFigures(0))
    assert ranked({"thirds": by_thirds, "low": LOW})["thirds"].rank == 1


def test_a_single_one_is_no_ranking() -> None:
    assert ranked({"high": HIGH, "few": FEW}) == {}
    assert ranked({}) == {}


def test_the_same_mean_has_the_same_rank_and_the_next_one_is_passed_over() -> None:
    half = rated(0, 0, 0, 5.000000001, 15)
    standings = ranked({"a": HIGH, "b": rated(0, 0, 0, 20, 20), "c": LOW, "d": half})
    assert [standings[name].rank for name in "dabc"] == [1, 2, 2, 4]


def test_overlapping_intervals_are_told_and_those_apart_are_not() -> None:
    standings = ranked({"high": HIGH, "near": NEAR, "low": LOW})
    assert standings["high"].overlaps == (2,)
    assert standings["near"].overlaps == (1,)
    assert standings["low"].overlaps == ()


@pytest.mark.parametrize(
    ("numbers", "words"), [([], ""), ([3], "3"), ([1, 2, 3, 5, 7, 8], "1–3, 5, 7–8"), ([1, 3], "1, 3")]
)
def test_ranks_in_a_row_are_written_as_stretches(numbers: list[int], words: str) -> None:
    assert in_stretches(numbers) == words


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: Wilson's score without correction
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_of_shares_are_those_of_the_table(part: int, whole: int, low: float, high: float) -> None:
    found = share_interval(part, whole)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("freedom", "value"), [(19, 2.093), (24, 2.064), (29, 2.045), (60, 2.000), (120, 1.980)])
def test_quantiles_are_those_of_students_table(freedom: int, value: float) -> None:
    assert round(student(freedom), 3) == value


def test_the_interval_of_a_mean_is_what_a_table_gives_by_hand() -> None:
    # 10 times 4 and 10 times 5: mean 4.5, s = sqrt(5 / 19) = 0.5130, 2.093 * s / sqrt(20) = 0.2401
    found = mean_interval(HIGH.counts)
    assert (found.low, found.high) == pytest.approx((4.2599, 4.7401), abs=1e-4)
