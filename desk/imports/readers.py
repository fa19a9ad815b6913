"""What reads a document: its paragraphs, its pages or the rows of its sheet, in this process or in one of its own.

The libraries for it are loaded by whoever reads here; most processes read elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desk.imports.documents.piece import Piece
from desk.imports.files import Budget, File
from desk.imports.given import Given


@dataclass(frozen=True)
class Readers:
    """Each raises FileRefused: ``pieces`` of DOCX, HTML and Markdown, ``pages`` of PDF, ``sheet`` of XLSX."""

    pieces: Callable[[File, Budget], list[Piece]]
    pages: Callable[[File, Budget], list[str]]
    sheet: Callable[[File, Budget], list[Given]]


def pieces(file: File, budget: Budget) -> list[Piece]:
    from desk.imports.documents import docx, html, markdown

    match file.kind:
        case "docx":
            return docx.read(file, budget)
        case "html":
            return html.read(file, budget)
        case _:
            return markdown.read(file, budget)


def pages(file: File, budget: Budget) -> list[str]:
    from desk.imports.documents import pdf

    return pdf.read(file, budget)


def sheet(file: File, budget: Budget) -> list[Given]:
    from desk.imports import xlsx_rows

    return xlsx_rows.read(file, budget)


#: In this process, for files that nobody hostile can have made.
HERE = Readers(pieces, pages, sheet)
