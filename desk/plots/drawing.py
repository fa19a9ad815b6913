"""What every plot is drawn with: elements of SVG, a frame that says what it shows, ticks, and words that fit.

No element has a style of its own, for the pages forbid that: colours, letters and lines are classes, which
console/static/css/plots.css fills in by day and by night.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from desk.visible import visible

#: The widths, in pixels of the page, for which a plot is laid out: a column of a screen, and a phone.
WIDE, NARROW = 600, 328
#: The size of letters, as in the style sheet, and what a letter is taken to be wide on average.
LETTERS, SMALL = 13, 12
_LETTER_WIDTH = 0.56

#: How a series looks beside its colour; each is the name of a pattern and of a class.
PATTERNS = ("solid", "stripes", "dots", "lines", "cross")


@dataclass(frozen=True)
class Frame:
    """What a plot is called and what it says in a sentence or two; ``id`` is unlike any other on its page."""

    id: str
    title: str
    summary: str


@dataclass(frozen=True)
class Look:
    """A colour, from 1 to 5, and a pattern, so that who sees no colours can tell series apart."""

    colour: int
    pattern: str = "solid"


class Kind(Protocol):
    """A kind of plot, which can be drawn in any width."""

    @property
    def frame(self) -> Frame: ...

    def draw(self, width: int) -> str:
        """The SVG for so many pixels."""


@dataclass(frozen=True)
class Plot:
    """A plot as a page takes it: for a screen and for a phone, of which the style sheet shows one."""

    frame: Frame
    wide: str
    narrow: str

    @classmethod
    def of(cls, kind: Kind) -> Plot:
        return cls(kind.frame, kind.draw(WIDE), kind.draw(NARROW))


def is_narrow(width: int) -> bool:
    return width < (WIDE + NARROW) / 2


def drawing(frame: Frame, width: int, height: float, *inside: str) -> str:
    """The whole plot: an image with a name and a description for whoever does not see it."""
    id_ = f"{frame.id}-{'narrow' if is_narrow(width) else 'wide'}"
    named = element("title", frame.title, id=f"{id_}-title") + element("desc", frame.summary, id=f"{id_}-desc")
    attributes = {
        "class": "plot",
        "viewBox": f"0 0 {width} {_short(height)}",
        "role": "img",
        "aria-labelledby": f"{id_}-title",
        "aria-describedby": f"{id_}-desc",
        "focusable": "false",
    }
    return element("svg", raw=named + "".join(inside), **attributes)


def element(name: str, words: str = "", *, raw: str = "", **attributes: object) -> str:
    """An element with words, which are escaped, or with elements; ``class_`` is written ``class``, _ as -."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
    )
    inside = raw or escape(words, quote=False)
    return plain(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def text(x: float, y: float, words: str, class_: str = "", anchor: str = "start") -> str:
    return element("text", words, class_=f"words {class_}".strip(), x=float(x), y=float(y), text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    return element("line", class_=class_, x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2))


def rect(x: float, y: float, width: float, height: float, look: Look, id_: str) -> str:
    """A filled piece; its pattern is one of ``patterns`` with the same id."""
    place: dict[str, Any] = {"x": float(x), "y": float(y), "width": float(max(width, 0.0)), "height": float(height)}
    if look.pattern == "solid":
        return element("rect", class_=f"fill c{look.colour}", **place)
    return element("rect", class_=f"edge c{look.colour}", fill=f"url(#{_pattern_id(id_, look)})", **place)


def patterns(id_: str, looks: Sequence[Look]) -> str:
    """The definitions of the patterns of these looks, for the plot with this id."""
    drawn = "".join(_pattern(id_, look) for look in dict.fromkeys(looks) if look.pattern != "solid")
    return element("defs", raw=drawn) if drawn else ""


def _pattern_id(id_: str, look: Look) -> str:
    return f"{id_}-{look.pattern}-{look.colour}"


def _pattern(id_: str, look: Look) -> str:
    match look.pattern:
        case "stripes":
            drawn = element("path", class_=f"line c{look.colour} thick", d="M-2 2 2-2M0 8 8 0M6 10 10 6")
        case "dots":
            drawn = element("circle", class_=f"fill c{look.colour}", cx=4.0, cy=4.0, r=2.0)
        case "lines":
            drawn = element("path", class_=f"line c{look.colour} thick", d="M0 2H8M0 6H8")
        case _:
            drawn = element("path", class_=f"line c{look.colour}", d="M0 0 8 8M8 0 0 8")
    ground = element("rect", class_=f"soft c{look.colour}", width=8.0, height=8.0)
    return element(
        "pattern",
        raw=ground + drawn,
        id=_pattern_id(id_, look),
        width=8.0,
        height=8.0,
        patternUnits="userSpaceOnUse",
    )


def legend(keys: Sequence[tuple[str, str]], width: int, y: float) -> tuple[str, float]:
    """Keys in as many rows as they need, each a sample (drawn around 0, 0; 20 wide) and its words.

    Returns the elements and the height that they take.
    """
    x, top, drawn = 0.0, y, ""
    for sample, words in keys:
        room = 28 + width_of(words, SMALL) + 16
        if x and x + room - 16 > width:
            x, top = 0.0, top + 20
        drawn += element("g", raw=sample, transform=f"translate({_short(x)} {_short(top + 8)})")
        drawn += text(x + 26, top + 12, words, "small")
        x += room
    return drawn, top - y + 24


def ticks_up_to(highest: float, count: int = 4) -> list[float]:
    """Round numbers from 0 to the first that is not below ``highest``, some ``count`` of them; whole where they can."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough - 1e-12)
    if highest > 1 and step < 1:
        step = 1.0
    return [step * place for place in range(math.ceil(highest / step - 1e-9) + 1)]


def width_of(words: str, size: int = LETTERS) -> float:
    """What words take in pixels, rather too much than too little: the letters of the reader are not known."""
    return len(words) * size * _LETTER_WIDTH


def fitted(words: str, width: float, lines: int = 1, size: int = LETTERS) -> list[str]:
    """The words in at most so many lines of this width, the last one cut with an ellipsis where they do not fit."""
    letters = max(4, int(width / (size * _LETTER_WIDTH)))
    found = list(_wrapped(words, letters))
    if len(found) <= lines:
        return found
    last = f"{found[lines - 1]} {found[lines]}"
    return [*found[: lines - 1], last[: letters - 1].rstrip(" ,;:") + "…"]


def _wrapped(words: str, letters: int) -> Iterator[str]:
    row = ""
    for word in words.split():
        if row and len(row) + 1 + len(word) > letters:
            yield row
            row = ""
        row = f"{row} {word}".strip()
        while len(row) > letters:
            yield row[:letters]
            row = row[letters:]
    if row:
        yield row


def _short(number: object) -> str:
    """A coordinate in few digits."""
    return f"{number:.1f}".removesuffix(".0") if isinstance(number, float) else str(number)


#: How a plot writes a number of its axis.
Written = Callable[[float], str]


def plain(words: str) -> str:
    """Words as XML can hold them: no control letters."""
    return visible(words, keep="\n\t")
