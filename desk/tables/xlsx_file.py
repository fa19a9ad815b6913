"""Tables as an Excel workbook: a sheet for each, with real numbers and dates, and one that says what they are about."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from desk.tables.table import Cell, Column, Kind, Table
from desk.visible import on_one_line
from desk.working_time.hours import local

#: The longest name of a sheet, and what it may not hold.
_NAME_LENGTH = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_WIDTHS = {Kind.TEXT: 36, Kind.NUMBER: 14, Kind.SHARE: 12, Kind.DAY: 12, Kind.MOMENT: 17}
_HEADER, _WRAPPED = {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}, {"text_wrap": True}
#: As many letters as Excel holds in a cell.
_CELL_LENGTH = 32_767


def xlsx_file(tables: Sequence[Table], about: str) -> bytes:
    """The workbook; ``about`` names the last sheet, which holds title, filter and date of each table.

    Rows are written through to a file as they come. Texts stay texts: none becomes a formula or a link.
    """
    made = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, options) as workbook:
        taken: set[str] = set()
        for table in tables:
            _write(workbook, workbook.add_worksheet(_sheet_name(table.title, taken)), table)
        _write_about(workbook, workbook.add_worksheet(_sheet_name(about, taken)), tables)
    return made.getvalue()


def _write(workbook: Workbook, sheet: Worksheet, table: Table) -> None:
    header = workbook.add_format(_HEADER)
    formats = [workbook.add_format(_look(column)) for column in table.columns]
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
        sheet.write_string(0, place, column.title, header)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(table.rows, start=1):
        for place, (cell, _) in enumerate(zip(row, table.columns, strict=True)):
            _write_cell(sheet, line, place, cell, formats[place])


def _write_cell(sheet: Worksheet, line: int, place: int, cell: Cell, look: Format) -> None:
    match cell:
        case None:
            pass
        case str():
            sheet.write_string(line, place, cell[:_CELL_LENGTH], look)
        case dt.datetime():
            sheet.write_datetime(line, place, local(cell).replace(tzinfo=None), look)
        case dt.date():
            sheet.write_datetime(line, place, cell, look)
        case _:
            sheet.write_number(line, place, cell, look)


def _write_about(workbook: Workbook, sheet: Worksheet, tables: Sequence[Table]) -> None:
    bold, wrapped = workbook.add_format(_HEADER), workbook.add_format(_WRAPPED)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 80)
    line = 0
    for table in tables:
        sheet.write_string(line, 0, table.title, bold)
        for offset, (label, words) in enumerate(table.about, start=1):
            sheet.write_string(line + offset, 0, label, wrapped)
            sheet.write_string(line + offset, 1, words, wrapped)
        line += len(table.about) + 2


def _look(column: Column) -> dict[str, object]:
    behind_the_point = "." + "0" * column.digits if column.digits else ""
    match column.kind:
        case Kind.NUMBER:
            return {"num_format": f"#,##0{behind_the_point}"}
        case Kind.SHARE:
            return {"num_format": f"0{behind_the_point}%"}
        case Kind.DAY:
            return {"num_format": "dd/mm/yyyy"}
        case Kind.MOMENT:
            return {"num_format": "dd/mm/yyyy hh:mm"}
        case _:
            return {"text_wrap": True, "valign": "top"}


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes and that no sheet before it has, whatever its capitals."""
    wanted = _NOT_IN_NAMES.sub(" ", on_one_line(title)).strip()[:_NAME_LENGTH].strip() or "-"
    name, number = wanted, 2
    while name.lower() in taken:
        end = f" ({number})"
        name, number = wanted[: _NAME_LENGTH - len(end)].strip() + end, number + 1
    taken.add(name.lower())
    return name
