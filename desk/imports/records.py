"""Records of guidance from a file of any kind."""

from __future__ import annotations

from collections.abc import Sequence

from desk.imports import csv_rows, headed_records, json_rows
from desk.imports.files import Budget, File
from desk.imports.given import Given, each_once
from desk.imports.readers import HERE, Readers

KINDS = ("csv", "xlsx", "jsonl", "docx", "html", "md")


def read(file: File, budget: Budget | None = None, readers: Readers = HERE) -> Sequence[Given]:
    """The records of a file, each with its place; raises FileRefused with every fault that the reader found.

    What a stranger may have made is read by desk/imports/apart.py.
    """
    file, budget = file.checked(KINDS), budget or Budget()
    match file.kind:
        case "csv":
            found = csv_rows.read(file, budget)
        case "xlsx":
            found = readers.sheet(file, budget)
        case "jsonl":
            found = json_rows.read(file, budget)
        case _:
            found = headed_records.read(readers.pieces(file, budget))
    return each_once(found)
