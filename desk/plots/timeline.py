"""Lines over time from an honest zero: what is not known is a gap, and a step that is not whole is a hollow mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk.plots.drawing import (
    SMALL,
    Frame,
    Written,
    drawing,
    element,
    is_narrow,
    legend,
    line,
    text,
    ticks_up_to,
    width_of,
)

#: The shape of a series' marks, the dashes of its line are the class of the same number.
_SHAPES = ("circle", "square", "triangle", "diamond")
#: With more steps marks would hide the lines; then only what stands alone, and the ends, have one.
MARKED_UP_TO = 36
_ROOM_FOR_A_LABEL = 70


@dataclass(frozen=True)
class Series:
    """One line; None where nothing is known."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Timeline:
    """``steps`` are the labels along the axis, ``whole`` whether each step was counted from its beginning to its end.

    ``written`` writes the numbers of the axis; ``highest`` is its end, 1 for shares; ``ticks`` about how many it has.
    """

    frame: Frame
    steps: Sequence[str]
    whole: Sequence[bool]
    series: Sequence[Series]
    written: Written
    highest: float | None = None
    ticks: int = 4

    def draw(self, width: int) -> str:
        known = [value for each in self.series for value in each.values if value is not None]
        ticks = ticks_up_to(self.highest or max(known, default=0), self.ticks)
        labels = [self.written(tick) for tick in ticks]
        keys = [(_sample(place), each.label) for place, each in enumerate(self.series)]
        named, top = legend(keys, width, 0) if len(keys) > 1 else ("", 8.0)
        left = max(width_of(label, SMALL) for label in labels) + 8
        height = 150.0 if is_narrow(width) else 180.0
        area = _Area(left, width - 10, top + 6, top + height, len(self.steps), ticks[-1])
        grid = "".join(
            line(left, area.y(tick), width, area.y(tick), "grid" if tick else "axis")
            + text(left - 6, area.y(tick) + 4, label, "small quiet", "end")
            for tick, label in zip(ticks, labels, strict=True)
        )
        lines = "".join(self._series(area, place, each) for place, each in enumerate(self.series))
        return drawing(self.frame, width, top + height + 24, named, grid, lines, self._steps(area))

    def _steps(self, area: _Area) -> str:
        """As many labels as fit, from the last one back, so that the newest step is named."""
        room = max(_ROOM_FOR_A_LABEL, max((width_of(step, SMALL) for step in self.steps), default=0) + 14)
        every = max(1, -int(-len(self.steps) * room // (area.right - area.left)))
        drawn = ""
        for place in range(len(self.steps) - 1, -1, -every):
            x, words = area.x(place), self.steps[place]
            half = width_of(words, SMALL) / 2
            if x - half < 0:
                continue
            x, anchor = (area.right + 10, "end") if x + half > area.right + 10 else (x, "middle")
            drawn += text(x, area.bottom + 18, words, "small quiet", anchor)
        return drawn

    def _series(self, area: _Area, number: int, series: Series) -> str:
        drawn = ""
        for run in _runs(series.values):
            points = [(area.x(place), area.y(value)) for place, value in run]
            if len(points) > 1:
                path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
                drawn += element("path", class_=f"line c{number + 1} dash{number + 1}", d=path)
            for (place, _), (x, y) in zip(run, points, strict=True):
                if len(self.steps) <= MARKED_UP_TO or len(run) == 1 or place == len(self.steps) - 1:
                    drawn += _mark(number, x, y, whole=self.whole[place])
        return drawn


@dataclass(frozen=True)
class _Area:
    """Where the lines are, and where a step and a value are in it."""

    left: float
    right: float
    top: float
    bottom: float
    steps: int
    highest: float

    def x(self, place: int) -> float:
        inner = self.left + 8
        return inner + (self.right - inner) * (place / (self.steps - 1) if self.steps > 1 else 0.5)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.highest


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """The stretches without a gap."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _mark(number: int, x: float, y: float, *, whole: bool) -> str:
    class_ = f"mark c{number + 1}" + ("" if whole else " hollow")
    match _SHAPES[number % len(_SHAPES)]:
        case "circle":
            return element("circle", class_=class_, cx=x, cy=y, r=3.5)
        case "square":
            return element("rect", class_=class_, x=x - 3.2, y=y - 3.2, width=6.4, height=6.4)
        case "triangle":
            return element("path", class_=class_, d=f"M{x:.1f} {y - 4.4:.1f}l4.4 7.6h-8.8z")
        case _:
            return element("path", class_=class_, d=f"M{x:.1f} {y - 4.6:.1f}l4.6 4.6-4.6 4.6-4.6-4.6z")


def _sample(number: int) -> str:
    return line(0, 0, 20, 0, f"line c{number + 1} dash{number + 1}") + _mark(number, 10, 0, whole=True)
