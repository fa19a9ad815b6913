"""The report of a measurement: for programs as JSON, for people as a page and as a few lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evaluation.retrieval import plots
from evaluation.retrieval.answers import ENDINGS
from evaluation.retrieval.figures import Acceptable, all_figures, is_acceptable
from evaluation.retrieval.gate import Held, Limit, hold
from evaluation.retrieval.plots import Plot, Series
from evaluation.retrieval.trials import AS_OF, Trial, Trials

#: So many of the worst misses are on the page; the JSON has all.
WORST_SHOWN = 60
_CANDIDATES = 3
_TENTHS = [round(step / 10, 1) for step in range(11)]
_FIFTHS = _TENTHS[::2]


@dataclass(frozen=True)
class Report:
    """All figures, the limits they are held to, and the questions that went wrong, the worst first."""

    figures: dict[str, Any]
    held: Sequence[Held]
    misses: Sequence[dict[str, Any]]

    @classmethod
    def of(cls, trials: Trials, acceptable: Acceptable, limits: Sequence[Limit]) -> Report:
        """Raises LookupError where a limit names no figure."""
        figures = all_figures(trials, acceptable)
        return cls(figures, hold(limits, figures), list(_misses(trials, acceptable)))

    def missed(self) -> list[str]:
        """A sentence for each limit that is not met."""
        return [held.sentence() for held in self.held if not held.is_met]

    def as_data(self) -> dict[str, Any]:
        """The report as it is kept and compared."""
        return {
            "as_of": AS_OF.isoformat(),
            "figures": self.figures,
            "limits": [
                {**held.limit.model_dump(exclude_none=True), "value": held.value, "is_met": held.is_met}
                for held in self.held
            ],
            "misses": list(self.misses),
        }

    def as_text(self) -> str:
        """The report as a person reads it in a terminal."""
        lines = ["typing      questions  hit@1  hit@5  hit@10  mrr@10  right  wrong  offered  p50 ms  p95 ms"]
        for way, of in self.figures["golden"].items():
            lines.append(
                f"{way:10}  {of['questions']:9}  {of['hit@1']['mean']:.3f}  {of['hit@5']['mean']:.3f}"
                f"  {of['hit@10']['mean']:6.3f}  {of['mrr@10']['mean']:6.3f}  {of['answered_right_share']:.3f}"
                f"  {of['wrong_shown_share']:.3f}  {of['offered_share']:7.3f}  {of['p50_ms']:6.1f}  {of['p95_ms']:6.1f}"
            )
        for way, of in self.figures["outside"].items():
            lines.append(f"outside, {way}: {of['wrong_shown']} of {of['questions']} answered")
        for way, of in self.figures["borderline"].items():
            lines.append(
                f"borderline, {way}: {of['answered']} of {of['questions']} answered,"
                f" {of['acceptable']} ended as they may"
            )
        for way, of in self.figures["confidence"].items():
            lines.append(
                f"confidence, {way}: Brier {of['brier']:.3f}, calibration error {of['calibration_error']:.3f},"
                f" area of risk over coverage {of['aurc']:.4f}"
            )
        lines += [f"MISSED {sentence}" for sentence in self.missed()] or ["all limits met"]
        return "\n".join(lines)

    def as_page(self) -> str:
        """The report as one HTML page that needs nothing else."""
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("report.html.j2").render(
            report=self,
            figures=self.figures,
            endings=ENDINGS,
            frame=plots,
            plots={name: draw(self.figures) for name, draw in _PLOTS.items()},
            worst=self.misses[:WORST_SHOWN],
        )

    def write(self, folder: Path) -> None:
        """Write evaluation.json and evaluation.html into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        data = json.dumps(self.as_data(), ensure_ascii=False, indent=1)
        (folder / "evaluation.json").write_text(data + "\n", encoding="utf-8")
        (folder / "evaluation.html").write_text(self.as_page(), encoding="utf-8")


def _misses(trials: Trials, acceptable: Acceptable) -> Iterator[dict[str, Any]]:
    """First what was shown wrongly, the surest first; then golden questions whose right entry was not shown."""
    wrong = [("golden", way, one) for way, of in trials.golden.items() for one in of if one.ending == "wrong_shown"]
    wrong += [("outside", way, one) for way, of in trials.outside.items() for one in of if one.ending == "wrong_shown"]
    wrong += [
        ("borderline", way, one)
        for way, of in trials.borderline.items()
        for one in of
        if not is_acceptable(one, acceptable)
    ]
    wrong.sort(key=lambda found: -found[2].confidence)
    unshown = ("offered_others", "passed_on", "error")
    lost = [("golden", way, one) for way, of in trials.golden.items() for one in of if one.ending in unshown]
    lost.sort(key=lambda found: (-(found[2].rank or 99), -found[2].confidence))
    for among, way, trial in [*wrong, *lost]:
        yield _miss(among, way, trial)


def _miss(among: str, way: str, trial: Trial) -> dict[str, Any]:
    return {
        "set": among,
        "typing": way,
        "id": trial.question.id,
        "text": trial.text,
        "wanted": trial.question.entry or trial.question.expected,
        "ending": trial.ending,
        "outcome": trial.shown.outcome.value,
        "shown": trial.shown.entry or ", ".join(trial.shown.offered),
        "rank": trial.rank,
        "candidates": [
            {"entry": hit.entry, "confidence": round(hit.confidence, 3)} for hit in trial.hits[:_CANDIDATES]
        ],
    }


def _hits(figures: dict[str, Any]) -> Plot:
    depths = (1, 3, 5, 10)
    series = [
        Series(
            way,
            [(depth, of[f"hit@{depth}"]["mean"]) for depth in depths],
            [f"{way}, hit@{depth}: {of[f'hit@{depth}']['mean']:.3f}" for depth in depths],
        )
        for way, of in figures["golden"].items()
    ]
    lowest = min((y for one in series for _, y in one.points), default=0.0)
    ticks = [tick for tick in _TENTHS if tick > lowest - 0.1]
    return Plot(
        "The right entry among the first", "first entries looked at", "share of questions", depths, ticks, series
    )


def _reliability(figures: dict[str, Any]) -> Plot:
    series = [
        Series(
            way,
            [(of["confidence"], of["right"]) for of in all_of["reliability"]],
            [f"{way}: {of['count']} answers, {of['right']:.0%} right" for of in all_of["reliability"]],
        )
        for way, all_of in figures["confidence"].items()
    ]
    return Plot("Reliability", "confidence of the first entry", "share right", _FIFTHS, _FIFTHS, series, diagonal=True)


def _risk(figures: dict[str, Any]) -> Plot:
    series = [
        Series(way, [(point["coverage"], point["risk"]) for point in of["risk_coverage"]], dots=False)
        for way, of in figures["confidence"].items()
    ]
    highest = max((y for one in series for _, y in one.points), default=0.0)
    ticks = [tick for tick in _TENTHS if tick < highest + 0.1] or [0.0]
    return Plot(
        "Risk and coverage",
        "share answered",
        "share wrong among the answered",
        _FIFTHS,
        [*ticks, 1.0][: max(2, len(ticks))],
        series,
    )


_PLOTS = {"hits": _hits, "reliability": _reliability, "risk": _risk}
