"""The reading of documents as tasks of a process of its own (desk/apart/): what came of it as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desk.imports.faults import Fault, FileRefused
from desk.imports.files import Budget, File

Done = tuple[dict[str, Any], list[bytes]]


def pieces(data: bytes, given: Mapping[str, Any]) -> Done:
    """``read``: the paragraphs of a DOCX, HTML or Markdown file, each with all that a Piece has."""
    file = File(given["name"], data)

    def read() -> list[Any]:
        found = _reader_of(file.kind).read(file, Budget())
        return [[each.where, each.text, each.level, each.mark, each.is_item, each.stands_out] for each in found]

    return _told(read)


def pages(data: bytes, given: Mapping[str, Any]) -> Done:
    """``read``: the text of each page of a PDF."""
    from desk.imports.documents import pdf

    return _told(lambda: pdf.read(File(given["name"], data), Budget()))


def sheet(data: bytes, given: Mapping[str, Any]) -> Done:
    """``read``: the records in the sheet of a workbook, each with all that a Given has."""
    from desk.imports import xlsx_rows

    def read() -> list[Any]:
        found = xlsx_rows.read(File(given["name"], data), Budget())
        return [[each.content, each.where, dict(each.places)] for each in found]

    return _told(read)


def _reader_of(kind: str) -> Any:
    """Only what is needed is loaded: each of these libraries takes a while."""
    if kind == "docx":
        from desk.imports.documents import docx

        return docx
    if kind == "html":
        from desk.imports.documents import html

        return html
    from desk.imports.documents import markdown

    return markdown


def _told(read: Any) -> Done:
    try:
        found: Sequence[Any] = read()
    except FileRefused as refused:
        return {"faults": [_plain(fault) for fault in refused.faults]}, []
    return {"read": found}, []


def _plain(fault: Fault) -> list[Any]:
    """Values of a fault are words and numbers; whatever else stands there is told by its words."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in fault.values.items()}
    return [fault.name, fault.where, values]
