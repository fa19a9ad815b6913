"""Pictures of many lines, as SVG: axes of powers of ten or of equal steps, each line with its name below."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.pages import templates
from evaluation.retrieval import plots
from evaluation.retrieval.plots import Plot, Series

_TEMPLATES = Path(__file__).parent / "templates"
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """Where values lie on an axis, and what stands at its ticks."""

    ticks: Sequence[float]
    place: Callable[[float], float]
    told: Callable[[float], str]


def powers(values: Sequence[float]) -> Axis:
    """Powers of ten around values that are above zero, at least two."""
    lowest, highest = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    ticks = [float(power) for power in range(lowest, max(highest, lowest + 1) + 1)]
    return Axis(ticks, math.log10, lambda power: f"{10**power:g}" if power < 0 else f"{10 ** int(power):,}")


def steps(first: float, last: float, step: float) -> Axis:
    """Equal steps; what is beyond the last is drawn on it."""
    count = round((last - first) / step)
    return Axis([first + step * number for number in range(count + 1)], float, lambda value: f"{value:.4g}")


def drawn(title: str, by: str, lines: Mapping[str, Points], x: Axis, y: Axis) -> str:
    """The picture; ``lines`` are points by name."""
    series = [Series(name, [(x.place(one), y.place(other)) for one, other in of]) for name, of in lines.items() if of]
    plot = Plot(title, by, title, x.ticks, y.ticks, series)
    environment = templates(_TEMPLATES, x_tick=x.told, y_tick=y.told)
    return environment.get_template("lines.svg.j2").render(plot=plot, frame=plots)
