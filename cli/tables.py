"""Tables of the desk written to a terminal or a file: as CSV, as a workbook, or as JSON."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance.record import Language
from desk.tables.csv_file import csv_file
from desk.tables.table import Table
from desk.tables.xlsx_file import xlsx_file

FORMATS = ("csv", "xlsx", "json")


def check(format: str, language: str, output: Path | None) -> Language:
    """The language; refuses a format or language that is not known, and a workbook without a file."""
    if format not in FORMATS:
        refuse(f"--format {format!r} is not known; it is one of {', '.join(FORMATS)}.")
    if language not in ("vi", "en"):
        refuse(f"--language {language!r} is not known; it is one of vi, en.")
    if format == "xlsx" and output is None:
        refuse("A workbook is written to a file: say which with --output.")
    return "vi" if language == "vi" else "en"


def made(desk: Desk, tables: Sequence[Table], format: str, language: Language) -> bytes:
    """The file; rows that are read from the store are read here, so call it while the session is open."""
    match format:
        case "csv":
            return b"".join(csv_file(tables, language))
        case "xlsx":
            return xlsx_file(tables, desk.texts.say("page.export.about", language))
        case _:
            return (json.dumps({table.name: _rows(table) for table in tables}, ensure_ascii=False) + "\n").encode()


def write(content: bytes, output: Path | None) -> None:
    """Into the file, or to the terminal where none is named."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        out.print(f"Written: {output}")


def _rows(table: Table) -> list[dict[str, object]]:
    """The rows by the columns' keys, which are the same in every language."""
    keys = [column.name for column in table.columns]
    return [
        {key: cell.isoformat() if isinstance(cell, dt.date) else cell for key, cell in zip(keys, row, strict=True)}
        for row in table.rows
    ]
