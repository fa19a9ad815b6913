"""Points with their intervals on one axis: how sure a mean or a share is, and of which ones it is too early to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk.plots.drawing import (
    SMALL,
    Frame,
    Written,
    drawing,
    element,
    fitted,
    is_narrow,
    line,
    text,
    width_of,
)

_LINE = 17


@dataclass(frozen=True)
class Point:
    """A value with the ends of its interval; without an interval the mark is hollow, and ``words`` say why."""

    label: str
    value: float | None
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Points:
    """``ticks`` are the numbers of the axis from its lowest to its highest value."""

    frame: Frame
    points: Sequence[Point]
    ticks: Sequence[float]
    written: Written

    def draw(self, width: int) -> str:
        narrow = is_narrow(width)
        left = 8.0 if narrow else min(max((width_of(p.label) for p in self.points), default=0) + 24, width * 0.4)
        right = 10.0 if narrow else max((width_of(p.words, SMALL) for p in self.points), default=0) + 14
        first, last = self.ticks[0], self.ticks[-1]

        def at(value: float) -> float:
            return left + (width - left - right) * (value - first) / (last - first)

        drawn, y = "", 6.0
        for point in self.points:
            words = fitted(
                f"{point.label}: {point.words}" if narrow else point.label, width if narrow else left - 20, 2
            )
            height = len(words) * _LINE
            middle = y + height + 10.0 if narrow else y + max(height, 22) / 2
            x, anchor = (0.0, "start") if narrow else (left - 16, "end")
            offset = 13.0 if narrow else (max(height, 22) - height) / 2 + 13
            labels = "".join(text(x, y + offset + place * _LINE, row, "", anchor) for place, row in enumerate(words))
            number = "" if narrow else text(width - right + 12, middle + 4, point.words, "small")
            full = element("title", f"{point.label}: {point.words}")
            drawn += element("g", raw=full + labels + self._mark(point, middle, at) + number)
            y = middle + 14 if narrow else y + max(height, 22) + 8
        grid = "".join(
            line(at(tick), 0, at(tick), y, "grid") + text(at(tick), y + 16, self.written(tick), "small quiet", "middle")
            for tick in self.ticks
        )
        return drawing(self.frame, width, y + 22, grid, drawn)

    def _mark(self, point: Point, y: float, at: Callable[[float], float]) -> str:
        if point.value is None:
            return ""
        x = at(point.value)
        if point.low is None or point.high is None:
            return element("circle", class_="mark c1 hollow", cx=x, cy=y, r=4.5)
        low, high = at(point.low), at(point.high)
        interval = line(low, y, high, y, "interval c1") + line(low, y - 5, low, y + 5, "interval c1")
        return (
            interval
            + line(high, y - 5, high, y + 5, "interval c1")
            + element("circle", class_="mark c1", cx=x, cy=y, r=4.5)
        )
