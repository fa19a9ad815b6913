"""The report of a comparison: docs/peers.md for people, and JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.pages import templates, write
from evaluation.peers.asked import OUTSIDE, WAYS, Asked
from evaluation.peers.compare import Measured
from evaluation.peers.figures import MEASURES, figures, overall

_HEADINGS = {"hit@1": "The right entry first (hit@1)", "hit@5": "Among the first five (hit@5)", "mrr@10": "MRR@10"}


@dataclass(frozen=True)
class Setting:
    """What the comparison was made with; ``day`` is the day of the run."""

    day: dt.date
    python: str
    cores: int
    records: int
    passages: int


@dataclass(frozen=True)
class Row:
    """One set-up of a peer with its figures; of the set-ups of one library the better is ``shown``."""

    name: str
    set_up: str
    versions: Mapping[str, str]
    figures: Mapping[str, Any]
    shown: bool = True


@dataclass(frozen=True)
class Report:
    """The desk's row first, then its peers'."""

    setting: Setting
    questions: Mapping[str, int]
    rows: Sequence[Row]

    @classmethod
    def of(
        cls, setting: Setting, asked: Sequence[Asked], desk: Measured, peers: Sequence[Sequence[Measured]]
    ) -> Report:
        """``peers`` has a list of set-ups for each library."""
        rows = [_row(desk, asked, desk)]
        for setups in peers:
            mine = [_row(one, asked, desk) for one in setups]
            best = max(mine, key=lambda row: overall(dict(row.figures)))
            rows += [Row(row.name, row.set_up, row.versions, row.figures, row is best) for row in mine]
        return cls(setting, {way: sum(one.way == way for one in asked) for way in (*WAYS, OUTSIDE)}, rows)

    def as_data(self) -> dict[str, Any]:
        return {
            "day": self.setting.day.isoformat(),
            "python": self.setting.python,
            "cores": self.setting.cores,
            "records": self.setting.records,
            "passages": self.setting.passages,
            "questions": dict(self.questions),
            "peers": [
                {
                    "name": row.name,
                    "shown": row.shown,
                    "set_up": row.set_up,
                    "versions": dict(row.versions),
                    **row.figures,
                }
                for row in self.rows
            ],
        }

    def as_page(self) -> str:
        """The page in Markdown."""
        folder = Path(__file__).parent / "templates"
        environment = templates(folder, interval=_interval, difference=_difference, share=_share)
        return environment.get_template("peers.md.j2").render(
            setting=self.setting,
            questions=self.questions,
            ways=WAYS,
            measures=MEASURES,
            headings=_HEADINGS,
            desk=self.rows[0],
            shown=[row for row in self.rows if row.shown],
            others=[row for row in self.rows if not row.shown],
        )

    def write(self, page: Path, data: Path) -> None:
        """Write both."""
        write({page: self.as_page(), data: json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"})


def _row(measured: Measured, asked: Sequence[Asked], desk: Measured) -> Row:
    of = figures(asked, measured.found, desk.found)
    return Row(measured.peer.name, measured.peer.set_up, measured.versions, of)


def _interval(of: Mapping[str, float]) -> str:
    return f"{of['mean']:.3f} ({of['low']:.3f} to {of['high']:.3f})"


def _difference(of: Mapping[str, float]) -> str:
    return f"{of['mean']:+.3f} ({of['low']:+.3f} to {of['high']:+.3f})"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
