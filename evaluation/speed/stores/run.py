"""`make bench-stores`: what the desk's own work for a message costs in the store, and the page of it."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from bootstrap.settings import PROJECT, BadSetting, read_settings
from evaluation.cases.postgresql import NotHere, own_postgresql
from evaluation.retrieval.progress import say
from evaluation.speed.run import PICTURES
from evaluation.speed.stores.filling import Pattern, address_of, everything, fill
from evaluation.speed.stores.one_message import Walk, by_turns
from evaluation.speed.stores.replicas import ReplicasFailed, rate
from evaluation.speed.stores.report import Report
from evaluation.speed.stores.scene import Scene, prepare, scene

PAGE = PROJECT / "docs" / "stores.md"
SIZES = (100, 1_000, 10_000, 100_000)
#: So many messages a size, after some that are not counted.
MESSAGES, WARMING = 120, 10
REPLICAS = (1, 2, 3, 4)
#: So many messages wait for the replicas, and so often each number of them is measured on each store.
WAITING, ROUNDS = 200, 3
FIRST_CHAT = 100
HELP = """Measure what the desk's own work for a message costs in SQLite and in PostgreSQL, with up to 100,000 open
conversations, and with one to four replicas of the bot's hands; write docs/stores.md, its pictures and
var/reports/stores.json. Takes about half an hour, most of it to fill the stores."""


def measure(sizes: Sequence[int], messages: int, waiting: int, rounds: int) -> Report:
    """Everything, on both stores by turns, or on SQLite alone where there is no PostgreSQL; raises ReplicasFailed."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        urls, missing = {"sqlite": f"sqlite:///{folder}/desk.sqlite"}, ""
        try:
            urls["postgresql"] = open_.enter_context(own_postgresql())
        except NotHere as reason:
            missing = str(reason)
        for url in urls.values():
            prepare(url)
        scenes = {name: open_.enter_context(scene(url, "measured")) for name, url in urls.items()}
        patterns = {name: one_conversation(each) for name, each in scenes.items()}
        found: list[dict[str, Any]] = []
        throughput: dict[int, dict[str, dict[str, list[float]]]] = {}
        filled = 0
        for size in sorted(sizes):
            for name, each in scenes.items():
                say(f"{size:,} open conversations on {name}")
                fill(each.desk.store, patterns[name], filled + 1, size)
            filled = size
            found.append({"conversations": size, **_one_after_the_other(scenes, size, messages)})
            if size in (1_000, max(sizes)):
                throughput[size] = _at_once(scenes, urls, size, waiting, rounds)
        return Report(
            day=dt.datetime.now(dt.UTC).date(),
            python=platform.python_version(),
            cores=os.cpu_count() or 1,
            messages=messages,
            rows=sum(next(iter(patterns.values())).counts().values()),
            sizes=found,
            waiting=waiting,
            throughput=throughput,
            missing=missing,
        )


def one_conversation(place: Scene) -> Pattern:
    """Somebody's first question and its answer, with every row that it left."""
    before = everything(place.desk.store)
    asyncio.run(Walk(place).brings(FIRST_CHAT, arriving=2))  # what becomes of one's data is told before the answer
    return Pattern.between(before, everything(place.desk.store))


def _one_after_the_other(scenes: Mapping[str, Scene], size: int, messages: int) -> dict[str, Any]:
    """Milliseconds by store and step, the stores by turns."""
    walks = {name: Walk(each) for name, each in scenes.items()}
    by_turns(list(walks.values()), _spread(size, messages + WARMING), WARMING)
    return {"stores": {name: walk.figures() for name, walk in walks.items()}, "load": round(os.getloadavg()[0], 1)}


def _at_once(
    scenes: Mapping[str, Scene], urls: Mapping[str, str], size: int, waiting: int, rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Messages a second by store and number of replicas, a value a round; stores and numbers by turns."""
    found: dict[str, dict[str, list[float]]] = {name: {str(count): [] for count in REPLICAS} for name in scenes}
    for number in range(rounds):
        for count in REPLICAS:
            for name, each in scenes.items():
                per_second = rate(each, urls[name], _spread(size, min(waiting, size)), count)
                found[name][str(count)].append(per_second)
                say(f"round {number + 1}, {count} replicas on {name}: {per_second:g} messages a second")
    return found


def _spread(size: int, count: int) -> list[int]:
    """Chats from the first to the last, as even as can be; with fewer chats than messages some write again."""
    return [address_of(int(place)) for place in np.linspace(1, size, count)]


def main() -> int:
    """Write the page, the pictures and the JSON; an error is one sentence and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed.stores.run", description=HELP)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of open conversations")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="messages a size")
    parser.add_argument("--waiting", type=int, default=WAITING, help="messages that wait for the replicas")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each number of replicas is measured")
    asked = parser.parse_args()
    try:
        settings = read_settings()
        report = measure(asked.sizes, asked.messages, asked.waiting, asked.rounds)
    except (BadSetting, ReplicasFailed) as error:
        print(error, file=sys.stderr)
        return 1
    data = settings.var_dir / "reports" / "stores.json"
    report.write(PAGE, PICTURES, data)
    say(f"written: {PAGE.relative_to(PROJECT)} and {data}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
