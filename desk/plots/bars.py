"""Horizontal bars from an honest zero, the longest at the top as they are given, each with its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.plots.drawing import (
    Frame,
    Look,
    drawing,
    element,
    fitted,
    is_narrow,
    line,
    patterns,
    rect,
    text,
    width_of,
)

_THICK, _LINE = 16, 17
_LOOK = Look(1)


@dataclass(frozen=True)
class Bar:
    """``words`` is the number as the reader writes it; a bar without a value has only words that say so."""

    label: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Bars:
    """``highest`` is the end of the axis, 1 for shares; without it the largest value is."""

    frame: Frame
    bars: Sequence[Bar]
    highest: float | None = None
    look: Look = _LOOK

    def draw(self, width: int) -> str:
        narrow = is_narrow(width)
        left = 0.0 if narrow else self._room_for_labels(width)
        right = max((width_of(bar.words) for bar in self.bars), default=0) + 10
        scale = (width - left - right) / (self.highest or max((bar.value or 0 for bar in self.bars), default=0) or 1)
        drawn, y = "", 4.0
        for bar in self.bars:
            lines = fitted(bar.label, width - 4 if narrow else left - 12, lines=2)
            height = len(lines) * _LINE
            if narrow:
                words = self._label(lines, 5, y + 13, "start")
                bar_y = y + height + 3
                row = height + _THICK + 12.0
            else:
                words = self._label(lines, left - 10, y + 13, "end")
                row = max(height, _THICK) + 10.0
                bar_y = y + (row - 10 - _THICK) / 2
            length = (bar.value or 0) * scale
            piece = rect(left, bar_y, length, _THICK, self.look, self.frame.id) if bar.value else ""
            number = text(left + length + 6, bar_y + 12.5, bar.words, "strong" if bar.value is not None else "quiet")
            drawn += element("g", raw=element("title", f"{bar.label}: {bar.words}") + words + piece + number)
            y += row
        zero = line(left, 0, left, y, "axis")
        return drawing(self.frame, width, y + 2, patterns(self.frame.id, [self.look]), drawn, zero)

    def _room_for_labels(self, width: int) -> float:
        longest = max((width_of(bar.label) for bar in self.bars), default=0) + 14
        return min(max(longest, 60), width * 0.4)

    def _label(self, lines: Sequence[str], x: float, y: float, anchor: str) -> str:
        return "".join(text(x, y + place * _LINE, row, "", anchor) for place, row in enumerate(lines))
