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
from evaluation.speed.stores.replicas import Rate, ReplicasFailed, rate
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
#: So many open conversations has the store that is asked beside the one that grows.
FEW = 100
HELP = """Measure what the desk's own work for a message costs in SQLite and in PostgreSQL, with up to 100,000 open
conversations, and with one to four replicas of the bot's hands; write docs/stores.md, its pictures and
var/reports/stores.json. Takes about half an hour, most of it to fill the stores."""


def measure(sizes: Sequence[int], messages: int, waiting: int, rounds: int) -> Report:
    """Everything, on both stores by turns, or on SQLite alone where there is no PostgreSQL; raises ReplicasFailed."""
    with ExitStack() as open_:
        urls, few_urls, missing = _databases(open_)
        grown = {name: open_.enter_context(scene(url, "measured")) for name, url in urls.items()}
        few = {name: open_.enter_context(scene(url, "measured")) for name, url in few_urls.items()}
        patterns = {name: one_conversation(each) for name, each in grown.items()}
        for each in few.values():
            fill(each.desk.store, one_conversation(each), 1, FEW)
        found: list[dict[str, Any]] = []
        throughput: dict[int, dict[str, dict[str, list[Rate]]]] = {}
        filled = 0
        for size in sorted(sizes):
            for name, each in grown.items():
                say(f"{size:,} open conversations on {name}")
                fill(each.desk.store, patterns[name], filled + 1, size)
            filled = size
            found.append({"conversations": size, **_one_after_the_other(grown, few, size, messages)})
            if size in (1_000, max(sizes)):
                throughput[size] = _at_once(grown, urls, size, waiting, rounds)
    return Report(
        day=dt.datetime.now(dt.UTC).date(),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        messages=messages,
        rows=sum(next(iter(patterns.values())).counts().values()),
        few=FEW,
        sizes=found,
        waiting=waiting,
        throughput=throughput,
        missing=missing,
    )


def _databases(open_: ExitStack) -> tuple[dict[str, str], dict[str, str], str]:
    """By store the address of the database that grows and of the one beside it; and why there is no PostgreSQL."""
    folder = Path(open_.enter_context(tempfile.TemporaryDirectory()))
    grown, few = ({"sqlite": f"sqlite:///{folder}/{name}.sqlite"} for name in ("grown", "few"))
    missing = ""
    try:
        for urls in (grown, few):
            urls["postgresql"] = open_.enter_context(own_postgresql())
    except NotHere as reason:
        missing = str(reason)
        grown.pop("postgresql", None)
    for url in (*grown.values(), *few.values()):
        prepare(url)
    return grown, few, missing


def one_conversation(place: Scene) -> Pattern:
    """Somebody's first question and its answer, with every row that it left."""
    before = everything(place.desk.store)
    asyncio.run(Walk(place).brings(FIRST_CHAT, arriving=2))  # what becomes of one's data is told before the answer
    return Pattern.between(before, everything(place.desk.store))


def _one_after_the_other(
    grown: Mapping[str, Scene], few: Mapping[str, Scene], size: int, messages: int
) -> dict[str, Any]:
    """Milliseconds by store and step, all stores by turns; ``beside`` are those of few conversations."""
    walks = {name: Walk(each) for name, each in grown.items()}
    beside = {name: Walk(each) for name, each in few.items()}
    turns = [(walk, _spread(size, messages + WARMING)) for walk in walks.values()]
    turns += [(walk, _spread(FEW, messages + WARMING)) for walk in beside.values()]
    by_turns(turns, WARMING)
    return {
        "stores": {name: walk.figures() for name, walk in walks.items()},
        "beside": {name: walk.figures() for name, walk in beside.items()},
        "load": round(os.getloadavg()[0], 1),
    }


def _at_once(
    scenes: Mapping[str, Scene], urls: Mapping[str, str], size: int, waiting: int, rounds: int
) -> dict[str, dict[str, list[Rate]]]:
    """The rate by store and number of replicas, one a round; stores and numbers by turns."""
    found: dict[str, dict[str, list[Rate]]] = {name: {str(count): [] for count in REPLICAS} for name in scenes}
    for number in range(rounds):
        for count in REPLICAS:
            for name, each in scenes.items():
                of = rate(each, urls[name], _spread(size, min(waiting, size)), count)
                found[name][str(count)].append(of)
                say(f"round {number + 1}, {count} replicas on {name}: {of.a_second:g} messages a second")
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
