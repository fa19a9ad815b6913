"""Records of guidance from a file of any kind."""

from __future__ import annotations

from collections.abc import Sequence

from desk.imports import csv_rows, headed_records, json_rows, xlsx_rows
from desk.imports.documents import docx, html, markdown
from desk.imports.files import Budget, File
from desk.imports.given import Given, each_once

KINDS = ("csv", "xlsx", "jsonl", "docx", "html", "md")


def read(file: File, budget: Budget | None = None) -> Sequence[Given]:
    """The records of a file, each with its place; raises FileRefused with every fault that the reader found."""
    file, budget = file.checked(KINDS), budget or Budget()
    match file.kind:
        case "csv":
            found = csv_rows.read(file, budget)
        case "xlsx":
            found = xlsx_rows.read(file, budget)
        case "jsonl":
            found = json_rows.read(file, budget)
        case "docx":
            found = headed_records.read(docx.read(file, budget))
        case "html":
            found = headed_records.read(html.read(file, budget))
        case _:
            found = headed_records.read(markdown.read(file, budget))
    return each_once(found)
