"""What was measured, as docs/replies.md with two pictures for people, and as var/reports/bench.json for programs."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from evaluation.pages import templates, write
from evaluation.retrieval import plots
from evaluation.retrieval.plots import Plot, Series
from evaluation.speed.replies.figures import publishing_figure, search_figures, whole_search_figure
from evaluation.speed.replies.tracing import STEPS

#: What each arm is called.
ARMS = {
    "desk": "the desk",
    "floor": "Rasa and an action (the floor)",
    "alone": "Rasa with our rules",
    "selector": "Rasa's ResponseSelector",
    "script": "a script (the limit)",
}
#: What is aimed at: each with the figure's least or greatest value.
GOALS = {
    "floor_ratio": 2.0,
    "reply_p50_ms": 80.0,
    "reply_p95_ms": 200.0,
    "throughput_ratio": 0.7,
    "turn_1000_ratio": 1.3,
    "search_1e6_p50_ms": 5.0,
    "search_1e6_recall10": 0.97,
    "publish_1e5_ms": 1000.0,
    "warm_start_s": 20.0,
    "rss_mb": 2048.0,
}
#: Of these more is better.
_AT_LEAST = ("throughput_ratio", "search_1e6_recall10")


@dataclass(frozen=True)
class Setting:
    """What was measured on, in general words; ``short``: only to see that it works."""

    day: dt.date
    python: str
    cores: int
    short: bool = False


@dataclass(frozen=True)
class Report:
    """``measured`` as measured.measure gives it; the other two are the reports of other measurements, or empty."""

    setting: Setting
    measured: Mapping[str, Any]
    speed: Mapping[str, Any]
    publishing: Mapping[str, Any]

    @classmethod
    def of_data(cls, data: Mapping[str, Any], speed: Mapping[str, Any], publishing: Mapping[str, Any]) -> Report:
        """What ``as_data`` gave, beside what other measurements have found since; raises KeyError and ValueError."""
        day = dt.date.fromisoformat(data["day"])
        return cls(Setting(day, data["python"], data["cores"], data["short"]), data["measured"], speed, publishing)

    def figures(self) -> dict[str, float | None]:
        """The figures that are held against the goals, and those that they are reckoned from; None: not measured."""
        measured = self.measured
        latency, throughput = measured["latency"], measured["throughput"]
        search_p50, recall = search_figures(self.speed)
        warm = sorted(measured["start_s"]["warm"])
        floor_p50, floor_rate = latency.get("floor", {}).get("p50_ms"), throughput.get("floor", {}).get("a_second")
        return {
            "reply_p50_ms": latency["desk"]["p50_ms"],
            "reply_p95_ms": measured["half_load"]["p95_ms"],
            "floor_p50_ms": floor_p50,
            "floor_ratio": _over(latency["desk"]["p50_ms"], floor_p50),
            "throughput": throughput["desk"]["a_second"],
            "floor_throughput": floor_rate,
            "throughput_ratio": _over(throughput["desk"]["a_second"], floor_rate),
            "turn_1000_ratio": measured["turn"]["ratio"],
            "search_1e6_p50_ms": search_p50,
            "search_1e6_recall10": recall,
            "search_1e6_whole_p50_ms": whole_search_figure(self.speed),
            "publish_1e5_ms": publishing_figure(self.publishing),
            "warm_start_s": warm[len(warm) // 2],
            "rss_mb": measured["memory"]["rss_mb"],
            "pss_mb": measured["memory"]["pss_mb"],
        }

    def met(self) -> dict[str, bool | None]:
        """Whether each goal is met; None where its figure was not measured."""
        return {name: _is_met(name, self.figures()[name]) for name in GOALS}

    def as_data(self) -> dict[str, Any]:
        about = {"day": self.setting.day.isoformat(), "python": self.setting.python, "cores": self.setting.cores}
        return {
            **self.figures(),
            **about,
            "short": self.setting.short,
            "goals": GOALS,
            "met": self.met(),
            "measured": self.measured,
        }

    def as_page(self) -> str:
        """The page in Markdown."""
        template = _templates().get_template("replies.md.j2")
        return template.render(
            setting=self.setting,
            measured=self.measured,
            figures=self.figures(),
            goals=GOALS,
            at_least=_AT_LEAST,
            met=self.met(),
            arms={name: ARMS[name] for name in self.measured["latency"]},
            steps=STEPS,
        )

    def pictures(self) -> dict[str, str]:
        """Each picture as SVG, by the name of its file."""
        named = {"replies-waits.svg": _waits(self.measured["latency"]), "replies-rates.svg": _rates(self.measured)}
        template = _templates().get_template("rounds.svg.j2")
        return {name: template.render(plot=plot, frame=plots) for name, plot in named.items()}

    def write(self, page: Path, pictures: Path, data: Path) -> None:
        """Write all of it."""
        files = {page: self.as_page(), data: json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"}
        files |= {pictures / name: svg for name, svg in self.pictures().items()}
        write(files)


def _over(ours: float | None, other: float | None) -> float | None:
    return round(ours / other, 2) if ours is not None and other else None


def _is_met(name: str, value: float | None) -> bool | None:
    if value is None:
        return None
    return value >= GOALS[name] if name in _AT_LEAST else value <= GOALS[name]


def _waits(latency: Mapping[str, Any]) -> Plot:
    lines = {ARMS[name]: of["rounds_p50_ms"] for name, of in latency.items()}
    return _by_round("Milliseconds to the reply, one at a time (p50)", "round", lines)


def _rates(measured: Mapping[str, Any]) -> Plot:
    lines = {ARMS[name]: of["turns"] for name, of in measured["throughput"].items()}
    return _by_round("Replies a second, 16 at once", "turn", lines)


def _by_round(title: str, of: str, lines: Mapping[str, list[float]]) -> Plot:
    series = [
        Series(name, [(float(place), value) for place, value in enumerate(values, 1)], [f"{values[-1]:.0f}"])
        for name, values in lines.items()
        if values
    ]
    rounds = max((len(one.points) for one in series), default=1)
    highest = max((y for one in series for _, y in one.points), default=1.0)
    step = _step(highest / 4)
    ticks = [step * number for number in range(math.ceil(highest / step) + 1)]
    return Plot(title, of, title, [float(number) for number in range(1, max(rounds, 2) + 1)], ticks, series)


def _step(least: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is not below this."""
    power = 10 ** math.floor(math.log10(least)) if least > 0 else 1
    return float(next((power * times for times in (1, 2, 5) if power * times >= least), power * 10))


def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return templates(folder, shown=_shown, spread=_spread, thousands="{:,}".format)


def _shown(value: float | None, digits: int = 1) -> str:
    return "not measured" if value is None else f"{value:,.{digits}f}"


def _spread(ends: list[float] | None, digits: int = 1) -> str:
    return "" if ends is None else f"{ends[0]:,.{digits}f}–{ends[1]:,.{digits}f}"
