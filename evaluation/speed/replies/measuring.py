"""The three ways of asking: one at a time, so many at once, and at a steady rate whatever is still unanswered."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.speed.replies.arms import Asker

#: Seconds between two questions that are asked one at a time: what comes after a reply is to be over.
PAUSE = 0.05
AT_ONCE = 16


@dataclass
class Turns:
    """What several turns of one arm showed: milliseconds of each turn, or how many replies a second came in it."""

    waits: list[list[float]] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


async def one_at_a_time(askers: Sequence[Asker], rounds: int, questions: int) -> dict[str, Turns]:
    """Every arm in turn, question by question, so that whatever else the machine does falls on all of them.

    Who is asked first changes from question to question.
    """
    found = {asker.arm.name: Turns() for asker in askers}
    for _ in range(rounds):
        for turns in found.values():
            turns.waits.append([])
        for number in range(questions):
            place = number % len(askers)
            for asker in (*askers[place:], *askers[:place]):
                await asyncio.sleep(PAUSE)
                if (wait := await asker.ask()) is not None:
                    found[asker.arm.name].waits[-1].append(wait)
    return found


async def many_at_once(askers: Sequence[Asker], turns: int, seconds: float, at_once: int = AT_ONCE) -> dict[str, Turns]:
    """Short turns of each arm, one after the other; each asks again as soon as it is answered."""
    found = {asker.arm.name: Turns() for asker in askers}
    for _ in range(turns):
        for asker in askers:
            waits = await _closed_loop(asker, seconds, at_once)
            found[asker.arm.name].waits.append(waits)
            found[asker.arm.name].rates.append(len(waits) / seconds)
    return found


async def _closed_loop(asker: Asker, seconds: float, at_once: int) -> list[float]:
    """The waits of those that were answered within the time; who was asked later is answered, and not counted."""
    waits: list[float] = []
    end = time.monotonic() + seconds

    async def again_and_again() -> None:
        while time.monotonic() < end:
            wait = await asker.ask()
            if wait is not None and time.monotonic() < end:
                waits.append(wait)

    await asyncio.gather(*(again_and_again() for _ in range(at_once)))
    return waits


async def at_a_rate(asker: Asker, a_second: float, seconds: float, rng: random.Random) -> list[float]:
    """Questions come by chance, so many a second on average, and do not wait for one another."""
    waits: list[float] = []
    if not a_second:
        return waits

    async def once() -> None:
        if (wait := await asker.ask()) is not None:
            waits.append(wait)

    end = time.monotonic() + seconds
    asking = []
    at = time.monotonic()
    while (at := at + rng.expovariate(a_second)) < end:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        asking.append(asyncio.create_task(once()))
    await asyncio.gather(*asking)
    return waits
