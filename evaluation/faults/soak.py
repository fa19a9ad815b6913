"""`make soak`: an hour at half of what the desk can carry, nothing going wrong; var/reports/soak-PROFILE.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bootstrap.settings import read_settings
from desk.store import Store, make_engine
from evaluation.faults.counting import TEXTS, count, settle
from evaluation.faults.crowd import Crowd
from evaluation.faults.page import report_path, write_page
from evaluation.faults.profiles import started
from evaluation.faults.reconcile import Findings
from evaluation.faults.run import PROFILES, SHOWN
from evaluation.faults.sampling import Samples, finished, sample
from evaluation.faults.telegram import Trouble, telegram
from evaluation.faults.trend import at_share, means, trend
from evaluation.pages import write
from evaluation.retrieval.progress import say

#: People who write as fast as they are answered, while the capacity is measured.
CROWD = 48
#: The share of the capacity at which the desk then runs.
SHARE = 0.5
SAMPLE_EVERY = 10.0
#: The first part of the hour fills caches and is left out of the slopes.
WARM_UP = 0.2
#: The means of so many parts of the hour tell what a slope does not: whether it still grows at the end.
FIFTHS = 5
#: Memory that grows by less than this share in an hour counts as flat, and so does a queue whose slope may be 0.
FLAT = 0.05
NO_TROUBLE = Trouble(0, 0, 0, 0, 0)


class Metronome:
    """Gives turns at a steady rate, however many wait for one."""

    def __init__(self, a_second: float) -> None:
        self._every = 1 / a_second
        self._next = time.monotonic()

    async def turn(self) -> None:
        now = time.monotonic()
        self._next = max(self._next + self._every, now)
        await asyncio.sleep(self._next - now)


@dataclass(frozen=True)
class Soaked:
    """What an hour showed: messages a second, the samples, and how long people waited."""

    capacity: float
    rate: float
    messages: int
    samples: Samples
    waited: list[float]
    unanswered: int
    found: Findings


async def soak(profile: str, folder: Path, *, measure: float, seconds: float, seed: int) -> Soaked:
    """Measure the capacity, then run at half of it; ``measure`` and ``seconds`` say for how long each.

    Afterwards all that was said is held against the store, as after a run with faults.
    """
    async with telegram(random.Random(seed), NO_TROUBLE) as (emulator, address):
        async with started(PROFILES[profile](folder, address)) as running:
            store, samples = Store(make_engine(running.database_url)), Samples()
            first = Crowd(emulator, running, TEXTS, seed, at_once=CROWD)
            await first.link_officers()
            capacity = await _measured(measure, first, store)
            say(f"capacity: {capacity:.1f} messages a second")
            await settle(running, first)
            metronome = Metronome(SHARE * capacity)
            crowd = Crowd(
                emulator, running, TEXTS, seed + 1, at_once=4 * CROWD, turn=metronome.turn, people_from=1_000_001
            )
            sampling = asyncio.create_task(sample(running, store, samples, SAMPLE_EVERY))
            talking = asyncio.create_task(_talk_for(seconds, crowd))
            await asyncio.sleep(seconds)
            messages = len(crowd.journal.sent)
            sampling.cancel()
            # A look at the store that failed would leave the hour without samples, and must not go unnoticed.
            with suppress(asyncio.CancelledError):
                await sampling
            await talking
            await settle(running, first)
            store.engine.dispose()
            waited = sorted(each for each in crowd.journal.waited if each is not None)
            unanswered = crowd.journal.waited.count(None)
            found = await count(running.database_url, emulator, [first, crowd])
            return Soaked(capacity, messages / seconds, messages, samples, waited, unanswered, found)


async def _measured(seconds: float, crowd: Crowd, store: Store) -> float:
    """How many messages a second the desk finishes while a crowd writes as fast as it is answered."""
    before = await asyncio.to_thread(finished, store)
    talking = asyncio.create_task(_talk_for(seconds, crowd))
    await asyncio.sleep(seconds)
    after = await asyncio.to_thread(finished, store)
    await talking
    return (after - before) / seconds


async def _talk_for(seconds: float, crowd: Crowd) -> None:
    """Have a crowd without end begin talks for so long, and bring them to their end."""
    await crowd.talk(1_000_000, lambda _: None, until=time.monotonic() + seconds)


def report(soaked: Soaked, profile: str, seconds: float) -> dict[str, Any]:
    """The figures, with a slope an hour for each process and each queue, after the warm-up."""
    memory = {name: _slope(samples, seconds) for name, samples in soaked.samples.memory.items()}
    queues = {name: _slope(samples, seconds) for name, samples in soaked.samples.queues.items()}
    flat = all(abs(each["share_an_hour"]) < FLAT or each["low"] <= 0 for each in memory.values())
    return {
        "profile": profile,
        "seconds": round(seconds),
        "capacity": round(soaked.capacity, 2),
        "messages_a_second": round(soaked.rate, 2),
        "messages": soaked.messages,
        **soaked.found.wrong,
        "uncertain": len(soaked.found.uncertain),
        "findings": {name: getattr(soaked.found, name)[:SHOWN] for name in soaked.found.wrong},
        "memory_flat": flat,
        "queues_grow": any(each["low"] > 0 and each["mean"] > 1 for each in queues.values()),
        "memory_mib": memory,
        "queues": queues,
        "answered_within": {
            name: at_share(soaked.waited, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        },
        "not_answered_in_a_minute": soaked.unanswered,
    }


def _slope(samples: Sequence[tuple[float, float]], seconds: float) -> dict[str, float]:
    after = [each for each in samples if each[0] >= WARM_UP * seconds]
    line = trend(after)
    return {
        **{name: round(value, 2) for name, value in asdict(line).items()},
        "share_an_hour": round(line.share_an_hour, 4),
        "fifths": [round(mean, 1) for mean in means(samples, FIFTHS)],
        "most": round(max(value for _, value in after), 1),
    }


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=PROFILES, default="embedded")
    parser.add_argument("--measure", type=float, default=180.0, help="seconds for the capacity")
    parser.add_argument("--seconds", type=float, default=3_600.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        soaked = asyncio.run(
            soak(given.profile, Path(folder), measure=given.measure, seconds=given.seconds, seed=given.seed)
        )
    told = report(soaked, given.profile, given.seconds)
    reports = read_settings().var_dir / "reports"
    path = report_path(reports, "soak", given.profile)
    write({path: json.dumps(told, indent=2) + "\n"})
    write_page(reports)
    say(json.dumps(told, indent=2))
    say(f"written: {path}")
    is_in_order = not any(soaked.found.wrong.values())
    return 0 if told["memory_flat"] and not told["queues_grow"] and is_in_order else 1


if __name__ == "__main__":
    sys.exit(main())
