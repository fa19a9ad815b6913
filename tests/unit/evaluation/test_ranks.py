"""Figures of ranked lists, on cases worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from evaluation.measures.ranks import first_rank, hit, ndcg, reciprocal_rank

IDS = st.lists(st.sampled_from("abcdefghij"), unique=True)


@pytest.mark.parametrize(
    ("found", "relevant", "rank"),
    [("abc", "a", 1), ("abc", "c", 3), ("abc", "cb", 2), ("abc", "x", None), ("", "a", None), ("abc", "", None)],
)
def test_the_first_relevant_one_gives_the_rank(found: str, relevant: str, rank: int | None) -> None:
    assert first_rank(list(found), set(relevant)) == rank


def test_a_hit_counts_up_to_its_depth() -> None:
    assert [hit(rank, 5) for rank in (1, 5, 6, None)] == [1, 1, 0, 0]


def test_the_reciprocal_rank_is_nothing_beyond_ten() -> None:
    assert [reciprocal_rank(rank) for rank in (1, 4, 10, 11, None)] == [1, 0.25, 0.1, 0, 0]


def test_the_gain_of_one_relevant_falls_with_the_logarithm_of_its_place() -> None:
    assert ndcg(["a", "b"], {"a"}) == 1
    assert ndcg(["b", "a"], {"a"}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["b"], {"a"}) == 0


def test_two_relevant_ones_are_measured_against_both_on_top() -> None:
    both_on_top = 1 + 1 / math.log2(3)
    assert ndcg(["a", "x", "b"], {"a", "b"}) == pytest.approx((1 + 0.5) / both_on_top)


def test_what_stands_beyond_ten_gains_nothing() -> None:
    assert ndcg([*"abcdefghij", "z"], {"z"}) == 0


@given(IDS, st.sets(st.sampled_from("abcdefghij"), min_size=1))
def test_every_figure_lies_between_nothing_and_all(found: list[str], relevant: set[str]) -> None:
    rank = first_rank(found, relevant)
    assert 0 <= ndcg(found, relevant) <= 1 + 1e-9
    assert 0 <= reciprocal_rank(rank) <= hit(rank, 10) <= 1
    assert hit(rank, 1) <= hit(rank, 5) <= hit(rank, 10)


@given(st.permutations("abcdefghij"), st.sets(st.sampled_from("abcdefghij"), min_size=1))
def test_the_gain_agrees_with_another_program(found: list[str], relevant: set[str]) -> None:
    scores = [[-float(found.index(id)) for id in "abcdefghij"]]
    worth = [[float(id in relevant) for id in "abcdefghij"]]
    assert ndcg(found, relevant) == pytest.approx(ndcg_score(worth, scores))
