"""`make faults`: talks with the real desk while its processes die; writes var/reports/faults-PROFILE.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bootstrap.settings import read_settings
from evaluation.faults import reconcile
from evaluation.faults.chaos import Chaos
from evaluation.faults.counting import SETTLED_WITHIN, TEXTS, count, settle
from evaluation.faults.crowd import Crowd
from evaluation.faults.page import report_path, write_page
from evaluation.faults.profiles import Running, embedded, production, started
from evaluation.faults.reconcile import Findings
from evaluation.faults.talks import LENGTH
from evaluation.faults.telegram import Telegram, Trouble, telegram
from evaluation.faults.trend import at_share
from evaluation.pages import write
from evaluation.retrieval.progress import say

PROFILES: dict[str, Callable[[Path, str], AbstractContextManager[Running]]] = {
    "embedded": embedded,
    "production": production,
}
#: Seconds between two deeds. With two of each most of two cores would go into starting what was killed.
EVERY = {"embedded": (4.0, 8.0), "production": (6.0, 10.0)}
#: A run goes on until every process was killed as often as is asked, up to so many times its conversations.
LONGEST = 1.5
#: Shown of each kind of finding.
SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """What a run is to be. ``kills``: of each process at least; ``kills_in_all``: of all together."""

    profile: str
    conversations: int
    at_once: int
    seed: int
    every: tuple[float, float]
    kills: int
    kills_in_all: int = 0


@dataclass(frozen=True)
class Run:
    """A run that has come to its end."""

    asked: Asked
    telegram: Telegram
    chaos: Chaos
    crowd: Crowd
    seconds: float
    found: Findings


async def carry_out(asked: Asked, folder: Path) -> Run:
    """Start the desk, have everybody go through their talks while it is done away with piece by piece, and settle."""
    rng = random.Random(asked.seed)
    async with telegram(random.Random(rng.random()), Trouble()) as (emulator, address):
        async with started(PROFILES[asked.profile](folder, address)) as running:
            crowd = Crowd(emulator, running, TEXTS, asked.seed, at_once=asked.at_once)
            chance = random.Random(rng.random())
            chaos = Chaos(running.victims, chance, asked.every, at_least=asked.kills, in_all=asked.kills_in_all)
            await crowd.link_officers()
            began = time.monotonic()
            striking = asyncio.create_task(chaos.run())
            await crowd.talk(asked.conversations, partial(_tell, chaos))
            while not chaos.is_enough and crowd.done < LONGEST * asked.conversations:
                await crowd.talk(asked.at_once, partial(_tell, chaos))
            seconds = time.monotonic() - began
            striking.cancel()
            await chaos.settle()
            if not await chaos.all_well(SETTLED_WITHIN):
                say("not everything came back")
            await settle(running, crowd)
            found = await count(running.database_url, emulator, [crowd])
            return Run(asked, emulator, chaos, crowd, seconds, found)


def _tell(chaos: Chaos, done: int) -> None:
    if done % 50 == 0:
        say(f"{done} conversations, kills: {chaos.kills}")


def report(run: Run) -> dict[str, Any]:
    found = run.found
    through = sum(
        n for result, n in found.results.items() if result in {f"done: {one}" for one in reconcile.THROUGH_RASA}
    )
    waited = sorted(seconds for seconds in run.crowd.journal.waited if seconds is not None)
    return {
        "profile": run.asked.profile,
        "seed": run.asked.seed,
        "conversations": run.crowd.done,
        "messages": len(run.crowd.journal.sent),
        "kills": run.chaos.kills,
        "done_otherwise": {victim.name: dict(victim.done) for victim in run.chaos.victims},
        **found.wrong,
        "uncertain": len(found.uncertain),
        "through_rasa": round(through / max(1, len(run.crowd.journal.sent)), 4),
        "results": dict(found.results.most_common()),
        "counted": dict(sorted(found.counted.items())),
        "telegram_went_wrong": dict(run.telegram.wrong),
        "seconds": round(run.seconds, 1),
        "messages_a_second": round(len(run.crowd.journal.sent) / run.seconds, 2),
        "answered_within": {"p50": at_share(waited, 0.5), "p95": at_share(waited, 0.95), "p99": at_share(waited, 0.99)},
        "not_answered_in_a_minute": run.crowd.journal.waited.count(None),
        "findings": {
            name: getattr(found, name)[:SHOWN] for name in ("lost", "doubled", "reordered", "stuck", "uncertain")
        },
        "deeds": [asdict(deed) for deed in run.chaos.deeds],
    }


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=PROFILES, default="embedded")
    parser.add_argument("--conversations", type=int, default=2_000)
    parser.add_argument("--at-once", type=int, default=24)
    parser.add_argument("--kills", type=int, default=20, help="of each process, at least")
    parser.add_argument("--every", type=float, nargs=2, help="seconds between two deeds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the store and the logs, to look into afterwards")
    given = parser.parse_args(words)
    every = tuple(given.every or EVERY[given.profile])
    asked = Asked(given.profile, given.conversations, given.at_once, given.seed, every, given.kills)
    with tempfile.TemporaryDirectory(prefix="faults") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run = asyncio.run(carry_out(asked, folder))
        told = report(run)
    reports = read_settings().var_dir / "reports"
    path = report_path(reports, "faults", asked.profile)
    write({path: json.dumps(told, indent=2, ensure_ascii=False) + "\n"})
    write_page(reports)
    shown = {name: value for name, value in told.items() if name not in ("deeds", "findings")}
    say(json.dumps(shown, indent=2, ensure_ascii=False))
    say(f"written: {path}")
    wrong = sum(told[name] for name in ("lost", "doubled", "reordered", "stuck"))
    return 1 if wrong or told["messages"] < LENGTH * asked.conversations or not run.chaos.is_enough else 0


if __name__ == "__main__":
    sys.exit(main())
