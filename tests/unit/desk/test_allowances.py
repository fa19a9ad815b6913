"""What one sender may still send, and what many may send together."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.floods.buckets import DISORDER, Buckets
from desk.floods.shares import LATE, Shares

LAN, AN, MINUTE = "lan", "an", 60.0
#: 2026-11-23 05:00:00, the beginning of a minute.
NOON = 1_795_410_000.0


def let_in(buckets: Buckets, sender: str, moments: list[float], a_minute: int = 10, pause: float = 0.0) -> int:
    return sum(buckets.take(sender, a_minute, at, pause) == 0 for at in moments)


def test_a_whole_minutes_allowance_may_be_used_at_once() -> None:
    assert let_in(Buckets(), LAN, [NOON] * 25) == 10


def test_it_fills_again_evenly() -> None:
    buckets = Buckets()
    let_in(buckets, LAN, [NOON] * 10)
    assert let_in(buckets, LAN, [NOON + 5.9] * 3) == 0
    assert let_in(buckets, LAN, [NOON + 12.1] * 3) == 2
    assert let_in(buckets, LAN, [NOON + 10 * MINUTE] * 25) == 10


def test_who_has_nothing_left_is_told_when_there_is_something_again() -> None:
    buckets = Buckets()
    let_in(buckets, LAN, [NOON] * 10)
    assert buckets.take(LAN, 10, NOON) == pytest.approx(6.0)
    assert buckets.take(LAN, 10, NOON + 6.0) == 0


def test_one_senders_flood_takes_nothing_of_anothers() -> None:
    buckets = Buckets()
    let_in(buckets, LAN, [NOON] * 1000)
    assert let_in(buckets, AN, [NOON] * 10) == 10


def test_with_a_pause_all_is_refused_until_it_is_over_and_then_all_of_the_minute_is_there() -> None:
    buckets = Buckets()
    assert let_in(buckets, LAN, [NOON] * 11, pause=MINUTE) == 10
    assert buckets.take(LAN, 10, NOON + 20, MINUTE) == pytest.approx(40)
    assert let_in(buckets, LAN, [NOON + n for n in range(1, 60)], pause=MINUTE) == 0
    assert let_in(buckets, LAN, [NOON + 60] * 11, pause=MINUTE) == 10


@given(st.lists(st.floats(0, 600), max_size=200).map(sorted), st.integers(1, 60))
def test_nothing_is_refused_of_who_never_sends_more_than_the_limit_in_a_minute(
    seconds: list[float], a_minute: int
) -> None:
    spaced: list[float] = []
    for second in seconds:
        if len(spaced) < a_minute or second >= spaced[-a_minute] + MINUTE:
            spaced.append(second)
    assert let_in(Buckets(), LAN, [NOON + s for s in spaced], a_minute, MINUTE) == len(spaced)


@given(st.lists(st.floats(0, 600), max_size=400).map(sorted), st.integers(1, 20))
def test_in_any_minute_no_more_than_twice_the_limit_is_let_in(seconds: list[float], a_minute: int) -> None:
    buckets = Buckets()
    taken = [s for s in seconds if buckets.take(LAN, a_minute, NOON + s) == 0]
    assert all(sum(begin <= s < begin + MINUTE for s in taken) <= 2 * a_minute for begin in taken)


def test_what_came_to_nothing_is_given_back() -> None:
    buckets = Buckets()
    for _ in range(100):
        assert buckets.take(LAN, 10, NOON) == 0
        buckets.give_back(LAN)


def test_messages_in_the_wrong_order_are_as_if_sent_at_once() -> None:
    assert let_in(Buckets(), LAN, [NOON, NOON - 5, NOON - 1] * 5) == 10


def test_a_clock_that_was_put_back_refuses_nobody_for_longer_than_a_minute() -> None:
    buckets = Buckets()
    let_in(buckets, LAN, [NOON] * 11, pause=MINUTE)
    earlier = NOON - DISORDER - 3600
    assert buckets.take(LAN, 10, earlier, MINUTE) == pytest.approx(MINUTE)
    assert let_in(buckets, LAN, [earlier + MINUTE] * 11, pause=MINUTE) == 10


def test_only_so_many_senders_are_remembered_and_the_newest_are_among_them() -> None:
    buckets = Buckets(remembered=3)
    let_in(buckets, LAN, [NOON] * 10)
    for n in range(100):
        buckets.take(f"stranger {n}", 10, NOON)
        assert buckets.take(LAN, 10, NOON) > 0
    assert len(buckets) == 3


def together(shares: Shares, senders: list[str], a_minute: int = 10, at: float = NOON) -> Counter[str]:
    return Counter(sender for sender in senders if shares.take("all", sender, a_minute, at) == 0)


def test_below_the_limit_of_all_nobody_is_refused() -> None:
    assert together(Shares(), [LAN] * 9 + [AN]) == {LAN: 9, AN: 1}


def test_above_it_the_busiest_are_refused_and_the_others_not() -> None:
    senders = [LAN] * 50 + ["a", "b", "c", "d"]
    assert together(Shares(), senders) == {LAN: 10, "a": 1, "b": 1, "c": 1, "d": 1}


def test_whoever_comes_first_has_no_more_than_whoever_comes_often() -> None:
    found = together(Shares(), [LAN, AN] * 50)
    assert found[LAN] == found[AN] == 5


def test_with_more_senders_than_the_limit_those_too_late_are_refused() -> None:
    assert sum(together(Shares(), [f"{n}" for n in range(100)]).values()) == 10


@given(st.lists(st.sampled_from("abcdef"), max_size=300), st.integers(1, 30))
def test_all_together_get_no_more_than_twice_the_limit(senders: list[str], a_minute: int) -> None:
    found = together(Shares(), senders, a_minute)
    assert sum(found.values()) <= 2 * a_minute
    demand, equal = Counter(senders), a_minute // max(1, len(set(senders)))
    assert all(found[sender] >= min(demand[sender], equal) for sender in demand)


def test_in_the_next_minute_all_may_send_again_and_the_wait_says_so() -> None:
    shares = Shares()
    together(shares, [LAN] * 10)
    assert shares.take("all", LAN, 10, NOON + 18) == pytest.approx(42)
    assert together(shares, [LAN] * 10, at=NOON + 60) == {LAN: 10}


def test_groups_are_apart() -> None:
    shares = Shares()
    together(shares, [LAN] * 50)
    assert shares.take("another", LAN, 10, NOON) == 0


def test_a_part_that_came_to_nothing_is_given_back() -> None:
    shares = Shares()
    for _ in range(100):
        assert shares.take("all", LAN, 10, NOON) == 0
        shares.give_back("all", LAN)


def test_a_message_that_is_late_counts_now_and_a_clock_put_back_begins_anew() -> None:
    shares = Shares()
    together(shares, [LAN] * 10)
    assert shares.take("all", LAN, 10, NOON - MINUTE) > 0
    assert shares.take("all", LAN, 10, NOON - (LATE + 1) * MINUTE) == 0
