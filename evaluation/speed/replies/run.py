"""`make bench`: from a message to its reply, the desk beside what else could be picked, and the page of it."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bootstrap.settings import PROJECT, BadSetting, Settings, read_settings
from dialogue.training import TrainingFailed
from evaluation.faults.profiles import DidNotStart
from evaluation.questions.jsonlines import FileError
from evaluation.retrieval.progress import say
from evaluation.speed.replies.measured import LONG, OTHERS, SHORT, Plan, measure
from evaluation.speed.replies.report import Report, Setting
from evaluation.speed.replies.selector import NotTrained, trained
from evaluation.speed.replies.servers import ServerFailed

PAGE = PROJECT / "docs" / "replies.md"
HELP = """Measure how long a person waits for a reply, and how many replies a second there are, of the desk and of what
else could be picked, by turns in one run; write docs/replies.md, its pictures and var/reports/bench.json. It takes
about half an hour on an idle machine, where Rasa's ResponseSelector is trained and all passages are embedded."""


def main() -> int:
    """Write the page, the pictures and the JSON; an error is one sentence and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed.replies.run", description=HELP)
    parser.add_argument(
        "--short", action="store_true", help="a few minutes, to see that it works: writes into var/reports only"
    )
    parser.add_argument(
        "--anew", action="store_true", help="measure nothing: write the last run, with what `make speed` found since"
    )
    parser.add_argument("--without", nargs="+", default=(), choices=OTHERS, help="arms that are left out")
    given = parser.parse_args()
    try:
        settings = read_settings()
        reports = settings.var_dir / "reports"
        page, data = (reports / "replies.md", "bench-short.json") if given.short else (PAGE, "bench.json")
        others = _read(reports / "speed.json"), _read(reports / "publishing.json")
        if given.anew:
            report = Report.of_data(_read(reports / data), *others)
        else:
            found = _measured(settings, SHORT if given.short else LONG, given.without)
            report = Report(_setting(short=given.short), found, *others)
    except (BadSetting, DidNotStart, FileError, NotTrained, ServerFailed, TrainingFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyError:
        print(f"There is no {data} that could be written anew.", file=sys.stderr)
        return 1
    report.write(page, page.parent / "pictures", reports / data)
    say(f"written: {page} and {reports / data}")
    return 0


def _setting(*, short: bool) -> Setting:
    return Setting(dt.datetime.now(dt.UTC).date(), platform.python_version(), os.cpu_count() or 1, short=short)


def _measured(settings: Settings, plan: Plan, without: Sequence[str]) -> dict[str, Any]:
    """In a folder on the disk where an operator has the store: what is written there must be on the disk as well."""
    arms = [name for name in OTHERS if name not in without]
    model = trained(settings) if "selector" in arms else None
    (settings.var_dir / "bench").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.var_dir / "bench") as folder:
        return asyncio.run(measure(settings, plan, arms, model, Path(folder).absolute()))


def _read(file: Path) -> dict[str, Any]:
    """What another measurement has written; nothing where there is none, or it is no JSON object."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
