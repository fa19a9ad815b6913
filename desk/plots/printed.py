"""A plot for paper: the same drawing with its colours in it and its patterns drawn out, as a library of PDF reads it.

On a page the style sheet colours a plot by its classes; such a library knows neither variables nor patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from desk.plots.drawing import WIDE, Kind, plain

_SVG = "http://www.w3.org/2000/svg"
_PATTERN = re.compile(r"url\(#.*-(stripes|dots|lines|cross)-(\d)\)")
_TILE = 8.0
#: The colours of console/static/css/base.css by day.
INK, QUIET, PAPER, GRID, AXIS = "#1a2733", "#51606d", "#ffffff", "#d5dce2", "#7c8c9a"
SERIES = {"c1": "#14598c", "c2": "#b06f00", "c3": "#1d6b45", "c4": "#8a3b7c", "c5": "#51606d"}
_DASHES = {"dash2": "7 4", "dash3": "2 4", "dash4": "9 3 2 3"}


def printed(kind: Kind, letters: str) -> str:
    """The drawing of a plot in a column's width; ``letters`` names a font of the paper."""
    root = ElementTree.fromstring(kind.draw(WIDE).replace("<svg ", f'<svg xmlns="{_SVG}" ', 1))
    ElementTree.register_namespace("", _SVG)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (_tag("defs"), _tag("title"), _tag("desc")):
                parent.remove(child)
            elif found := _PATTERN.fullmatch(child.get("fill", "")):
                place = list(parent).index(child)
                parent[place : place + 1] = _drawn_out(child, found[1], SERIES[f"c{found[2]}"])
    for name in ("aria-labelledby", "aria-describedby", "focusable"):
        root.attrib.pop(name, None)
    root.set("aria-label", plain(f"{kind.frame.title}. {kind.frame.summary}"))
    for element in root.iter():
        element.attrib |= _look(element.attrib.pop("class", "").split(), letters)
    return ElementTree.tostring(root, encoding="unicode")


def size_of(svg: str) -> tuple[float, float]:
    """The width and height of a drawing in its own units."""
    _, _, width, height = ElementTree.fromstring(svg).get("viewBox", "0 0 1 1").split()
    return float(width), float(height)


def _look(classes: list[str], letters: str) -> dict[str, str]:
    """What console/static/css/plots.css says of these classes, by day."""
    colour = next((SERIES[each] for each in classes if each in SERIES), INK)
    match classes:
        case ["words", *more]:
            return {
                "fill": QUIET if "quiet" in more else INK,
                "font-family": letters,
                "font-size": "12" if "small" in more else "13",
                "font-weight": "bold" if "strong" in more else "normal",
            }
        case ["fill", *_]:
            return {"fill": colour}
        case ["line", *more]:
            dashes = next((_DASHES[each] for each in more if each in _DASHES), "none")
            return {"fill": "none", "stroke": colour, "stroke-width": "2", "stroke-dasharray": dashes}
        case ["mark", *more]:
            return {"fill": PAPER if "hollow" in more else colour, "stroke": colour, "stroke-width": "1.5"}
        case ["interval", *_]:
            return {"stroke": colour, "stroke-width": "2"}
        case ["grid"]:
            return {"stroke": GRID, "stroke-width": "1"}
        case ["axis"]:
            return {"stroke": AXIS, "stroke-width": "1.5"}
        case ["plate"]:
            return {"fill": PAPER}
        case _:
            return {}


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    height: float


def _drawn_out(piece: Element, pattern: str, colour: str) -> list[Element]:
    """A piece filled with a pattern as its ground, the shapes of the pattern within it, and its edge."""
    box = _Box(*(float(piece.get(name, 0)) for name in ("x", "y", "width", "height")))
    place = {name: str(getattr(box, name)) for name in ("x", "y", "width", "height")}
    shapes = {"stripes": _rising, "lines": _level, "cross": _crossed, "dots": _dots}[pattern](box, colour)
    edge = _element("rect", **place, fill="none", stroke=colour)
    return [_element("rect", **place, fill=PAPER), *shapes, edge]


def _rising(box: _Box, colour: str) -> Iterator[Element]:
    """Lines that rise to the right, each cut off where the box ends."""
    offset = _TILE / 2
    while offset < box.width + box.height:
        start, end = max(0.0, offset - box.height), min(offset, box.width)
        yield _stroke(box, (start, offset - start), (end, offset - end), colour, 2.5)
        offset += _TILE


def _crossed(box: _Box, colour: str) -> Iterator[Element]:
    offset = _TILE / 2
    while offset < box.width + box.height:
        start, end = max(0.0, offset - box.height), min(offset, box.width)
        yield _stroke(box, (start, offset - start), (end, offset - end), colour, 1.2)
        yield _stroke(box, (start, box.height - offset + start), (end, box.height - offset + end), colour, 1.2)
        offset += _TILE


def _level(box: _Box, colour: str) -> Iterator[Element]:
    y = 2.0
    while y < box.height:
        yield _stroke(box, (0, y), (box.width, y), colour, 2)
        y += _TILE / 2


def _dots(box: _Box, colour: str) -> Iterator[Element]:
    y = 4.0
    while y + 2 <= box.height:
        x = 4.0
        while x + 2 <= box.width:
            yield _element("circle", cx=f"{box.x + x:.1f}", cy=f"{box.y + y:.1f}", r="2", fill=colour)
            x += _TILE
        y += _TILE


def _stroke(box: _Box, start: tuple[float, float], end: tuple[float, float], colour: str, thick: float) -> Element:
    ends = {"x1": box.x + start[0], "y1": box.y + start[1], "x2": box.x + end[0], "y2": box.y + end[1]}
    written = {name: f"{value:.1f}" for name, value in ends.items()}
    return _element("line", **written, stroke=colour, **{"stroke-width": str(thick)})


def _element(name: str, **attributes: str) -> Element:
    return Element(_tag(name), attributes)


def _tag(name: str) -> str:
    return f"{{{_SVG}}}{name}"
