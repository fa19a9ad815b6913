"""A report for other programs: one wide table with every figure and that of the period before, and plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desk.figures.breakdown.figures import HOURS, MEANS, NAMES, SHARES
from desk.figures.breakdown.report import Row
from desk.figures.breakdown.words import Words
from desk.tables.table import Cell, Column, Kind, Table

#: Counts that are sums of shares where officers and units share requests.
_OF_SHARES = frozenset(
    {"asked", "answered", "judged", *(f"stars_{level}" for level in range(1, 6)), "about_rule", "left_out"}
)


def table(words: Words) -> Table:
    """The whole report: the ranked, those too few, what lies under none, and all; each figure now and before."""
    code = Kind.DAY if words.report.asked.by.step is not None else Kind.TEXT
    say = words.say
    columns = [
        Column(say("breakdown.rank"), Kind.NUMBER, 0, "rank"),
        Column(words.by, Kind.TEXT, 0, "name"),
        Column(say("breakdown.code"), code, 0, "key"),
        *(_column(words, name) for name in NAMES),
        *(_column(words, name, before=True) for name in NAMES),
        Column(say("breakdown.note"), Kind.TEXT, 0, "note"),
    ]
    return Table("report", words.title, columns, list(_rows(words)), words.about())


def data(words: Words) -> dict[str, Any]:
    """The report as plain values, whose keys are the same in every language."""
    report = words.report
    asked = report.asked
    return {
        "by": asked.by.value,
        "period": _days(asked.period.first, asked.period.last),
        "before": _days(report.before.first, report.before.last),
        "units": [unit.code for unit in asked.sight.scope.units],
        "only": dict(asked.only.chosen()),
        "made_at": report.made_at.isoformat(),
        "rows": [_row(words, row, words.name(row.key)) for row in (*words.ranked, *words.unranked)],
        "none": _row(words, report.none, words.name_of_none) if report.none is not None else None,
        "total": _row(words, report.total, words.name_of_all),
    }


def _rows(words: Words) -> Iterator[Sequence[Cell]]:
    for row in (*words.ranked, *words.unranked):
        key: Cell = row.key if isinstance(row.key, dt.date) else words.report.names.code(row.key)
        yield _cells(words, row, words.name(row.key), key)
    if words.report.none is not None:
        yield _cells(words, words.report.none, words.name_of_none, None)
    yield _cells(words, words.report.total, words.name_of_all, None)


def _cells(words: Words, row: Row, name: str, key: Cell) -> Sequence[Cell]:
    now = row.now.values()
    before: Mapping[str, float | None] = row.before.values() if row.before is not None else {}
    rank = row.standing.rank if row.standing else None
    note = words.overlap(row) or None
    return (rank, name, key, *(now[each] for each in NAMES), *(before.get(each) for each in NAMES), note)


def _column(words: Words, name: str, *, before: bool = False) -> Column:
    title = words.say(f"breakdown.figure.{name}")
    if before:
        title = words.say("breakdown.before", figure=title)
    if name in SHARES:
        kind, digits = Kind.SHARE, 1
    else:
        shared = name in _OF_SHARES and (words.report.asked.by.is_of_parts or words.report.asked.sight.chosen)
        kind, digits = Kind.NUMBER, 2 if name in MEANS else 1 if name in HOURS or shared else 0
    return Column(title, kind, digits, f"before_{name}" if before else name)


def _row(words: Words, row: Row, name: str) -> dict[str, Any]:
    key = None if row.key is None else words.report.names.code(row.key)
    return {
        "key": key,
        "name": name,
        "rank": row.standing.rank if row.standing else None,
        "overlaps": list(row.standing.overlaps) if row.standing else [],
        "now": dict(row.now.values()),
        "before": dict(row.before.values()) if row.before is not None else None,
    }


def _days(first: dt.date, last: dt.date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}
