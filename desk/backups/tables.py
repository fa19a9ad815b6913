"""The tables of a database as they are in it, whichever revision its schema has, and their rows in canonical form.

A row is one line of JSON: its values in the order of the columns' names. The rows stand in the order of the primary
key, words by their code points. So the same rows are the same bytes on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Select, Table, collate, inspect, select

from desk.backups.kinds import IN, OUT, Kind, UnknownKind, kind_of, type_of

#: The table in which Alembic notes the revision: it is in the manifest, and no part of what is kept.
REVISION_TABLE = "alembic_version"
#: Rows that are read or written at once; of a table with files only so many, for a file may be twenty megabytes.
AT_ONCE, FILES_AT_ONCE = 1_000, 2


@dataclass(frozen=True)
class StoredTable:
    """One table: ``columns`` by name in the order of the names, ``key`` the columns of the primary key."""

    name: str
    columns: Mapping[str, Kind]
    key: Sequence[str]
    database: str

    @property
    def at_once(self) -> int:
        return FILES_AT_ONCE if Kind.BYTES in self.columns.values() else AT_ONCE

    def table(self) -> Table:
        """For statements; it says nothing of keys and constraints, which the database itself knows."""
        columns = [Column(name, type_of(kind, self.database)) for name, kind in self.columns.items()]
        return Table(self.name, MetaData(), *columns)


@dataclass(frozen=True)
class Content:
    """What the rows of a table amount to: how many, the bytes of their lines, and the hash over these."""

    rows: int
    bytes: int
    sha256: str


def names_in(connection: Connection) -> list[str]:
    """All tables of a database but Alembic's own, by name."""
    return sorted(name for name in inspect(connection).get_table_names() if name != REVISION_TABLE)


def read_tables(connection: Connection) -> list[StoredTable]:
    """The tables as they are; raises UnknownKind where a column is of no kind that is known."""
    seen = inspect(connection)
    found = []
    for name in names_in(connection):
        try:
            told = {str(column["name"]): kind_of(column["type"]) for column in seen.get_columns(name)}
        except UnknownKind as unknown:
            raise UnknownKind(f"table {name}: {unknown}") from unknown
        key = seen.get_pk_constraint(name)["constrained_columns"]
        found.append(StoredTable(name, dict(sorted(told.items())), key, connection.dialect.name))
    return found


def lines(connection: Connection, table: StoredTable) -> Iterator[bytes]:
    """The rows in canonical form, read in portions."""
    turned = [(place, OUT[kind]) for place, kind in enumerate(table.columns.values()) if kind in OUT]
    rows = connection.execute(_in_order(table), execution_options={"yield_per": table.at_once})
    for row in rows:
        values = list(row)
        for place, turn in turned:
            if values[place] is not None:
                values[place] = turn(values[place])
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _in_order(table: StoredTable) -> Select[Any]:
    made = table.table()
    order = [
        collate(made.c[name], "C")
        if table.database == "postgresql" and table.columns[name] is Kind.WORDS
        else made.c[name]
        for name in table.key
    ]
    return select(made).order_by(*order)


def row_of(line: bytes, table: StoredTable) -> dict[str, Any]:
    """A row as it is written into a table, from its line; raises ValueError where it is none."""
    values = json.loads(line)
    row = dict(zip(table.columns, values, strict=True))
    for name, kind in table.columns.items():
        if kind in IN and row[name] is not None:
            row[name] = IN[kind](row[name])
    return row


class Sum:
    """Counts and hashes lines as they go by."""

    def __init__(self) -> None:
        self._rows = self._bytes = 0
        self._digest = hashlib.sha256()

    def add(self, line: bytes) -> None:
        self._rows += 1
        self._bytes += len(line)
        self._digest.update(line)

    def content(self) -> Content:
        return Content(self._rows, self._bytes, self._digest.hexdigest())


def content_of(connection: Connection, table: StoredTable) -> Content:
    """What the rows of a table amount to now."""
    added = Sum()
    for line in lines(connection, table):
        added.add(line)
    return added.content()
