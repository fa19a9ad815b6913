"""`make bench-ratings`: a year of the desk, and every figure of it counted twice; writes var/reports/ratings.json."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from bootstrap.settings import PROJECT, read_settings
from desk.desk import Desk, Rules
from desk.migrations.schema import METADATA
from desk.store import Store, make_engine
from dialogue.client import RasaDialogue
from evaluation.cases.postgresql import NotHere, own_postgresql
from evaluation.pages import templates, write
from evaluation.ratings import asked
from evaluation.ratings.breaking import BREAKS
from evaluation.ratings.comparing import Lines, Outcome, Question, Second, compare, counted, told
from evaluation.ratings.copying import copy
from evaluation.ratings.recount.counting import BY, Recount
from evaluation.ratings.recount.credit import differences
from evaluation.ratings.recount.raw import Raw
from evaluation.ratings.year.making import Made, make, without_warnings
from evaluation.ratings.year.size import NOW, YEAR, Size
from evaluation.retrieval.progress import say, watched
from knowledge.client import KnowledgeClient

#: A report of a year, with the period before it, is there in less than so many seconds.
LIMIT_SECONDS = 10.0
RUNS = 3
PAGE = PROJECT / "docs" / "ratings-bench.md"
_SHOWN = 10
_TABLES = (
    *("units", "officers", "persons", "conversations", "enquiries", "cases", "case_entries"),
    *("rating_requests", "rating_parts", "ratings"),
)


class StandingClock:
    """Always NOW, so that the same cases are overdue in every run."""

    def now(self) -> dt.datetime:
        return NOW


@dataclass
class Checked:
    """What was found on one database. ``seconds`` are medians of the report of the year, by what its rows are."""

    outcome: Outcome = field(default_factory=Outcome)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def slowest(self) -> float:
        return max(self.seconds.values())


@dataclass
class Run:
    """One run: the year that was made, what was found on each database, and which broken counts were caught.

    ``databases`` have a sentence where one is not to be had here. ``broken`` has the number of figures that differ.
    """

    made: Made
    seconds_to_make: float
    rows: dict[str, int]
    kept: list[str] = field(default_factory=list)
    databases: dict[str, Checked | str] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)

    @property
    def checked(self) -> list[Checked]:
        return [each for each in self.databases.values() if isinstance(each, Checked)]


def desk_on(engine: Engine) -> Desk:
    settings = read_settings()
    search, dialogue = KnowledgeClient(settings.knowledge_url), RasaDialogue(settings.rasa_url)
    return Desk(Store(engine), StandingClock(), search, dialogue, Rules.read(settings.content_dir))


def run(size: Size, content: Path, folder: Path) -> Run:
    """Make a year, and count it twice on both databases."""
    engine = make_engine(f"sqlite:///{folder}/desk.sqlite")
    say(f"{size.conversations:,} conversations and what comes of them")
    began = time.monotonic()
    made = make(engine, content, size)
    done = Run(made, round(time.monotonic() - began, 1), _rows(engine))
    second = second_of(engine, content)
    done.kept = differences(second.recount.credit, second.recount.raw)
    say("every figure on sqlite")
    done.databases["sqlite"] = check(engine, second, asked.questions())
    done.broken = break_it(engine, second.recount, content, asked.that_can_fail())
    try:
        with own_postgresql() as url:
            say("the same rows and every figure on postgresql")
            other = make_engine(url)
            copy(engine, other)
            raw = _raw(other)
            same = raw == second.recount.raw
            done.databases["postgresql"] = check(
                other, second if same else second_of(other, content), asked.questions()
            )
            other.dispose()
    except NotHere as reason:
        done.databases["postgresql"] = str(reason)
    engine.dispose()
    return done


def _rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(METADATA.tables[name])) or 0 for name in _TABLES
        }


def _raw(engine: Engine) -> Raw:
    with engine.connect() as connection:
        return Raw.read(connection)


def second_of(engine: Engine, content: Path) -> Second:
    return Second(Recount(_raw(engine), content, NOW))


def check(engine: Engine, second: Second, questions: Sequence[Question], *, runs: int = RUNS) -> Checked:
    """Ask the desk and the second count; and take the time of the reports of the year."""
    desk, checked = desk_on(engine), Checked()
    for question in watched(questions, "reports"):
        with desk.store.reading() as session:
            lines = told(desk, session, question)
        checked.outcome.add(compare(question, lines, second.lines(question)))
    for by in BY if runs else ():
        spent = []
        for _ in range(runs):
            began = time.perf_counter()
            with desk.store.reading() as session:
                told(desk, session, Question(by, *asked.YEAR))
            spent.append(time.perf_counter() - began)
        checked.seconds[by] = round(statistics.median(spent), 2)
    return checked


def break_it(engine: Engine, recount: Recount, content: Path, questions: Sequence[Question]) -> dict[str, int]:
    """Of each count that is broken on purpose, how many figures differ from the report."""
    desk = desk_on(engine)
    lines: dict[Question, Lines] = {}
    for question in questions:
        with desk.store.reading() as session:
            lines[question] = told(desk, session, question)
    found = {}
    for name in watched(list(BREAKS), "broken counts"):
        broken = BREAKS[name](recount.raw, content, NOW)
        found[name] = sum(
            len(compare(question, lines[question], counted(broken, question)).wrong) for question in questions
        )
    return found


def report(done: Run) -> dict[str, Any]:
    """The figures; ``figures_wrong`` counts what is kept wrongly in the store too."""
    wrong = [sentence for each in done.checked for sentence in each.outcome.wrong]
    seconds = {
        f"seconds_{name}": each.slowest if isinstance(each, Checked) else None for name, each in done.databases.items()
    }
    return {
        "figures_checked": sum(each.outcome.checked for each in done.checked),
        "figures_with_a_value": sum(each.outcome.valued for each in done.checked),
        "figures_wrong": len(wrong) + len(done.kept),
        **seconds,
        "limit_seconds": LIMIT_SECONDS,
        "reports_checked": len(asked.questions()),
        "wrong": [*done.kept, *wrong][:_SHOWN],
        "broken_counts": len(done.broken),
        "broken_counts_noticed": sum(found > 0 for found in done.broken.values()),
        "broken": done.broken,
        "rows": done.rows,
        "seconds_to_make": done.seconds_to_make,
        "made": asdict(done.made),
        "databases": {
            name: {"figures_checked": each.outcome.checked, "seconds": each.seconds}
            if isinstance(each, Checked)
            else each
            for name, each in done.databases.items()
        },
        "machine": {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()},
    }


def faults_of(figures: dict[str, Any]) -> list[str]:
    """What must not be: a figure that two counts do not share, a slow report, a broken count that nobody notices."""
    faults = []
    if figures["figures_wrong"]:
        faults += [f"{figures['figures_wrong']} of {figures['figures_checked']} figures differ", *figures["wrong"]]
    for name in ("sqlite", "postgresql"):
        seconds = figures[f"seconds_{name}"]
        if seconds is None:
            faults.append(f"no figure was checked on {name}: {figures['databases'][name]}")
        elif seconds >= LIMIT_SECONDS:
            faults.append(f"a report of a year on {name} takes {seconds} s, more than {LIMIT_SECONDS:.0f}")
    return faults + [f"nobody notices: {name}" for name, found in figures["broken"].items() if not found]


def page_of(figures: dict[str, Any]) -> str:
    """docs/ratings-bench.md."""
    folder = Path(__file__).parent / "templates"
    number = "{:,}".format
    return templates(folder, number=number).get_template("ratings-bench.md.j2").render(**figures, by=BY)


def main() -> int:
    settings = read_settings()
    with tempfile.TemporaryDirectory() as folder, without_warnings():
        figures = report(run(YEAR, settings.content_dir, Path(folder)))
    path = settings.var_dir / "reports" / "ratings.json"
    write({path: json.dumps(figures, indent=2, ensure_ascii=False) + "\n", PAGE: page_of(figures)})
    say(f"written: {path}")
    for sentence in faults_of(figures):
        print(sentence, file=sys.stderr)
    return 1 if faults_of(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
