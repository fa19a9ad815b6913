"""How long a message waits, so that Telegram does not ask for a slower pace."""

from __future__ import annotations

import pytest

from bot import pace
from bot.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        return self.moment


def sends_within(chats: list[str], seconds: float) -> int:
    """How many of these messages, all ready at once, go out within the first seconds."""
    paced = Pace(Clock())
    return sum(paced.reserve(chat) < seconds for chat in chats)


def test_the_first_messages_to_a_chat_go_out_at_once() -> None:
    paced = Pace(Clock())
    assert [paced.reserve("1") for _ in range(4)] == [0, 0, 0, 0]


def test_after_them_one_a_second() -> None:
    paced = Pace(Clock())
    waits = [paced.reserve("1") for _ in range(7)]
    assert waits[4:] == pytest.approx([1, 2, 3])


def test_a_chat_that_was_silent_has_its_burst_again() -> None:
    clock = Clock()
    paced = Pace(clock)
    for _ in range(6):
        paced.reserve("1")
    clock.moment += 60
    assert paced.reserve("1") == 0


def test_all_chats_together_keep_to_thirty_a_second() -> None:
    assert sends_within([str(n) for n in range(200)], 1.0) <= 35
    assert sends_within([str(n) for n in range(200)], 3.0) >= 85


def test_a_group_gets_no_more_than_twenty_a_minute() -> None:
    assert sends_within(["-5"] * 40, 60.0) <= 23


def test_chats_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FORGET_ABOVE", 10)
    clock = Clock()
    paced = Pace(clock)
    for n in range(100):
        clock.moment += 10
        paced.reserve(str(n))
    assert len(paced._used_until) <= 12
