"""What was measured of the kinds of index, as docs/neighbours.md with two pictures, and as JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from evaluation.pages import templates, write
from evaluation.speed.drawing import drawn, powers, steps
from evaluation.speed.neighbours.kinds import A_CELL, FIRST, kinds

#: The share of the exact nearest that is to be found; of each kind the quickest setting that finds so many is told.
GOAL = 0.97
#: What a search of a million passages may take, in milliseconds at p50.
GOAL_MS = 5.0
#: What finds less is below the picture.
_LOWEST_DRAWN = 0.5


class Chosen(NamedTuple):
    """A setting of a kind with its figures, and whether it finds enough."""

    setting: str
    figures: Mapping[str, Any]
    enough: bool


def chosen(settings: Mapping[str, Mapping[str, Any]]) -> Chosen:
    """The setting that finds enough with the least work; where none does, the one that finds most."""
    enough = {name: of for name, of in settings.items() if of["recall"] >= GOAL}
    if enough:
        name = min(enough, key=lambda one: float(enough[one]["work_p50"]))
        return Chosen(name, enough[name], True)
    name = max(settings, key=lambda one: float(settings[one]["recall"]))
    return Chosen(name, settings[name], False)


@dataclass(frozen=True)
class Report:
    """``sizes`` as measuring.measure gives them, by rising size; ``left_out`` says by size which kinds, and why."""

    day: dt.date
    python: str
    faiss: str
    cores: int
    sizes: Sequence[Mapping[str, Any]]
    left_out: Mapping[int, Mapping[str, str]]

    def as_data(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "python": self.python,
            "faiss": self.faiss,
            "cores": self.cores,
            "goal_recall": GOAL,
            "goal_ms": GOAL_MS,
            "quickest": {str(size["passages"]): _quickest(size) for size in self.sizes},
            "left_out": {str(size): dict(why) for size, why in self.left_out.items()},
            "sizes": list(self.sizes),
        }

    def as_page(self) -> str:
        """The page in Markdown."""
        folder = Path(__file__).parent / "templates"
        environment = templates(folder, thousands="{:,}".format, ms=_milliseconds, mib=_mebibytes)
        return environment.get_template("neighbours.md.j2").render(
            report=self,
            kinds=kinds(),
            a_cell=A_CELL,
            first=FIRST,
            goal=GOAL,
            goal_ms=GOAL_MS,
            chosen={
                size["passages"]: {name: chosen(of["settings"]) for name, of in size["kinds"].items()}
                for size in self.sizes
            },
            quickest={size["passages"]: _quickest(size) for size in self.sizes},
        )

    def pictures(self) -> dict[str, str]:
        """Each picture as SVG, by the name of its file."""
        return {"neighbours-recall.svg": _by_time(self.sizes[-1]), "neighbours-time.svg": _by_size(self.sizes)}

    def write(self, page: Path, pictures: Path, data: Path) -> None:
        """Write all of it."""
        files = {page: self.as_page(), data: json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"}
        files |= {pictures / name: svg for name, svg in self.pictures().items()}
        write(files)


def _quickest(size: Mapping[str, Any]) -> dict[str, Any]:
    """Which kind finds enough with the least work, and how; the exact one always does."""
    found = {name: chosen(of["settings"]) for name, of in size["kinds"].items()}
    name = min((one for one in found if found[one].enough), key=lambda one: float(found[one].figures["work_p50"]))
    return {"kind": name, "setting": found[name].setting, **found[name].figures}


def _by_time(size: Mapping[str, Any]) -> str:
    """The share found by each setting, by its work, at one size."""
    lines = {
        name: sorted(
            (of["work_p50"], of["recall"]) for of in kind["settings"].values() if of["recall"] >= _LOWEST_DRAWN
        )
        for name, kind in size["kinds"].items()
    }
    times = [time for points in lines.values() for time, _ in points]
    title = f"Share of the nearest {FIRST} found in {size['passages']:,} passages"
    return drawn(title, "milliseconds of work (p50)", lines, powers(times), steps(_LOWEST_DRAWN, 1.0, 0.1))


def _by_size(sizes: Sequence[Mapping[str, Any]]) -> str:
    """The work of the quickest setting that finds enough, by the number of passages."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for size in sizes:
        for name, of in size["kinds"].items():
            best = chosen(of["settings"])
            if best.enough:
                lines.setdefault(name, []).append((size["passages"], best.figures["work_p50"]))
    times = [time for points in lines.values() for _, time in points]
    passages = [size["passages"] for size in sizes]
    title = f"Milliseconds of work (p50) where {GOAL:.0%} are found"
    return drawn(title, "passages", lines, powers(passages), powers(times))


def _milliseconds(of: Mapping[str, float]) -> str:
    return f"{of['p50']:.2f} ({of['p95']:.2f})"


def _mebibytes(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
