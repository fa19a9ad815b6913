"""Many open conversations in a store: one that really took place, with every row it left, once more for each chat."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, func, insert, select, text

from desk.store import Base, Store

#: The copies' chats have addresses from here on; a copy's number ends what is named by letters.
FIRST_ADDRESS = 1_000_000
_FIRST_UPDATE = 10**9
_DIGITS = 6
_AT_ONCE = 500
Row = dict[str, Any]
#: Rows that belong to the process and not to the conversation.
_NOT_COPIED = frozenset({"workers"})


@dataclass(frozen=True)
class Pattern:
    """The rows that a conversation left, by table in the order in which they may be inserted.

    ``names`` are the ids among them that have letters; they may stand in any text of any row.
    """

    rows: Mapping[str, Sequence[Row]]
    names: Sequence[str] = field(default_factory=tuple)

    @classmethod
    def between(cls, before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]) -> Pattern:
        """What came into the tables, found by the keys that were not there before."""
        new: dict[str, list[Row]] = {}
        for name, rows in after.items():
            known = {_key(name, row) for row in before[name]}
            fresh = [row for row in rows if _key(name, row) not in known]
            if fresh and name not in _NOT_COPIED:
                new[name] = fresh
        names = {
            str(row[column.name])
            for name, rows in new.items()
            for column in _table(name).columns
            for row in rows
            if (column.primary_key or column.unique or column.name == "id") and isinstance(row[column.name], str)
        }
        return cls(new, sorted(names))

    def counts(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.rows.items()}


def everything(store: Store) -> dict[str, list[Row]]:
    """All rows of all tables, in the order in which they may be inserted."""
    with store.engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


def fill(store: Store, pattern: Pattern, first: int, last: int) -> None:
    """Copies with these numbers, each of which is there once; the first number is 1."""
    with store.engine.begin() as connection:
        copied = _copier(pattern, _highest(connection, pattern), first)
        for start in range(first, last + 1, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, last + 1))
            for name in pattern.rows:
                connection.execute(insert(_table(name)), [row for n in numbers for row in copied(name, n)])
        _count_on(connection, pattern)
    settle(store)


def settle(store: Store) -> None:
    """What a database does by itself in time, done at once."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        raw = store.engine.raw_connection()  # outside of any transaction
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()


def address_of(number: int) -> int:
    """The chat of a copy."""
    return FIRST_ADDRESS + number


def _copier(pattern: Pattern, highest: Mapping[str, int], first: int) -> Callable[[str, int], list[Row]]:
    """What gives a table's rows for a copy: their numbers go on after the ``highest`` that the table has."""
    places = {
        name: {row[_numbers(name)]: place for place, row in enumerate(pattern.rows[name], start=1)} for name in highest
    }
    found = re.compile("|".join(map(re.escape, pattern.names)))

    def renamed(value: str, number: int) -> str:
        return found.sub(lambda name: f"{name[0][:-_DIGITS]}{number:0{_DIGITS}}", value)

    def changing(column: Column[Any], value: Any) -> Callable[[int], Any] | None:
        """What gives the value for a copy, where it is another in each."""
        table = _numbered_by(column)
        if value is None:
            return None
        if table in places and isinstance(value, int):
            base, each, place = highest[table], len(places[table]), places[table][value]
            return lambda number: base + (number - first) * each + place
        if column.name in ("address", "chat_address"):
            return lambda number: str(address_of(number))
        if column.name == "update_key":
            return lambda number: str(_FIRST_UPDATE + number)
        if isinstance(column.type, JSON):
            written = json.dumps(value, ensure_ascii=False)
            return (lambda number: json.loads(renamed(written, number))) if found.search(written) else None
        if type(value) is str and found.search(value):
            return lambda number: renamed(value, number)
        return None

    changes = {
        name: [
            (row, {key: of for key, value in row.items() if (of := changing(_table(name).c[key], value)) is not None})
            for row in rows
        ]
        for name, rows in pattern.rows.items()
    }
    return lambda name, number: [
        row | {key: of(number) for key, of in changed.items()} for row, changed in changes[name]
    ]


def _highest(connection: Connection, pattern: Pattern) -> dict[str, int]:
    """The greatest number that each table has given, of those that give numbers."""
    return {
        name: connection.scalar(select(func.max(_table(name).c[_numbers(name)]))) or 0
        for name in pattern.rows
        if len(_table(name).primary_key) == 1 and isinstance(pattern.rows[name][0][_numbers(name)], int)
    }


def _numbers(name: str) -> str:
    """The column of a table's key."""
    return str(next(iter(_table(name).primary_key)).name)


def _numbered_by(column: Column[Any]) -> str | None:
    """The table that gives the number in this column; None where it is no such number."""
    if column.primary_key:
        return str(column.table.name)
    return next((str(key.column.table.name) for key in column.foreign_keys if key.column.primary_key), None)


def _count_on(connection: Connection, pattern: Pattern) -> None:
    """PostgreSQL gives numbers from a counter, which knows nothing of rows that brought their own."""
    if connection.dialect.name != "postgresql":
        return
    for name, most in _highest(connection, pattern).items():
        of = {"table": name, "column": _numbers(name), "most": most}
        if connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), of):
            connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :most)"), of)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _key(name: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in _table(name).primary_key)
