"""Records from a CSV file, as spreadsheets write it and as the desk exports it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from desk.imports.columns import COLUMNS, NEEDED, content_of, named
from desk.imports.encodings import legacy
from desk.imports.faults import Fault, Faults, FileRefused, Where, refuse
from desk.imports.files import FIELD_LETTERS, Budget, File, tidy
from desk.imports.given import RECORDS, Given
from desk.tables.csv_file import as_written

_SEPARATORS = (",", ";", "\t")


def read(file: File, budget: Budget) -> list[Given]:
    """The records of a table whose first line names the columns; raises FileRefused."""
    text = file.text()
    if found := legacy(text):
        raise refuse(found)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    csv.field_size_limit(4 * FIELD_LETTERS)
    rows = _rows(reader, budget)
    line, heads = next(rows, (1, []))
    names = columns_in(heads, Where("line", line))
    faults = Faults()
    records: list[Given] = []
    for line, cells in rows:
        where = Where("line", line)
        if len(records) >= RECORDS:
            raise refuse("too_many_rows", where, limit=RECORDS)
        if any(cells[len(names) :]):
            faults.note(Fault.of("too_many_in_row", where))
            continue
        try:
            row = {name: tidy(as_written(cell), name, where) for name, cell in zip(names, cells, strict=False)}
        except FileRefused as refused:
            faults.note(*refused.faults)
            continue
        records.append(Given(content_of(row), where))
    if faults:
        raise FileRefused(faults)
    return records


def columns_in(heads: Sequence[str], where: Where) -> list[str]:
    """The columns that a first row names; raises FileRefused for what is missing, unknown or there twice."""
    names = [named(head) for head in heads]
    while names and not names[-1]:
        names.pop()
    if not set(names) & set(COLUMNS):
        raise refuse("no_table", where)
    faults = []
    if missing := [name for name in NEEDED if name not in names]:
        faults.append(Fault.of("columns_missing", where, columns=", ".join(missing)))
    if unknown := [head for head, name in zip(heads, names, strict=False) if name not in COLUMNS]:
        faults.append(Fault.of("columns_unknown", where, columns=", ".join(head or "–" for head in unknown)))
    if twice := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        faults.append(Fault.of("columns_twice", where, columns=", ".join(twice)))
    if faults:
        raise FileRefused(faults)
    return names


def _rows(reader: Iterator[list[str]], budget: Budget) -> Iterator[tuple[int, list[str]]]:
    """The rows with something in them, each with the line on which it begins."""
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise refuse("no_csv", Where("line", begins), said=str(error)) from None
        if cells is None:
            return
        budget.spend()
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1  # type: ignore[attr-defined]
