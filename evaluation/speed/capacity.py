"""`make capacity`: how many machines so many enterprises need, from what `make bench` measured; docs/capacity.md.

Reads var/reports/bench.json and measures nothing itself.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootstrap.settings import PROJECT, BadSetting, read_settings
from evaluation.pages import templates, write
from evaluation.retrieval.progress import say

PAGE = PROJECT / "docs" / "capacity.md"
#: Enterprises of the national single window, and ten times as many.
ENTERPRISES = (55_000, 550_000)
QUESTIONS_A_DAY = 3
#: Seconds of a day's office hours, in which all of it is asked, and how much more than on average at the worst.
OFFICE_SECONDS, PEAK = 8 * 3600, 5
#: Messages that Telegram takes from the desk for one of a person: receipts, officers' replies and ratings among them.
#: 25,147 for 20,960 in the run of the production profile in docs/faults.md.
SENT_A_MESSAGE = 1.2
#: Messages a second of one bot, by Telegram's FAQ for bots, and those of a bot that pays for each above it.
TELEGRAM_A_SECOND = 30
#: Of what a machine can do so much is used at the worst, so that nobody waits longer than the half load's p95.
LOAD = 0.5
#: Months' price of a virtual machine with 2 cores and 8 GB, in US dollars: an assumption to be replaced by one's own.
PRICE = 40.0
#: Machines beside those that do the work: the database with its standby, and one that may be away.
DATABASES, SPARE = 2, 1


class NotMeasured(Exception):
    """There is no report of `make bench`, or one of a short run."""


@dataclass(frozen=True)
class Measured:
    """Of one machine: replies a second at most, its cores, and mebibytes of all processes."""

    a_second: float
    cores: int
    rss_mb: float


@dataclass(frozen=True)
class Need:
    """What so many enterprises ask, by the second, and what that takes."""

    enterprises: int
    mean: float
    peak: float
    sent: float
    machines: int
    bots: int

    @property
    def all_machines(self) -> int:
        return self.machines + (SPARE if self.machines > 1 else 0) + (DATABASES if self.machines > 1 else 0)

    @property
    def behind(self) -> float:
        """Messages by which one bot falls behind in each second of the worst."""
        return max(0.0, self.sent - TELEGRAM_A_SECOND)

    def waits_after(self, seconds: float) -> float:
        """Seconds that the last message waits in Telegram's queue of one bot when the worst has lasted so long."""
        return self.behind * seconds / TELEGRAM_A_SECOND


def need(enterprises: int, measured: Measured) -> Need:
    """Machines and bots for so many enterprises at the worst."""
    mean = enterprises * QUESTIONS_A_DAY / OFFICE_SECONDS
    peak = PEAK * mean
    sent = peak * SENT_A_MESSAGE
    machines = math.ceil(peak / (LOAD * measured.a_second))
    return Need(enterprises, mean, peak, sent, machines, math.ceil(sent / TELEGRAM_A_SECOND))


def served_by_one(measured: Measured) -> int:
    """Enterprises that one machine serves at the worst."""
    return int(LOAD * measured.a_second / PEAK * OFFICE_SECONDS / QUESTIONS_A_DAY)


def read(file: Path) -> Measured:
    """Raises NotMeasured."""
    try:
        told: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        measured = Measured(float(told["throughput"]), int(told["cores"]), float(told["rss_mb"]))
        short = bool(told["short"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotMeasured(f"{file.name} is missing or says too little: run `make bench` first") from error
    if short:
        raise NotMeasured(f"{file.name} is of a short run, whose figures say nothing: run `make bench` first")
    return measured


def page(measured: Measured, price: float) -> str:
    """docs/capacity.md."""
    template = templates(Path(__file__).parent / "templates", shown=_shown).get_template("capacity.md.j2")
    return template.render(
        measured=measured,
        needs=[need(enterprises, measured) for enterprises in ENTERPRISES],
        one=served_by_one(measured),
        price=price,
        load=LOAD,
        questions=QUESTIONS_A_DAY,
        hours=OFFICE_SECONDS // 3600,
        peak=PEAK,
        sent_a_message=SENT_A_MESSAGE,
        telegram=TELEGRAM_A_SECOND,
        databases=DATABASES,
        spare=SPARE,
    )


def _shown(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed.capacity", description=__doc__)
    parser.add_argument("--price", type=float, default=PRICE, help="of a machine, US dollars a month")
    price = parser.parse_args(words).price
    try:
        measured = read(read_settings().var_dir / "reports" / "bench.json")
    except (BadSetting, NotMeasured) as error:
        print(error, file=sys.stderr)
        return 1
    write({PAGE: page(measured, price)})
    say(f"written: {PAGE.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
