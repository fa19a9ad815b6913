"""What was measured of the ways to run the embedding model, as docs/embedding.md and as JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.pages import templates, write
from evaluation.speed.embedding.times import AT_ONCE
from evaluation.speed.embedding.ways import FP32, WAYS

#: Over whose passages a way's questions are asked.
OWN, TODAYS = "own", "todays"


@dataclass(frozen=True)
class Report:
    """``ways`` has by name either ``error``, or load_s, rss_mb, threads (figures by number), at_once, cosines, answers.

    ``answers`` has by OWN and TODAYS what accuracy.counted gives, and is without those that were not asked.
    """

    day: dt.date
    python: str
    cores: int
    versions: Mapping[str, str]
    questions: int
    ways: Mapping[str, Mapping[str, Any]]
    known: Mapping[str, Any]
    exported: str
    short: bool = False

    def as_data(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "python": self.python,
            "cores": self.cores,
            "short": self.short,
            "versions": dict(self.versions),
            "questions": self.questions,
            "quickest": self.quickest(),
            "exported": self.exported,
            "known": dict(self.known),
            "ways": {name: dict(of) for name, of in self.ways.items()},
        }

    def working(self) -> dict[str, Mapping[str, Any]]:
        """The ways that could be asked."""
        return {name: of for name, of in self.ways.items() if "error" not in of}

    def quickest(self) -> str:
        """Which way has least work with one question on one thread (p50)."""
        return min(self.working(), key=lambda name: float(self.working()[name]["threads"]["1"]["work_p50"]))

    def as_page(self) -> str:
        """The page in Markdown."""
        folder = Path(__file__).parent / "templates"
        environment = templates(folder, thousands="{:,}".format, ms=_milliseconds)
        return environment.get_template("embedding.md.j2").render(
            report=self, told=WAYS, at_once=AT_ONCE, fp32=FP32, over=((OWN, "its own"), (TODAYS, "today's"))
        )

    def write(self, page: Path, data: Path) -> None:
        """Write both."""
        write({page: self.as_page(), data: json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"})


def ways_of(
    loaded: Mapping[str, Mapping[str, Any]], errors: Mapping[str, str], order: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """All ways in their order, those that failed with their error."""
    return {name: {"error": errors[name]} if name in errors else loaded[name] for name in order}


def _milliseconds(of: Mapping[str, float]) -> str:
    return f"{of['p50']:.2f} ({of['p95']:.2f})" if of["p50"] < 1 else f"{of['p50']:.1f} ({of['p95']:.1f})"
