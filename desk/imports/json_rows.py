"""Records from JSON lines: each line is a record in the shape in which content/guidance/ has it."""

from __future__ import annotations

from typing import Any

from desk.imports.encodings import legacy
from desk.imports.faults import Fault, Faults, FileRefused, Where, refuse
from desk.imports.files import Budget, File, tidy
from desk.imports.given import RECORDS, Given
from desk.json_text import NotJson, parse_json


def read(file: File, budget: Budget) -> list[Given]:
    """The records of the lines that are not empty; raises FileRefused."""
    text = file.text()
    if found := legacy(text):
        raise refuse(found)
    records: list[Given] = []
    faults = Faults()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        budget.spend()
        where = Where("line", number)
        if len(records) >= RECORDS:
            raise refuse("too_many_rows", where, limit=RECORDS)
        try:
            given = parse_json(line)
            if not isinstance(given, dict):
                raise refuse("no_object", where)
            records.append(Given(_tidied(given, "", where), where))
        except NotJson as error:
            faults.note(Fault.of("no_json", where, said=error.said))
        except FileRefused as refused:
            faults.note(*refused.faults)
    if faults:
        raise FileRefused(faults)
    return records


def _tidied(value: Any, field: str, where: Where) -> Any:
    match value:
        case str():
            return tidy(value, field, where)
        case list():
            return [_tidied(item, field, where) for item in value]
        case dict():
            return {name: _tidied(part, field or name, where) for name, part in value.items()}
        case _:
            return value
