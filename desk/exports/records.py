"""The guidance that holds on a day as a file of records, in a form that can be brought in again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from typing import Any, Literal

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from desk.exports.packing import PackedFile, pack
from desk.guidance.model import GuidanceEntry
from desk.guidance.record import GuidanceRecord, Language
from desk.guidance.versions import in_force
from desk.imports.columns import COLUMNS, LISTED, NEEDED, SHEET, row_of
from desk.tables.csv_file import SEPARATORS, to_be_read_back
from desk.texts import Texts

Format = Literal["jsonl", "csv", "xlsx", "yaml"]
FORMATS: tuple[Format, ...] = ("jsonl", "csv", "xlsx", "yaml")
TemplateFormat = Literal["csv", "xlsx", "md"]
TEMPLATES: tuple[TemplateFormat, ...] = ("csv", "xlsx", "md")
#: What the file of each format ends with: YAML is a file a record, packed.
ENDINGS = {"jsonl": "jsonl", "csv": "csv", "xlsx": "xlsx", "yaml": "zip"}
_CELL_LETTERS = 32_767
_LONG = frozenset(name for name in COLUMNS if name[-3:] in ("_vi", "_en")) | {"legal_basis", "sources"}


class ExportRefused(ValueError):
    """A text does not go into a format: ``entry`` and ``column`` say which."""

    def __init__(self, entry: str, column: str) -> None:
        super().__init__(f"{column} of {entry} has more letters than a cell of Excel holds; export it as JSONL or CSV.")
        self.entry, self.column = entry, column


def records_on(session: Session, day: dt.date) -> list[GuidanceRecord]:
    """The records that hold on a day, by their ids."""
    entries = session.scalars(select(GuidanceEntry.id).order_by(GuidanceEntry.id))
    found = (in_force(session, entry, day) for entry in entries)
    return sorted((version.record for version in found if version is not None), key=lambda record: record.id)


def export(records: Sequence[GuidanceRecord], format: Format, texts: Texts, language: Language) -> bytes:
    """The records as a file: the same records are the same bytes.

    ``language`` is that of the sheet which explains the columns, and of the separator by which its spreadsheets know
    the columns of a CSV. Raises ExportRefused for a text that is too long for a cell of a workbook.
    """
    match format:
        case "jsonl":
            return "".join(f"{json.dumps(_plain(record), ensure_ascii=False)}\n" for record in records).encode()
        case "csv":
            return csv_of([row_of(record.as_json()) for record in records], language)
        case "xlsx":
            return xlsx_of([row_of(record.as_json()) for record in records], texts, language)
        case "yaml":
            return pack([PackedFile(f"{record.id}.yml", _yaml(record)) for record in records])


def template(format: TemplateFormat, texts: Texts, language: Language) -> bytes:
    """A file to be filled in: a table with the columns and no row, or the headings of one record."""
    match format:
        case "csv":
            return csv_of([], language)
        case "xlsx":
            return xlsx_of([], texts, language)
        case "md":
            parts = ["# entry_id", *(f"## {name}\n\n{how}" for name, _, how, _ in about_columns(texts, language)[1:])]
            return "\n\n".join(parts).replace("\\", "\\\\").encode()


def csv_of(rows: Sequence[dict[str, str]], language: Language) -> bytes:
    """The rows below the names of their columns, in UTF-8 with the mark by which Excel knows it; no cell acts."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=SEPARATORS[language])
    writer.writerow(COLUMNS)
    writer.writerows([to_be_read_back(row[name]) for name in COLUMNS] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def xlsx_of(rows: Sequence[dict[str, str]], texts: Texts, language: Language) -> bytes:
    """A workbook: the rows on the sheet ``records``, and one that explains the columns."""
    made = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, options) as book:
        # Else the moment of writing would be in the file, and no two would be the same.
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001
        _write_records(book, book.add_worksheet(SHEET), rows)
        _write_columns(book, book.add_worksheet(texts.say("imports.columns_sheet", language)), texts, language)
    return made.getvalue()


def _write_records(book: Workbook, sheet: Worksheet, rows: Sequence[dict[str, str]]) -> None:
    head = book.add_format({"bold": True, "bottom": 1})
    words = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, 48 if name in _LONG else 18, words)
        sheet.write_string(0, place, name, head)
    sheet.freeze_panes(1, 1)
    for line, row in enumerate(rows, start=1):
        for place, name in enumerate(COLUMNS):
            if len(row[name].encode("utf-16-le")) // 2 > _CELL_LETTERS:
                raise ExportRefused(row["id"], name)
            if row[name]:
                sheet.write_string(line, place, row[name], words)


def _write_columns(book: Workbook, sheet: Worksheet, texts: Texts, language: Language) -> None:
    head, words = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 3, 48)
    heads = ("column", "meaning", "written", "needed")
    for place, name in enumerate(heads):
        sheet.write_string(0, place, texts.say(f"imports.column_heads.{name}", language), head)
    for line, (name, *about) in enumerate(about_columns(texts, language), start=1):
        for place, cell in enumerate((name, *about)):
            sheet.write_string(line, place, cell, words)


def about_columns(texts: Texts, language: Language) -> list[tuple[str, str, str, str]]:
    """Of each column its name, what it means, how it is written, and whether no record can be without it."""

    def told(name: str) -> tuple[str, str, str, str]:
        how = name if texts.has(f"imports.column_how.{name}") else "list" if name in LISTED else "text"
        needed = texts.say("imports.column_needed.yes" if name in NEEDED else "imports.column_needed.no", language)
        return (
            name,
            texts.say(f"imports.column.{name}", language),
            texts.say(f"imports.column_how.{how}", language),
            needed,
        )

    return [told(name) for name in COLUMNS]


def _plain(record: GuidanceRecord) -> dict[str, Any]:
    """The record as its file in content/guidance/ would have it: without what it does not say."""
    return {name: value for name, value in record.as_json().items() if value not in (None, [])}


def _yaml(record: GuidanceRecord) -> bytes:
    return yaml.safe_dump(_plain(record), allow_unicode=True, sort_keys=False, width=100).encode()
