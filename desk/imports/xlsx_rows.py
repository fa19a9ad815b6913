"""Records from an Excel workbook: its sheet "records", else the first sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from desk.imports.columns import SHEET, content_of
from desk.imports.csv_rows import columns_in
from desk.imports.encodings import legacy
from desk.imports.faults import Fault, Faults, FileRefused, Where, refuse
from desk.imports.files import BROKEN_PACKAGE, Budget, File, check_package, tidy
from desk.imports.given import RECORDS, Given

#: Cells that are looked at, empty ones too.
CELLS = 200_000
#: A letter that XML cannot hold, as Excel writes it.
_WRITTEN = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: What is wrong with a workbook shows in many ways while it is read.
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError),
    *(ParseError, etree.LxmlError, InvalidFileException, *BROKEN_PACKAGE),
)


def read(file: File, budget: Budget) -> list[Given]:
    """The records of a sheet whose first row names the columns; raises FileRefused."""
    check_package(file.data, "xl/workbook.xml")
    try:
        book = openpyxl.load_workbook(io.BytesIO(file.data), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            return _records(_rows(sheet, budget))
        finally:
            book.close()
    except FileRefused:
        raise
    except _BROKEN:
        raise refuse("broken") from None


def _rows(sheet: Any, budget: Budget) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows with something in them, by their numbers."""
    sheet.reset_dimensions()  # what a sheet says of its own size may be anything
    looked_at = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        budget.spend()
        looked_at += max(len(cells), 1)
        if looked_at > CELLS:
            raise refuse("too_many_cells", limit=CELLS)
        if any(cell.value not in (None, "") for cell in cells):
            yield number, cells


def _records(rows: Iterator[tuple[int, Sequence[Any]]]) -> list[Given]:
    number, heads = next(rows, (1, ()))
    names = columns_in([str(cell.value or "") for cell in heads], Where("row", number))
    records: list[Given] = []
    faults = Faults()
    for number, cells in rows:
        if len(records) >= RECORDS:
            raise refuse("too_many_rows", Where("row", number), limit=RECORDS)
        places = {name: Where("cell", f"{get_column_letter(n)}{number}") for n, name in enumerate(names, start=1)}
        row: dict[str, str] = {}
        for place, cell in enumerate(cells):
            if cell.value in (None, ""):
                continue
            where = Where("cell", cell.coordinate)
            if place >= len(names):
                faults.note(Fault.of("too_many_in_row", where))
                break
            try:
                row[names[place]] = tidy(_words(cell, where), names[place], where)
            except FileRefused as refused:
                faults.note(*refused.faults)
        records.append(Given(content_of(row), Where("row", number), places))
    if not faults and (found := legacy("\n".join(str(given.content) for given in records))):
        raise refuse(found)
    if faults:
        raise FileRefused(faults)
    return records


def _words(cell: Any, where: Where) -> str:
    value = cell.value
    if cell.data_type == "f" or not isinstance(value, (str, int, float, dt.date)):
        raise refuse("formula", where)
    if cell.data_type == "e":
        raise refuse("cell_error", where, said=value)
    match value:
        case str():
            return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), value)
        case dt.datetime():
            return value.date().isoformat()
        case dt.date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
