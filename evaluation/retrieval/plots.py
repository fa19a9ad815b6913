"""Line plots as numbers that a template can draw: series in the coordinates of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: The area of the lines within the drawing, in SVG units: left, top, right, bottom.
LEFT, TOP, RIGHT, BOTTOM = 52.0, 12.0, 500.0, 300.0
WIDTH, HEIGHT = 516.0, 348.0


@dataclass(frozen=True)
class Series:
    """A named line; ``points`` are (x, y) in the units of the figures, ``notes`` what is read on each of them."""

    name: str
    points: Sequence[tuple[float, float]]
    notes: Sequence[str] = ()
    dots: bool = True


@dataclass(frozen=True)
class Plot:
    """Lines over two axes, each from its first to its last tick; ``diagonal`` draws the line of equal x and y."""

    title: str
    x_label: str
    y_label: str
    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    series: Sequence[Series]
    diagonal: bool = False

    def x(self, value: float) -> float:
        return _place(value, self.x_ticks, LEFT, RIGHT)

    def y(self, value: float) -> float:
        return _place(value, self.y_ticks, BOTTOM, TOP)

    def path(self, series: Series) -> str:
        """The points of a polyline."""
        return " ".join(f"{self.x(x)},{self.y(y)}" for x, y in series.points)


def _place(value: float, ticks: Sequence[float], start: float, end: float) -> float:
    """Where a value lies between the ends of an axis; what is beyond the ticks is drawn at the edge."""
    share = (value - ticks[0]) / (ticks[-1] - ticks[0])
    return round(start + min(1.0, max(0.0, share)) * (end - start), 1)
