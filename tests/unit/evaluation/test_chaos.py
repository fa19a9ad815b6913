"""Processes are done away with at random, and never one that has not been well for ten seconds."""

from __future__ import annotations

import random
import signal

import pytest

from evaluation.faults import chaos as module
from evaluation.faults.chaos import WELL_FOR, Chaos, How, Victim


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(module, "time", time)
    return time


def victims(*names: str, every: float = 0.0) -> list[Victim]:
    return [Victim(name, pid=lambda: 0, is_well=lambda: True, every=every) for name in names]


async def strike_again_and_again(chaos: Chaos, time: Time, times: int) -> None:
    """Every ten seconds, with everything well in between."""
    for _ in range(times):
        time.now += WELL_FOR
        for victim in chaos.victims:
            victim.well_since = time.now - WELL_FOR
        chaos.strike()
        await chaos.settle()


@pytest.fixture
def nothing_is_signalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_signal", lambda pid, number: True)


async def test_what_was_not_well_for_ten_seconds_is_left_alone(time: Time) -> None:
    chaos = Chaos(victims("bot"), random.Random(1), (1, 1))
    chaos.victims[0].well_since = time.now - WELL_FOR + 0.1

    chaos.strike()

    assert chaos.deeds == []


@pytest.mark.usefixtures("nothing_is_signalled")
async def test_after_ten_seconds_its_turn_may_come_and_it_must_be_well_again_first(time: Time) -> None:
    chaos = Chaos(victims("bot"), random.Random(1), (1, 1), hangs=(0, 0))
    chaos.victims[0].well_since = time.now - WELL_FOR

    chaos.strike()
    chaos.strike()
    await chaos.settle()
    chaos.strike()

    assert [deed.name for deed in chaos.deeds] == ["bot"]


@pytest.mark.usefixtures("nothing_is_signalled")
async def test_what_needs_long_to_come_back_is_left_alone_for_longer(time: Time) -> None:
    chaos = Chaos(victims("rasa", every=75.0), random.Random(1), (1, 1), hangs=(0, 0))

    await strike_again_and_again(chaos, time, 16)

    assert len(chaos.deeds) == 2


@pytest.mark.usefixtures("nothing_is_signalled")
async def test_replicas_of_what_comes_back_slowly_take_turns(time: Time) -> None:
    replicas = victims("rasa-1", "rasa-2", every=30.0)
    for replica in replicas:
        replica.kind = "rasa"
    chaos = Chaos(replicas, random.Random(1), (1, 1), hangs=(0, 0))

    await strike_again_and_again(chaos, time, 13)

    assert len(chaos.deeds) == 5
    assert {deed.name for deed in chaos.deeds} == {"rasa-1", "rasa-2"}


@pytest.mark.usefixtures("nothing_is_signalled")
async def test_what_is_seldom_struck_comes_first_when_it_may_be(time: Time) -> None:
    chaos = Chaos([*victims("rasa", every=60.0), *victims("bot")], random.Random(1), (1, 1), hangs=(0, 0))

    await strike_again_and_again(chaos, time, 12)

    assert [deed.name for deed in chaos.deeds] == (["rasa"] + ["bot"] * 5) * 2


@pytest.mark.usefixtures("nothing_is_signalled")
async def test_whoever_was_killed_less_often_comes_first(time: Time) -> None:
    chaos = Chaos(victims("bot", "rasa", "console"), random.Random(1), (1, 1), at_least=20, hangs=(0, 0))

    for _ in range(120):
        for victim in chaos.victims:
            victim.well_since = time.now - WELL_FOR
        chaos.strike()
        await chaos.settle()

    assert all(kills >= 20 for kills in chaos.kills.values())
    assert chaos.is_enough
    assert {deed.how for deed in chaos.deeds} == set(How)


async def test_what_was_gone_before_it_was_struck_is_not_counted(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_signal", lambda pid, number: False)
    chaos = Chaos(victims("bot"), random.Random(1), (1, 1))

    for _ in range(20):
        chaos.victims[0].well_since = time.now - WELL_FOR
        chaos.strike()
        await chaos.settle()

    assert chaos.deeds == []
    assert chaos.kills == {"bot": 0}


async def test_another_process_in_the_place_of_a_well_one_must_be_well_for_ten_seconds_itself(time: Time) -> None:
    pid = 7
    victim = Victim("bot", pid=lambda: pid, is_well=lambda: True)
    chaos = Chaos([victim], random.Random(1), (1, 1))
    await chaos._look_at(victim)
    time.now += WELL_FOR

    pid = 8
    await chaos._look_at(victim)

    assert victim.well_since == time.now


async def test_of_rasa_the_server_is_stopped_and_not_its_guard(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    signals: list[tuple[int, int]] = []
    monkeypatch.setattr(module, "_signal", lambda pid, number: signals.append((pid, number)) is None)
    chaos = Chaos([Victim("rasa", lambda: 7, lambda: True, hangs=lambda: 8)], random.Random(1), (1, 1), hangs=(0, 0))

    for _ in range(40):
        chaos.victims[0].well_since = time.now - WELL_FOR
        chaos.strike()
        await chaos.settle()

    assert {pid for pid, number in signals if number in (signal.SIGSTOP, signal.SIGCONT)} == {8}
    assert {pid for pid, number in signals if number in (signal.SIGKILL, signal.SIGTERM)} == {7}
