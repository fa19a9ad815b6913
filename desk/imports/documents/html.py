"""The pieces of an HTML file: its blocks as a reader sees them, without scripts, styles and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from desk.imports.documents.piece import Piece
from desk.imports.encodings import legacy_bytes
from desk.imports.faults import FileRefused, Where, refuse
from desk.imports.files import Budget, File

_HIDDEN = {"script", "style", "head", "template", "noscript", "object", "iframe", "svg", "button", "select", "nav"}
_INLINE = set(
    "a abbr b bdi bdo big cite code dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt "
    "u var o:p".split()
)
_BOLD = {"b", "strong"}
_HEADING = re.compile(r"h([1-6])")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read(file: File, budget: Budget) -> list[Piece]:
    """The blocks with words in them, in their order; raises FileRefused for what is no HTML in UTF-8."""
    charset = _CHARSET.search(file.data[:4096])
    if charset and charset[1].lower() not in (b"utf-8", b"utf8"):
        raise refuse(legacy_bytes(file.data) or "not_utf8", Where("line", 1))
    text = file.text()
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        root = html.document_fromstring(text.encode(), parser=parser)
        return list(_Reader(budget).pieces(root))
    except FileRefused:
        raise
    except (etree.LxmlError, ValueError, RecursionError):
        raise refuse("broken") from None


class _Reader:
    """Gathers the words of a block until the next one begins."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._words, self._line = "", 0
        self._bold: bool | None = None

    def pieces(self, root: Any) -> Iterator[Piece]:
        yield from self._element(root, level=0, mark="", is_item=False, bold=False)
        yield from self._flush(0, "", False)

    def _element(self, element: Any, *, level: int, mark: str, is_item: bool, bold: bool) -> Iterator[Piece]:
        self._budget.spend()
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or name in _HIDDEN:
            return
        if name == "br":
            self._words += "\n"
            return
        if name in _INLINE:
            yield from self._inside(element, level=level, mark=mark, is_item=is_item, bold=bold or name in _BOLD)
            return
        yield from self._flush(level, mark, is_item)
        if name == "tr":
            yield from self._row(element)
            return
        heading = _HEADING.fullmatch(name)
        inner = int(heading[1]) if heading else level
        if name == "li":
            mark, is_item = _mark(element), True
        yield from self._inside(element, level=inner, mark=mark, is_item=is_item, bold=bold)
        yield from self._flush(inner, mark, is_item)

    def _inside(self, element: Any, *, level: int, mark: str, is_item: bool, bold: bool) -> Iterator[Piece]:
        self._add(element.text, element, bold)
        for child in element:
            yield from self._element(child, level=level, mark=mark, is_item=is_item, bold=bold)
            self._add(child.tail, child, bold)

    def _add(self, text: str | None, element: Any, bold: bool) -> None:
        if not text:
            return
        words = _SPACE.sub(" ", text)
        if words.strip():
            self._line = self._line or element.sourceline or 0
            self._bold = bold if self._bold is None else self._bold
        self._words += words

    def _row(self, row: Any) -> Iterator[Piece]:
        cells = []
        for cell in row:
            within = _Reader(self._budget)
            cells.append(" ".join(" ".join(piece.text for piece in within.pieces(cell)).split()))
        if any(cells):
            yield Piece(Where("line", row.sourceline or 0), " | ".join(cells))

    def _flush(self, level: int, mark: str, is_item: bool) -> Iterator[Piece]:
        lines = [line.strip() for line in self._words.split("\n")]
        words = "\n".join(line for line in lines if line)
        where, bold = Where("line", self._line), bool(self._bold)
        self._words, self._line, self._bold = "", 0, None
        if words:
            yield Piece(where, words, level, mark, is_item, bool(level) or bold)


def _mark(item: Any) -> str:
    """The number that a browser shows before an item of a numbered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "-" if parent is not None and parent.tag == "ul" else ""
    start = parent.get("start", "1")
    number = (int(start) if start.isdigit() else 1) + sum(1 for _ in item.itersiblings("li", preceding=True))
    return f"{chr(96 + number)})" if parent.get("type") == "a" and number <= 26 else f"{number}."
