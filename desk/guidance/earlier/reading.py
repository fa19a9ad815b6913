"""Reading the texts of earlier days that ship: content/guidance/earlier/ENTRY.YYYY-MM-DD.yml, with the first day."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from desk.guidance.record import GuidanceRecord, RecordError, read_record, read_records

#: What finds an entry is the same for all its texts: a file takes it over from today's record.
TAKEN_OVER = ("questions", "group", "related")


def read_earlier(folder: Path, records: Sequence[GuidanceRecord]) -> list[GuidanceRecord]:
    """The texts of earlier days of these records, by entry and first day; raises one RecordError with every problem.

    Each has a last day, and its days are before those of today's record and beside those of the entry's other texts.
    """
    today = {record.id: record for record in records}
    found, problems = [], []
    for path in sorted(folder.glob("*.yml")):
        entry, _, first = path.stem.partition(".")
        if entry not in today:
            problems.append(f"{path.name}:1: id: no record {entry!r} holds today")
            continue
        try:
            record = read_record(path, name=entry, given=_taken_over(today[entry]))
        except RecordError as error:
            problems.append(str(error))
            continue
        if str(record.in_force.from_) != first:
            problems.append(f"{path.name}:1: in_force.from: is {record.in_force.from_}, the file name says {first!r}")
        found.append(record)
    problems += _days_that_are_wrong(found, today)
    if problems:
        raise RecordError("\n".join(problems))
    return sorted(found, key=lambda record: (record.id, record.in_force.from_))


def read_shipped(content: Path) -> tuple[list[GuidanceRecord], list[GuidanceRecord]]:
    """All that ships: the records of today and their texts of earlier days; raises RecordError."""
    records = read_records(content / "guidance")
    return records, read_earlier(content / "guidance" / "earlier", records)


def _taken_over(record: GuidanceRecord) -> Mapping[str, Any]:
    return {part: value for part, value in record.as_json().items() if part in TAKEN_OVER}


def _days_that_are_wrong(found: Iterable[GuidanceRecord], today: Mapping[str, GuidanceRecord]) -> list[str]:
    problems = []
    by_day = sorted([*found, *today.values()], key=lambda record: (record.id, record.in_force.from_))
    for _, texts in itertools.groupby(by_day, key=lambda record: record.id):
        for text, following in itertools.pairwise(texts):
            if text.in_force.to is None or text.in_force.to >= following.in_force.from_:
                name = f"{text.id}.{text.in_force.from_}.yml"
                problems.append(f"{name}:1: in_force.to: the next text begins on {following.in_force.from_}")
    return problems
