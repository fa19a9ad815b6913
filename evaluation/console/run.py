"""`make bench-console`: how long the officers' lists take with 1,000 and with 100,000 cases, on both databases.

Writes var/reports/console.json. What counts is the ratio of the two, which a busy machine does not move.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bootstrap.settings import Settings, read_settings
from console.app import create_app
from desk.cases.listing import View
from desk.desk import Desk, Rules
from desk.people import sign_in
from desk.store import Store, make_engine
from dialogue.client import RasaDialogue
from evaluation.cases.people import open_cases
from evaluation.cases.postgresql import NotHere, own_postgresql
from evaluation.console.material import PASSWORD, PEOPLE, fill
from evaluation.console.timing import PageFailed, Times, visiting
from evaluation.retrieval.progress import say
from knowledge.client import KnowledgeClient

SIZES = (1_000, 100_000)
ROUNDS = 15
#: The longest that half of the requests of any list may take, in milliseconds.
LIMIT_MS = 50.0
NOON = dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC)
#: Common words, rare ones, one that only begins a word, a number, a tax code, an address, and nothing at all.
SEARCHES = (
    "tờ khai",
    "nhap khau hang hoa",
    "hải quan",
    "container thủy sản",
    "logis",
    "2026-00777",
    "0300000012",
    "nguoi12@example.vn",
    "xyzzy",
)
NARROWED = ("urgency=perishable", "topic=tax&lang=en&channel=web&urgency=truck_at_gate")
#: So many cases are opened one after the other, for the time that it takes to write one.
WRITTEN = 100


class StandingClock:
    """Always NOON, so that the same cases are overdue in every run."""

    def now(self) -> dt.datetime:
        return NOON


@dataclass(frozen=True)
class Measured:
    """Times by page and person, and of opening one case in a transaction of its own."""

    pages: dict[str, Times]
    opening: Times


def measure(url: str, how_many: int, folder: Path) -> Measured:
    settings = Settings(_env_file=None, var_dir=folder)
    store = Store(make_engine(url))
    try:
        fill(store, settings.content_dir, how_many, NOON)
        search, dialogue = KnowledgeClient(settings.knowledge_url), RasaDialogue(settings.rasa_url)
        desk = Desk(store, StandingClock(), search, dialogue, Rules.read(settings.content_dir))
        pages: dict[str, Times] = {}
        for username in PEOPLE:
            pages |= _pages_of(desk, settings, username)
        return Measured(pages, _opening(store))
    finally:
        store.engine.dispose()


def _pages_of(desk: Desk, settings: Settings, username: str) -> dict[str, Times]:
    with desk.store.writing() as session:
        entered = sign_in.with_password(session, username, PASSWORD, desk.now())
        assert entered is not None
    with visiting(create_app(desk, settings), {"officer": entered.token}) as visitor:
        times: dict[str, Times] = {}
        for name, path in _paths(username):
            times[f"{username}: {name}"] = visitor.times(path, ROUNDS)
            further = re.search(r'rel="next" href="([^"]+)"', visitor.page(path))
            if further is not None:
                times[f"{username}: {name}, second page"] = visitor.times(further[1].replace("&amp;", "&"), ROUNDS)
        live = re.search(r'data-version="([^"]+)"', visitor.page("/desk/cases?view=waiting"))
        version = live[1] if live is not None else ""
        asked = f"/desk/cases/live?view=waiting&version={version}"
        return times | {f"{username}: nothing new": visitor.times(asked, ROUNDS)}


def _paths(username: str) -> Iterator[tuple[str, str]]:
    views = [view for view in View if view is not View.TO_SIGN or username != "office"]
    for view in views:
        yield view.value, f"/desk/cases?view={view.value}"
    for view in views:
        for narrowed in NARROWED:
            yield f"{view.value} {narrowed}", f"/desk/cases?view={view.value}&{narrowed}"
    for words in SEARCHES:
        yield f"search {words}", f"/desk/cases?q={words}"


def _opening(store: Store) -> Times:
    spent = []
    for number in range(WRITTEN):
        began, worked = time.perf_counter(), time.process_time()
        with store.writing() as session:
            open_cases(session, [7_000_000 + number], NOON)
        spent.append((time.perf_counter() - began, time.process_time() - worked))
    return Times.of(spent)


def report(measured: dict[str, dict[int, Measured] | str]) -> dict[str, Any]:
    """The figures; at the top the worst of all lists on all databases that are here."""
    there = {name: each for name, each in measured.items() if not isinstance(each, str)}
    few, many = min(SIZES), max(SIZES)
    pages = {name: each[many].pages for name, each in there.items()}
    worst = {name: max((times.p50_ms, page) for page, times in each.items()) for name, each in pages.items()}
    ratios = {name: _ratios(each[few].pages, each[many].pages) for name, each in there.items()}
    return {
        "cases": many,
        "worst_p50_ms": max((ms for ms, _ in worst.values()), default=None),
        "worst_p95_ms": max((times.p95_ms for each in pages.values() for times in each.values()), default=None),
        "median_ratio": {name: _median(list(each.values())) for name, each in ratios.items()},
        "worst_work_p50_ms": max(
            (times.work_p50_ms for each in pages.values() for times in each.values()), default=None
        ),
        "worst": {name: {"page": page, "p50_ms": ms} for name, (ms, page) in worst.items()},
        "limit_ms": LIMIT_MS,
        "ratios": ratios,
        "databases": {
            name: each if isinstance(each, str) else {str(size): asdict(figures) for size, figures in each.items()}
            for name, each in measured.items()
        },
        "machine": {"python": platform.python_version(), "system": platform.system()},
    }


def _ratios(few: dict[str, Times], many: dict[str, Times]) -> dict[str, float]:
    """How many times longer each page takes with many cases than with few."""
    return {page: round(times.p50_ms / few[page].p50_ms, 2) for page, times in many.items() if page in few}


def _median(values: Sequence[float]) -> float | None:
    return sorted(values)[len(values) // 2] if values else None


def faults_of(figures: dict[str, Any]) -> list[str]:
    """The lists that take longer than they may."""
    worst = figures["worst"].items()
    return [
        f"{each['page']} on {name} takes {each['p50_ms']} ms, more than {LIMIT_MS:.0f}"
        for name, each in worst
        if each["p50_ms"] > LIMIT_MS
    ]


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/desk.sqlite"


def _on(database: Any) -> dict[int, Measured] | str:
    figures = {}
    for size in SIZES:
        try:
            with database() as url, tempfile.TemporaryDirectory() as folder:
                figures[size] = measure(url, size, Path(folder))
        except NotHere as reason:
            return str(reason)
    return figures


def main() -> int:
    settings = read_settings()
    measured: dict[str, dict[int, Measured] | str] = {}
    try:
        for name, database in (("sqlite", _sqlite), ("postgresql", own_postgresql)):
            say(f"lists with {' and '.join(f'{size:,}' for size in SIZES)} cases on {name}")
            measured[name] = _on(database)
    except PageFailed as error:
        print(error, file=sys.stderr)
        return 1
    figures = report(measured)
    path = settings.var_dir / "reports" / "console.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"written: {path}")
    for sentence in faults_of(figures):
        print(sentence, file=sys.stderr)
    return 1 if faults_of(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
