"""Telegram asks for less, or does not answer: one chat waits, or all do."""

from __future__ import annotations

import datetime as dt

import pytest
from telegram.error import RetryAfter

from bot.patience import Patience
from bot.refusal import Fate, Refusal
from bot.slowing import LONGEST_PAUSE, STORM, Slowing

LATER = Refusal(Fate.LATER, "Telegram answered with an error")


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def flood(seconds: float) -> Refusal:
    return Refusal(Fate.LATER, "slower", retry_after=dt.timedelta(seconds=seconds))


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def slowing(time: Time) -> Slowing:
    return Slowing(time)


def test_a_chat_that_is_flooded_slows_no_other(slowing: Slowing) -> None:
    for _ in range(5):
        slowing.refused("1", flood(30))
    assert slowing.pause() == 0


def test_a_bot_that_floods_sends_nothing_to_anybody_for_as_long_as_telegram_asks(slowing: Slowing, time: Time) -> None:
    slowing.refused("1", flood(30))
    time.now += 1
    slowing.refused("2", flood(7))
    assert slowing.pause() == 29
    time.now += 29
    assert slowing.pause() == 0


def test_two_chats_that_are_flooded_far_apart_are_two_chats(slowing: Slowing, time: Time) -> None:
    slowing.refused("1", flood(30))
    time.now += 11
    slowing.refused("2", flood(30))
    assert slowing.pause() == 0


def test_a_storm_of_errors_pauses_all_longer_each_time_and_never_at_the_same_moment(
    slowing: Slowing, time: Time
) -> None:
    pauses = []
    for chat in range(STORM + 8):
        slowing.refused(str(chat), LATER)
        pauses.append(slowing.pause())
        time.now += slowing.pause()
    assert pauses[: STORM - 1] == [0, 0]
    assert 0.5 <= pauses[STORM - 1] <= 1
    assert LONGEST_PAUSE / 2 <= pauses[-1] <= LONGEST_PAUSE
    assert len(set(pauses[STORM:])) > 1


def test_one_message_that_is_taken_ends_the_storm(slowing: Slowing) -> None:
    for _ in range(STORM - 1):
        slowing.refused("1", LATER)
    slowing.sent()
    slowing.refused("1", LATER)
    assert slowing.pause() == 0


def test_what_telegram_will_never_take_slows_nobody(slowing: Slowing) -> None:
    for _ in range(STORM + 1):
        slowing.refused("1", Refusal(Fate.NEVER, "blocked"))
    assert slowing.pause() == 0


def test_fetching_too_waits_as_long_as_telegram_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    assert Patience("fetching").failed(RetryAfter(17)) == 17
