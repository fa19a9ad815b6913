"""Tables as CSV that a spreadsheet opens rightly and in which no cell acts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from desk.guidance.record import Language
from desk.tables.table import Cell, Kind, Table
from desk.working_time.hours import local

#: What a spreadsheet takes for the beginning of a formula, the wide forms that some of them fold included.
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: The place before such a beginning and behind a separator or the end of a line.
_BEHIND_AN_END = re.compile(rf"(?<=[,;\t\r\n])(?=[{re.escape(''.join(_ACTS[:4] + _ACTS[7:]))}])")
_BOM = "\ufeff"
#: Spreadsheets split at the separator of the reader's country, where a comma may stand inside numbers.
SEPARATORS: dict[Language, str] = {"vi": ";", "en": ","}


def csv_file(tables: Sequence[Table], language: Language) -> Iterator[bytes]:
    """The tables one below the other, piece by piece: what each is about, its header and its rows.

    UTF-8 with the mark by which Excel knows it; numbers as the language writes them; days as 2026-11-23 and moments as
    2026-11-23 12:00 in Viet Nam. A text that a spreadsheet would carry out has an apostrophe before it.
    """
    yield _BOM.encode()
    for number, table in enumerate(tables):
        if number:
            yield b"\r\n"
        yield from _written(_rows(table, language), SEPARATORS[language])


def neutral(text: str) -> str:
    """The text, with an apostrophe wherever it would be taken for a formula.

    That is at its beginning, and behind what a spreadsheet of another country would take for the end of the cell.
    """
    return _BEHIND_AN_END.sub("'", f"'{text}" if text.startswith(_ACTS) else text)


def to_be_read_back(text: str) -> str:
    """The text as ``neutral`` makes it, and so that ``as_written`` finds it again, apostrophes included."""
    return f"'{text}" if text.startswith((*_ACTS, "'")) else text


def as_written(cell: str) -> str:
    """What a cell said before ``to_be_read_back``; an apostrophe that somebody typed before a word stays."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*_ACTS, "'")) else cell


def _rows(table: Table, language: Language) -> Iterator[list[str]]:
    yield [neutral(table.title)]
    for label, words in table.about:
        yield [neutral(label), neutral(words)]
    yield []
    yield [neutral(column.title) for column in table.columns]
    for row in table.rows:
        yield [_cell(cell, column.kind, language) for cell, column in zip(row, table.columns, strict=True)]


def _cell(cell: Cell, kind: Kind, language: Language) -> str:
    match cell:
        case None:
            return ""
        case str():
            return neutral(cell)
        case dt.datetime():
            return f"{local(cell):%Y-%m-%d %H:%M}"
        case dt.date():
            return cell.isoformat()
        case _:
            written = repr(round(cell, 6)) if isinstance(cell, float) else str(cell)
            return written.replace(".", ",") if language == "vi" else written


def _written(rows: Iterable[list[str]], separator: str) -> Iterator[bytes]:
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=separator).writerow(row)
        yield line.getvalue().encode()
