"""What can be wrong with a file that is brought in: a sentence for a terminal, its name and values for any language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from desk.guidance.record import RecordError

#: In English, by name. content/texts has the same in both languages: ``imports.fault.<name>``.
SENTENCES = {
    "too_large": "The file is larger than {limit} MB.",
    "empty": "The file is empty.",
    "unknown_kind": "A file of this kind is not read; it must be one of {kinds}.",
    "not_utf8": "This is no plain text in UTF-8; save it as such and try again.",
    "tcvn3": "The text is in the old encoding TCVN3 (fonts such as .VnTime); convert it to Unicode and try again.",
    "vni": "The text is in the old encoding VNI (fonts such as VNI-Times); convert it to Unicode and try again.",
    "control": "There is a control character (U+{code}) in {field}; take it out and try again.",
    "locked": "The file is locked by a password, or of an old Office format; save it unlocked as DOCX or XLSX.",
    "broken": "The file is damaged or incomplete and cannot be opened; save it anew and try again.",
    "unpacks_too_large": "Unpacked, the file is larger than {limit} MB; it is not opened.",
    "entities": "The file holds declarations of entities, which no office program writes; save it anew.",
    "changes_open": "The document has tracked changes; accept or reject them, save it and try again.",
    "pdf_locked": "The PDF is locked by a password; save it without one and try again.",
    "pdf_no_text": "The PDF holds only pictures of its pages and no text; recognise the text, or take another file.",
    "pdf_pictures": "Pages {pages} hold only pictures and no text; recognise the text, or take these pages out.",
    "too_many_pages": "The file has more than {limit} pages.",
    "too_many_rows": "The file has more than {limit} records; divide it into several.",
    "too_many_cells": "The sheet has more than {limit} cells; take out what does not belong to the records.",
    "too_long": "There are more than {limit} letters in one field.",
    "not_read": "The file cannot be read within the time and memory that a file has; divide it, or save it anew.",
    "busy": "Other files are being read at the moment; try again in a minute.",
    "macros": "The file holds macros; save it without them.",
    "more": "There is more wrong with the file than this; it was not read any further.",
    "too_slow": "Reading the file takes longer than {limit} seconds; divide it into several.",
    "no_table": "The first line names the columns; there are none in this file.",
    "columns_missing": "These columns are missing: {columns}.",
    "columns_unknown": "These columns are not known: {columns}.",
    "columns_twice": "These columns are there twice: {columns}.",
    "too_many_in_row": "The row has more cells than the first line names columns.",
    "no_csv": "This is no CSV ({said}).",
    "formula": "The cell holds a formula; put its value there.",
    "cell_error": "The cell holds an error of the spreadsheet ({said}).",
    "no_json": "This is no JSON: {said}.",
    "no_object": "The line is no record: it must be a JSON object with the fields of one.",
    "no_records": "There is no record in this file.",
    "outside": "There is text that belongs to no record or field: “{said}”.",
    "id_twice": "The id {id} is there a second time.",
    "no_law": "There is no text of a law in this file.",
    "no_words": "{address} has no text.",
    "article_order": (
        "Article {article} follows article {last}: close the quotation marks if it is quoted, "
        "or write a line “Phụ lục” above it if it belongs to an annexed text."
    ),
    "unknown_instrument": "The instrument {number} is not among those that the desk knows; enter it first.",
    "no_manifest": "This is no export of a desk, or of another kind: manifest.json does not say what is in it.",
    "part_missing": "{part} is missing from the export.",
    "part_changed": "{part} is not what manifest.json says; it was changed after the export.",
    "part_unknown": "{part} is not known here.",
    "part_row": "The row of {part} cannot be used.",
    "law_line": "{field}: {said}.",
    "law_twice": "The id {id!r} is given a second time.",
}


#: Of what a file says so many letters are repeated in a fault, and so many faults are told.
SAID, MOST = 200, 100


class Where(NamedTuple):
    """A place in a file: ``kind`` is line, row, cell, page, paragraph, or empty for the whole file."""

    kind: str = ""
    place: int | str = ""


NOWHERE = Where()


class Fault(str):
    """One sentence with its place before it; ``name``, ``where`` and ``values`` say it in another language."""

    __slots__ = ("name", "values", "where")

    name: str
    where: Where
    values: dict[str, object]

    @classmethod
    def of(cls, name: str, where: Where = NOWHERE, /, **values: object) -> Fault:
        values = {part: _in_short(value) for part, value in values.items()}
        said = SENTENCES[name].format(**values)
        fault = cls(f"{where.kind.capitalize()} {where.place}: {said}" if where.kind else said)
        fault.name, fault.where, fault.values = name, where, values
        return fault


class FileRefused(RecordError):
    """A file cannot be used, and nothing of it is; ``faults`` say what is wrong with it, and where."""

    def __init__(self, faults: Sequence[Fault], file: str = "") -> None:
        super().__init__("\n".join(f"{file}: {fault}" if file else fault for fault in faults))
        self.faults = list(faults)


class Faults(list[Fault]):
    """The faults of a file as they are found. A file with more than MOST of them is refused at once."""

    def note(self, *found: Fault) -> None:
        """Add what was found; raises FileRefused where it is too much."""
        self.extend(found)
        if len(self) > MOST:
            raise FileRefused([*self[:MOST], Fault.of("more")])


def refuse(name: str, where: Where = NOWHERE, /, **values: object) -> FileRefused:
    """One fault of a file, to be raised."""
    return FileRefused([Fault.of(name, where, **values)])


def _in_short(value: object) -> object:
    return f"{value[:SAID]}…" if isinstance(value, str) and len(value) > SAID else value
