"""A chat with many updates waiting lets the others go first."""

from __future__ import annotations

from bot.turns import BURST, EVERY, Turns


class Clock:
    moment = 100.0

    def __call__(self) -> float:
        return self.moment


def worked_on(turns: Turns, chat: str, how_many: int) -> int:
    """How many of these are worked on at this moment."""
    done = 0
    while done < how_many and chat not in turns.waiting():
        turns.taken(chat)
        done += 1
    return done


def test_the_first_updates_of_a_chat_are_worked_on_at_once() -> None:
    assert worked_on(Turns(Clock()), "1", 100) == BURST


def test_then_one_a_second_and_after_a_silence_all_again() -> None:
    clock = Clock()
    turns = Turns(clock)
    worked_on(turns, "1", 100)
    for _ in range(5):
        clock.moment += EVERY
        assert worked_on(turns, "1", 100) == 1
    clock.moment += BURST * EVERY
    assert worked_on(turns, "1", 100) == BURST


def test_other_chats_do_not_wait_and_those_of_long_ago_are_forgotten() -> None:
    clock = Clock()
    turns = Turns(clock)
    for chat in range(50):
        worked_on(turns, str(chat), BURST)
        clock.moment += 1
    assert worked_on(turns, "another", 1) == 1
    clock.moment += BURST
    assert turns.waiting() == []
    assert turns._used_until == {}
