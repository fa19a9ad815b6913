"""Parts of a whole, stacked to a bar of 100 %: each part has a pattern, its share in it and its name in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.plots.drawing import (
    SMALL,
    Frame,
    Look,
    Written,
    drawing,
    element,
    fitted,
    legend,
    patterns,
    rect,
    text,
    width_of,
)

_THICK, _LINE = 26.0, 17
#: Between two parts, so that they are told apart without their colours.
_GAP = 2.0


@dataclass(frozen=True)
class Part:
    """What a part is called and how it looks; the same in every bar."""

    label: str
    look: Look


@dataclass(frozen=True)
class Whole:
    """One bar: what it is, the number in each part, and the words of their sum or of why there is none."""

    label: str
    counts: Sequence[float]
    words: str


@dataclass(frozen=True)
class Shares:
    """``written`` writes a share."""

    frame: Frame
    parts: Sequence[Part]
    wholes: Sequence[Whole]
    written: Written

    def draw(self, width: int) -> str:
        id_ = f"{self.frame.id}-{width}"
        keys = [(rect(0, -7, 20, 14, part.look, id_), part.label) for part in self.parts]
        named, y = legend(keys, width, 0)
        drawn = ""
        for whole in self.wholes:
            lines = fitted(f"{whole.label} · {whole.words}", width, lines=2)
            for place, row in enumerate(lines):
                drawn += text(0, y + 14 + place * _LINE, row)
            y += len(lines) * _LINE + 4.0
            drawn += self._bar(whole, width, y, id_)
            y += (_THICK if sum(whole.counts) else 0) + 12.0
        return drawing(self.frame, width, y - 6, patterns(id_, [part.look for part in self.parts]), named, drawn)

    def _bar(self, whole: Whole, width: int, y: float, id_: str) -> str:
        total, x, drawn = sum(whole.counts), 0.0, ""
        for count, part in zip(whole.counts, self.parts, strict=True):
            if not count:
                continue
            share, length = count / total, width * count / total
            words = self.written(share)
            piece = rect(x, y, max(length - _GAP, 1.0), _THICK, part.look, id_)
            room = width_of(words, SMALL) + 6
            if length - _GAP >= room + 4:
                middle = x + (length - _GAP) / 2
                piece += element(
                    "rect", class_="plate", x=middle - room / 2, y=y + 5, width=room, height=_THICK - 10, rx=3.0
                )
                piece += text(middle, y + _THICK / 2 + 4.5, words, "small strong", "middle")
            drawn += element("g", raw=element("title", f"{part.label}: {words} ({count})") + piece)
            x += length
        return drawn
