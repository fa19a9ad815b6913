"""The pieces of a DOCX file: paragraphs with the numbers that Word shows before them, and tables row by row."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.ns import qn
from lxml import etree

from desk.imports.documents.docx_numbers import Numbers
from desk.imports.documents.piece import Piece
from desk.imports.faults import FileRefused, Where, refuse
from desk.imports.files import BROKEN_PACKAGE, Budget, File, check_package

_P, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _NO_BREAK_HYPHEN = qn("w:t"), qn("w:tab"), {qn("w:br"), qn("w:cr")}, qn("w:noBreakHyphen")
#: What stands inside a paragraph and is no text of it: text boxes, what was left out for old programs, properties.
_APART = {qn("w:txbxContent"), qn("w:pPr"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_TRACKED = {qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo")}
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError),
    *(etree.LxmlError, OpcError, PythonDocxError, XmlchemyError, *BROKEN_PACKAGE),
)


def read(file: File, budget: Budget) -> list[Piece]:
    """All paragraphs and rows in their order; raises FileRefused."""
    check_package(file.data, "word/document.xml")
    try:
        document = docx.Document(io.BytesIO(file.data))
        if next(document.element.body.iter(*_TRACKED), None) is not None:
            raise refuse("changes_open")
        return list(_Reader(document, budget).pieces())
    except FileRefused:
        raise
    except _BROKEN:
        raise refuse("broken") from None


class _Reader:
    def __init__(self, document: Document, budget: Budget) -> None:
        self._document, self._budget = document, budget
        self._numbers = Numbers(document)
        self._styles = {style.style_id: style for style in document.styles}
        self._count = 0

    def pieces(self) -> Iterator[Piece]:
        yield from self._within(self._document.element.body)

    def _within(self, element: Any) -> Iterator[Piece]:
        """What stands in a body, a cell or a content control, which may hold one another."""
        for child in element:
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:smartTag")):
                yield from self._within(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Piece]:
        self._budget.spend()
        self._count += 1
        style_id = paragraph.style
        style = self._styles.get(style_id) if style_id else None
        mark, is_item = self._numbers.next_of(paragraph, style)
        text = _text_of(paragraph).strip()
        level = _level(style)
        if text:
            stands_out = bool(level) or _begins_bold(paragraph)
            yield Piece(Where("paragraph", self._count), text, level, mark, is_item and not level, stands_out)

    def _table(self, table: Any) -> Iterator[Piece]:
        for row in table.iterchildren(_ROW):
            cells = [[piece.marked for piece in self._within(cell)] for cell in row.iterchildren(_CELL)]
            words = [" ".join(" ".join(texts).split()) for texts in cells]
            if any(words):
                yield Piece(Where("paragraph", self._count), " | ".join(words))


def _text_of(element: Any) -> str:
    parts: list[str] = []
    for child in element:
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag == _TAB:
            parts.append("\t")
        elif child.tag in _BREAK:
            parts.append("\n")
        elif child.tag == _NO_BREAK_HYPHEN:
            parts.append("-")
        elif child.tag not in _APART and isinstance(child.tag, str):
            parts.append(_text_of(child))
    return "".join(parts)


def _level(style: Any) -> int:
    """1 to 6 for a heading, by the name that Word gives its styles in every language."""
    name = (style.name or "") if style is not None else ""
    number = name.removeprefix("Heading ")
    return min(int(number), 6) if number != name and number.isdigit() else 1 if name == "Title" else 0


def _begins_bold(paragraph: Any) -> bool:
    for run in paragraph.iter(qn("w:r")):
        if _text_of(run).strip():
            bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
            return bold is not None and bold.get(qn("w:val")) not in ("0", "false", "off")
    return False
