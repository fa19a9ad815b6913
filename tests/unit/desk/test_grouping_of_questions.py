"""Where a new question belongs: vectors say what to look at, the likeness whether it is the same."""

from __future__ import annotations

import pytest

from desk.gaps.grouping import LOOKED_AT, Placed, as_bytes, choose, nearest


def test_the_nearest_come_first_and_of_equals_the_earlier() -> None:
    others = [as_bytes([0.0, 1.0]), as_bytes([1.0, 0.0]), as_bytes([0.6, 0.8]), as_bytes([1.0, 0.0])]
    assert nearest(as_bytes([1.0, 0.0]), others) == [1, 3, 2, 0]


def test_no_more_are_looked_at_than_a_question_can_be_held_against() -> None:
    assert len(nearest(as_bytes([1.0, 0.0]), [as_bytes([1.0, 0.0])] * (LOOKED_AT + 5))) == LOOKED_AT


def test_what_has_no_words_or_was_made_by_another_model_is_near_to_nothing() -> None:
    assert as_bytes([0.0, 0.0]) == b""
    assert nearest(b"", [as_bytes([1.0, 0.0])]) == []
    assert nearest(as_bytes([1.0, 0.0]), [as_bytes([1.0, 0.0, 0.0]), b""]) == []


def test_a_question_joins_the_likest_group() -> None:
    found = choose([Placed(1, "a"), Placed(2, "b")], [0.7, 0.9], {1: 1, 2: 1})
    assert found is not None
    assert (found.group, found.likeness) == (2, pytest.approx(0.9))


def test_of_a_group_of_many_one_odd_question_draws_nobody_in() -> None:
    looked_at = [Placed(1, "odd"), Placed(1, "other"), Placed(2, "single")]
    assert choose(looked_at, [0.95, 0.1, 0.0], {1: 5, 2: 1}) is None
    assert choose(looked_at[:1], [0.95], {1: 5}) is None
    both = choose(looked_at, [0.9, 0.8, 0.0], {1: 5, 2: 1})
    assert both is not None
    assert both.likeness == pytest.approx(0.85)


def test_nothing_alike_begins_a_group() -> None:
    assert choose([Placed(1, "a")], [0.3], {1: 1}) is None
    assert choose([], [], {}) is None


def test_of_groups_as_like_the_older_gets_the_question() -> None:
    found = choose([Placed(7, "a"), Placed(3, "b")], [0.9, 0.9], {7: 1, 3: 1})
    assert found is not None
    assert found.group == 3
