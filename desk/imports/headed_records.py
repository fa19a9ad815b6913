"""Records from a document: a heading of the first level is an entry's id, one of the second a column's name.

What stands below a column's heading is its text, a paragraph a line; in a column that holds a list, each paragraph or
item is one of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from desk.imports.columns import COLUMNS, LISTED, content_of, named
from desk.imports.documents.piece import Piece, in_unicode
from desk.imports.faults import Fault, Faults, FileRefused, Where
from desk.imports.files import tidy
from desk.imports.given import Given

_SAID = 60


def read(pieces: Sequence[Piece]) -> list[Given]:
    """The records of a document; raises FileRefused for headings that name no column, and text below none."""
    records: list[Given] = []
    faults = Faults()
    row: dict[str, str] = {}
    places: dict[str, Where] = {}
    begins, column = Where(), ""
    for piece in in_unicode(pieces):
        if piece.level == 1:
            records += _record(row, begins, places)
            row, places, begins, column = {"id": piece.text}, {"id": piece.where}, piece.where, ""
            continue
        name = named(piece.text) if piece.level else ""
        if name and row:
            column = name
            if name not in COLUMNS or name == "id":
                faults.note(Fault.of("columns_unknown", piece.where, columns=piece.text[:_SAID]))
            elif name in row:
                faults.note(Fault.of("columns_twice", piece.where, columns=name))
            else:
                row[name], places[name] = "", piece.where
            continue
        if not row or not column:
            faults.note(Fault.of("outside", piece.where, said=piece.text[:_SAID]))
        elif column in row:
            _add(row, column, piece, faults)
    records += _record(row, begins, places)
    if faults:
        raise FileRefused(faults)
    return records


def _add(row: dict[str, str], column: str, piece: Piece, faults: Faults) -> None:
    try:
        text = tidy(piece.text, column, piece.where)
    except FileRefused as refused:
        faults.note(*refused.faults)
        return
    if column in LISTED and column != "legal_basis":
        text = text.replace("\\", "\\\\").replace("\n", "\\n")
    elif piece.is_item and column not in LISTED:
        text = f"- {text}"
    row[column] = f"{row[column]}\n{text}".strip()


def _record(row: dict[str, str], where: Where, places: dict[str, Where]) -> list[Given]:
    return [Given(content_of(row), where, places)] if row else []
