"""`make bench-embedding`: ways to run the embedding model, by time, memory and what they answer, and the page of it."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import PROJECT, BadSetting, Settings, read_settings
from evaluation.questions.sets import GOLDEN, read_questions
from evaluation.retrieval.progress import say
from evaluation.retrieval.setting import embedder
from evaluation.speed.embedding.accuracy import Piped, answers, cosines
from evaluation.speed.embedding.report import OWN, TODAYS, Report, ways_of
from evaluation.speed.embedding.times import at_once, known, one_by_one, tagged
from evaluation.speed.embedding.ways import DESK, FP32, WAYS, Running, Way, WayFailed, exported_in, versions
from knowledge.engine.model.embedding import Embedder

PAGE = PROJECT / "docs" / "embedding.md"
THREADS = (1, 2)
QUESTIONS, ROUNDS = 200, 15
FEW_QUESTIONS, FEW_ROUNDS, FEW_OF = 20, 2, 5
HELP = """Run the embedding model in several ways and write docs/embedding.md and var/reports/embedding.json. Takes an
hour, most of it to embed all passages in each way once; their vectors are kept in var/evaluation/embedding."""


def measure(settings: Settings, chosen: Sequence[Way], *, short: bool, over: Sequence[str]) -> Report:
    """Everything; questions are asked over the passages of ``over``. Raises WayFailed where the desk's way fails."""
    prepare_model(settings)
    model, kept = model_name(settings), settings.var_dir / "evaluation" / "embedding"
    kept.mkdir(parents=True, exist_ok=True)
    every = [question.text for question in read_questions(GOLDEN)]
    count, rounds = (FEW_QUESTIONS, FEW_ROUNDS) if short else (QUESTIONS, ROUNDS)
    texts = [every[place] for place in np.linspace(0, len(every) - 1, count).astype(int).tolist()]
    exported, failed = _exported(kept, model)
    found: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for threads in THREADS:
        with _all_running(chosen, model, exported, threads, kept, failed) as (ways, broken):
            errors |= broken
            of = one_by_one(ways, tagged(texts, str(threads)), f"one by one, {threads} threads")
            for name, figures in of.items():
                found.setdefault(name, {"threads": {}})["threads"][str(threads)] = figures
            if threads == 1:
                repeated = known(ways[DESK], texts)
                _more(ways, found, texts, rounds)
    for name in [way.name for way in chosen if way.name not in errors]:
        found[name]["answers"] = (
            _answers(settings, name, model, exported, kept, over, FEW_OF if short else 1) if over else {}
        )
    return Report(
        day=dt.datetime.now(dt.UTC).date(),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        versions=versions(),
        questions=count,
        ways=ways_of(found, errors, [way.name for way in chosen]),
        known=repeated,
        exported=failed or "",
        short=short,
    )


def _exported(kept: Path, model: str) -> tuple[Path, str | None]:
    """The folder of the exported model, and why there is none."""
    folder = kept / f"exported-{Embedder(model).identity}"
    try:
        say("the model is exported, unless it was")
        return exported_in(folder, model), None
    except WayFailed as error:
        return folder, str(error)


@contextmanager
def _all_running(
    chosen: Sequence[Way], model: str, exported: Path, threads: int, kept: Path, failed: str | None
) -> Iterator[tuple[dict[str, Running], dict[str, str]]]:
    """Every way that can be loaded, and the errors of the others."""
    running: dict[str, Running] = {}
    errors: dict[str, str] = {}
    try:
        for way in chosen:
            say(f"{way.name} is loaded, {threads} threads")
            try:
                if way.exported and failed:
                    raise WayFailed(f"the model cannot be exported: {failed}")
                running[way.name] = Running(way, model, exported, threads, kept / "workers.log")
            except WayFailed as error:
                errors[way.name] = str(error)
        for needed in (DESK, FP32):
            if needed in errors:
                raise WayFailed(f"{needed} does not run: {errors[needed]}")
        yield running, errors
    finally:
        for each in running.values():
            each.close()


def _more(ways: Mapping[str, Running], found: dict[str, dict[str, Any]], texts: Sequence[str], rounds: int) -> None:
    """What is measured on one thread only: several at once, memory, and how near to fp32."""
    several = at_once(ways, texts, rounds)
    rows = {name: [way.embed([text], "query")[1][0] for text in texts] for name, way in ways.items()}
    for name, way in ways.items():
        found[name] |= {
            "load_s": way.load_s,
            "rss_mb": way.resident_mb(),
            "at_once": several[name],
            "cosines": cosines(rows[name], rows[FP32]),
        }


def _answers(
    settings: Settings, name: str, model: str, exported: Path, kept: Path, over: Sequence[str], every: int
) -> dict[str, Any]:
    """How our own questions end, one of so many, over passages embedded in the same way and over today's."""
    todays = embedder(settings)
    way = next(one for one in WAYS if one.name == name)
    running = Running(way, model, exported, os.cpu_count() or 1, kept / "workers.log")
    try:
        found = {}
        if OWN in over and name != DESK:
            say(f"{name}: our own questions over its own passages")
            found[OWN] = answers(settings, Piped(running), kept / name, every)
        if TODAYS in over:
            say(f"{name}: our own questions over today's passages")
            found[TODAYS] = answers(settings, Piped(running, todays), settings.var_dir / "index", every)
        if name == DESK and found:
            found[OWN] = found[TODAYS]  # they are the same
        return found
    finally:
        running.close()


def main() -> int:
    """Write the page and the JSON; an error is one sentence and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed.embedding.run", description=HELP)
    parser.add_argument("--short", action="store_true", help="few questions, to see that it works")
    parser.add_argument("--over", nargs="*", choices=(OWN, TODAYS), default=(OWN, TODAYS), help="over whose passages")
    names = [way.name for way in WAYS]
    parser.add_argument("--ways", nargs="+", choices=names, default=names, help="some ways only, beside desk and fp32")
    asked = parser.parse_args()
    chosen = [way for way in WAYS if way.name in (DESK, FP32, *asked.ways)]
    try:
        settings = read_settings()
        report = measure(settings, chosen, short=asked.short, over=asked.over)
    except (BadSetting, WayFailed) as error:
        print(error, file=sys.stderr)
        return 1
    data = settings.var_dir / "reports" / "embedding.json"
    report.write(PAGE, data)
    say(f"written: {PAGE.relative_to(PROJECT)} and {data}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
