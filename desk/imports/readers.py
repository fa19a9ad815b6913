"""What reads a document: its paragraphs, its pages or the rows of its sheet, in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desk.imports import xlsx_rows
from desk.imports.documents import docx, html, markdown, pdf
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
    match file.kind:
        case "docx":
            return docx.read(file, budget)
        case "html":
            return html.read(file, budget)
        case _:
            return markdown.read(file, budget)


#: In this process, for files that nobody hostile can have made.
HERE = Readers(pieces, pdf.read, xlsx_rows.read)
