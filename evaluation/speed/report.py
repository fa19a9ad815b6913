"""What was measured, as docs/speed.md with two pictures for people, and as JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from evaluation.pages import templates, write
from evaluation.retrieval import plots
from evaluation.retrieval.plots import Plot, Series
from evaluation.speed.growth import FIRST
from evaluation.speed.section import kept_section, with_section
from knowledge.engine.index.dense import DenseIndex

#: The section that evaluation/speed/publishing_run.py writes.
PUBLISHING = "## From publishing to the first search that finds it"
#: What a search of ten thousand passages may take, in milliseconds at p50.
GOALS = {"with_embedding": 20.0, "without_embedding": 3.0}


@dataclass(frozen=True)
class Setting:
    """What was measured on, in general words; ``day`` is the day of the run."""

    day: dt.date
    python: str
    cores: int


@dataclass(frozen=True)
class Report:
    """``shipped`` as shipped.measure gives it, ``growth`` as growth.measure does, by rising size."""

    setting: Setting
    shipped: Mapping[str, Any]
    growth: Sequence[Mapping[str, Any]]

    def as_data(self) -> dict[str, Any]:
        setting = asdict(self.setting) | {"day": self.setting.day.isoformat()}
        return {**setting, "goals_ms": GOALS, "met": self.met(), "shipped": self.shipped, "growth": list(self.growth)}

    def met(self) -> dict[str, bool]:
        """Whether ten thousand passages are searched within each goal."""
        return {way: self.shipped["full"][way]["all"]["p50"] <= goal for way, goal in GOALS.items()}

    def as_page(self) -> str:
        """The page in Markdown."""
        template = _templates().get_template("speed.md.j2")
        return template.render(
            setting=self.setting,
            shipped=self.shipped,
            growth=self.growth,
            goals=GOALS,
            met=self.met(),
            first=FIRST,
            exact_up_to=DenseIndex.EXACT_UP_TO,
        )

    def pictures(self) -> dict[str, str]:
        """Each picture as SVG, by the name of its file."""
        template = _templates().get_template("growth.svg.j2")
        drawn = {"speed-time.svg": _time(self.growth), "speed-memory.svg": _memory(self.growth)}
        return {name: template.render(plot=plot, frame=plots) for name, plot in drawn.items()}

    def write(self, page: Path, pictures: Path, data: Path) -> None:
        """Write all of it."""
        text = self.as_page()
        if page.exists() and (other := kept_section(page.read_text(encoding="utf-8"), PUBLISHING)):
            text = with_section(text, other)  # it is another measurement's
        files = {page: text, data: json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"}
        files |= {pictures / name: svg for name, svg in self.pictures().items()}
        write(files)


def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return templates(folder, thousands="{:,}".format, ms=_milliseconds, power=_power, gib=_gibibytes)


def _time(growth: Sequence[Mapping[str, Any]]) -> Plot:
    lines = {
        "whole search": [one["search"]["all"]["p50"] for one in growth],
        "the law alone": [one["law"]["all"]["p50"] for one in growth],
    }
    return _log_plot("Milliseconds of a search without embedding (p50)", growth, lines)


def _memory(growth: Sequence[Mapping[str, Any]]) -> Plot:
    lines = {
        "whole process": [one["memory_mb"]["resident"] for one in growth],
        "the index": [one["memory_mb"]["index"] for one in growth],
    }
    return _log_plot("Memory in mebibytes", growth, lines)


def _log_plot(title: str, growth: Sequence[Mapping[str, Any]], lines: Mapping[str, Sequence[float]]) -> Plot:
    """Both axes in powers of ten; what is below the first power that is drawn is drawn on it."""
    sizes = [math.log10(one["passages"]) for one in growth]
    series = [
        Series(name, [(size, math.log10(value)) for size, value in zip(sizes, of, strict=True)], [_note(v) for v in of])
        for name, of in lines.items()
    ]
    heights = [y for one in series for _, y in one.points]
    return Plot(title, "passages of law", title, _powers(sizes), _powers(heights), series)


def _powers(values: Sequence[float]) -> list[float]:
    """The powers of ten around the values, at least two."""
    lowest, highest = math.floor(min(values)), math.ceil(max(values))
    return [float(power) for power in range(lowest, max(highest, lowest + 1) + 1)]


def _power(exponent: float) -> str:
    return f"{10**exponent:,g}" if exponent < 0 else f"{10 ** int(exponent):,}"


def _note(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _milliseconds(of: Mapping[str, float]) -> str:
    return f"{of['p50']:.2f} ({of['p95']:.2f})"


def _gibibytes(mebibytes: float) -> str:
    return f"{mebibytes / 1024:.2f}"
