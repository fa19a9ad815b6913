"""Figures of answers with known intervals, and cells that are joined until none is small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.questionnaires.limits import QuestionnaireLimits
from desk.questionnaires.model import Question, QuestionKind, Scale
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import Sample
from desk.questionnaires.publishing import joined_levels, joined_options
from desk.questionnaires.reading import read
from desk.questionnaires.results import Answered
from desk.questionnaires.sampling import rank
from tests.desk_fixtures import CONTENT

LIMITS = QuestionnaireLimits.read(CONTENT / "questionnaires.yml")


def level(*counts: int) -> Answered:
    question = Question(kind=QuestionKind.LEVEL.value, scale=Scale.SATISFACTION.value, options=[])
    return Answered(question, sum(counts), 0, counts)


def test_shares_have_wilsons_interval_and_means_students() -> None:
    answered = level(1, 1, 3, 7, 8)
    assert answered.mean == pytest.approx(4.0)
    # Student with 19 degrees of freedom: 2.09302 * sqrt(24 / 19 / 20).
    interval = answered.mean_interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((3.47399, 4.52601), abs=1e-4)
    high = answered.high
    assert high is not None
    assert (high.count, high.share) == (15, 0.75)
    assert high.interval is not None
    # Wilson of 15 in 20, as published in tables.
    assert (high.interval.low, high.interval.high) == pytest.approx((0.5313, 0.8881), abs=1e-4)


def test_of_fewer_than_twenty_only_counts_are_given() -> None:
    answered = level(0, 0, 4, 7, 8)
    assert answered.counts == (0, 0, 4, 7, 8)
    assert (answered.mean, answered.mean_interval) == (None, None)
    assert [(share.share, share.interval) for share in answered.shares] == [(None, None)] * 5


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ((5, 6, 7, 8, 9), [([1], 5), ([2], 6), ([3], 7), ([4], 8), ([5], 9)]),
        ((1, 6, 7, 8, 9), [([1, 2], 7), ([3], 7), ([4, 5], 17)]),
        ((1, 1, 3, 8, 9), [([1, 2, 3], 5), ([4, 5], 17)]),
        ((0, 0, 0, 8, 9), []),
    ],
)
def test_levels_are_joined_with_their_neighbours(counts: tuple[int, ...], cells: list[tuple[list[int], int]]) -> None:
    assert joined_levels(counts, 5) == cells


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ((10, 20, 5), [([0], 10), ([1], 20), ([2], 5)]),
        ((10, 20, 4), [([1], 20), ([0, 2], 14)]),
        ((30, 3, 3), [([0], 30), ([1, 2], 6)]),
        ((30, 0, 0), []),
        ((30, 0, 6), [([0], 30), ([1, 2], 6)]),
    ],
)
def test_small_options_are_joined_and_never_one_alone(
    counts: tuple[int, ...], cells: list[tuple[list[int], int]]
) -> None:
    assert joined_options(counts, 5) == cells


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_no_published_cell_is_small_and_none_can_be_reckoned(counts: list[int]) -> None:
    cells = joined_options(counts, 5)
    assert all(count >= 5 for _, count in cells)
    if cells:
        assert sorted(place for of, _ in cells for place in of) == list(range(len(counts)))
        assert sum(count for _, count in cells) == sum(counts)
    if len(counts) == 5:
        assert all(count >= 5 for _, count in joined_levels(counts, 5))


def test_the_rank_of_a_chat_is_the_same_everywhere() -> None:
    assert rank(7, "chat") == "4779e392eac274b8936b4e06d79c1dc84799640a035277fdd717b1d9d1e39a08"


def test_a_sample_is_kept_and_read_back() -> None:
    sample = Sample(unit="KV02", topics=("tax",), case="with", channels=("web",), languages=("en",), size=9)
    assert Sample.from_json(sample.as_json()) == sample


def test_the_limits_that_ship() -> None:
    assert (LIMITS.days_between, LIMITS.anonymous_from, LIMITS.cell) == (90, 5, 5)
    assert LIMITS.open_least >= 2 * LIMITS.remind_after_days


@pytest.mark.parametrize(
    ("text", "reason", "about"),
    [
        ("title: [", "questionnaire.file.not_yaml", ""),
        ("title: {vi: a, en: b}", "questionnaire.file.wrong", "introduction"),
        ("title: {vi: a, en: b, fr: c}", "questionnaire.file.wrong", "title.fr"),
        ("12", "questionnaire.file.wrong", "file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(text: str, reason: str, about: str) -> None:
    with pytest.raises(QuestionnaireRefused) as refused:
        read(text)
    assert refused.value.reason == reason
    assert about in str(refused.value.values.get("place", ""))


def test_what_ships_can_be_read_and_speaks_both_languages() -> None:
    plan = read((CONTENT / "questionnaires" / "yearly_satisfaction.yml").read_text(encoding="utf-8"))
    assert plan.heading.anonymous
    assert len(plan.questions) <= LIMITS.questions
    for question in plan.questions:
        for words in (question.text, *question.options):
            assert words.vi.strip()
            assert words.en.strip()
            assert len(max(words.vi, words.en, key=len)) <= (60 if words in question.options else 500)
