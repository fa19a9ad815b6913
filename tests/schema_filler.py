"""Rows for every table of a schema that nobody wrote down: from what the database itself says of its tables.

Each word that a check allows is in at least one row. The database is the judge: what it refuses is tried otherwise.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect, null, select, text, types
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import DBAPIError, IntegrityError

_LEAST_ROWS, _TRIES = 6, 300
_NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
_OWN = "alembic_version"

Row = dict[str, Any]

_RECORD = {
    "title": {"vi": "Hồ sơ nhập khẩu", "en": "Import dossier"},
    "answer": {"vi": "Gồm tờ khai.", "en": "The declaration."},
    "questions": {"vi": ["hồ sơ nhập khẩu gồm gì"], "en": ["what is in the dossier"]},
}
_SAID = {"blocks": [{"kind": "plain", "text": "Dạ"}], "choices": []}


def _is_first(row: Row, number: int) -> Any:
    """The first enquiry of a message has the message's own id."""
    return row["message_id"] if "message_id" in row and not row["position"] else row["id"]


#: What only the desk itself knows of a column: text that has a form, and ids that follow from others.
_MEANT: dict[tuple[str, str], Callable[[Row, int], Any]] = {
    ("units", "path"): lambda _, number: f"1.1.1.{number + 2}.",
    ("guidance_versions", "content"): lambda *_: _RECORD,
    ("case_entries", "detail"): lambda _, number: {"officer_id": 1} if number % 2 else {},
    ("turn_acts", "utterance"): lambda *_: _SAID,
    ("turn_acts", "utterances"): lambda _, number: [_SAID] * (number % 3),
    ("enquiries", "position"): lambda _, number: number % 2,
    ("enquiries", "id"): _is_first,
}


def fill(connection: Connection) -> None:
    """Put rows into every table that is there, and lets tables refer to each other as far as they may.

    Raises LookupError when a table stays empty, or a word that a check allows comes into no row.
    """
    tables = MetaData()
    tables.reflect(connection)
    filling = _Filling(connection, tables)
    for table in filling.order():
        filling.fill(table)
    filling.close_circles()


class _Filling:
    def __init__(self, connection: Connection, tables: MetaData) -> None:
        self.connection = connection
        self.tables = [table for table in tables.tables.values() if table.name != _OWN]
        uniques = inspect(connection).get_multi_unique_constraints()
        self.uniques = {
            (table, one["column_names"][0])
            for (_, table), several in uniques.items()
            for one in several
            if len(one["column_names"]) == 1
        } | {
            (table.name, table.primary_key.columns[0].name)
            for table in self.tables
            if len(table.primary_key.columns) == 1
        }
        self.words = {table.name: self._words(table) for table in self.tables}
        self.keys: dict[str, list[Row]] = {}
        self.later: list[tuple[Table, Column[Any]]] = []

    def order(self) -> list[Table]:
        """Tables after those to which they must refer; a circle is cut where a reference may be empty."""
        left, done = sorted(self.tables, key=lambda table: table.name), list[Table]()
        while left:
            for binding in (_references, _must):
                names = {table.name for table in left}
                ready = [table for table in left if not (binding(table) - {table.name}) & names]
                if ready:
                    break
            if not ready:
                raise LookupError(f"tables that must refer to each other: {sorted(names)}")
            chosen = ready if binding is _references else ready[:1]
            done += chosen
            left = [table for table in left if table not in chosen]
        return done

    def fill(self, table: Table) -> None:
        words = self.words[table.name]
        wanted = [(name, word) for name, known in sorted(words.items()) for word in known]
        wanted += [("", "")] * max(0, self._rows(table) - len(wanted))
        self.keys[table.name] = [dict(row) for row in self.connection.execute(select(table)).mappings()]
        seen: set[tuple[str, Any]] = set()
        for number, focus in enumerate(wanted):
            row = self._put(table, words, number, focus)
            if row is not None:
                self.keys[table.name].append(row)
                seen |= {(name, row[name]) for name in words}
        missing = {*wanted} - seen - {("", "")}
        if missing or not self.keys[table.name]:
            raise LookupError(f"{table.name}: no row could be made with {sorted(missing)}")

    def _rows(self, table: Table) -> int:
        """As many as its words, and as the tables that may refer only once to each of its rows."""
        once = [
            other
            for other in self.tables
            for foreign in other.foreign_keys
            if foreign.column.table is table
            and (other.name, foreign.parent.name) in self.uniques
            and other is not table
        ]
        own = sum(map(len, self.words[table.name].values()))
        return max(
            [_LEAST_ROWS, own, *(sum(map(len, self.words[other.name].values())) + _LEAST_ROWS for other in once)]
        )

    def _words(self, table: Table) -> dict[str, list[str]]:
        """The words that checks of one column allow in it."""
        words: dict[str, list[str]] = {}
        for check in inspect(self.connection).get_check_constraints(table.name):
            sentence = str(check["sqltext"])
            bare = re.sub(r"'[^']*'|::(character varying|\w+)", "", sentence)
            named = [column.name for column in table.columns if re.search(rf"\b{re.escape(column.name)}\b", bare)]
            found = re.findall(r"'([^']*)'", sentence)
            if len(named) == 1 and found and "<>" not in bare and "!=" not in bare:
                words[named[0]] = found
        return words

    def _put(self, table: Table, words: dict[str, list[str]], number: int, focus: tuple[str, str]) -> Row | None:
        for attempt in range(_TRIES if focus[0] else _TRIES // 10):
            chance = random.Random(f"{table.name} {number} {attempt}")
            row = {
                column.name: self._value(table, column, words, number, chance)
                for column in table.columns
                if not _counts_itself(table, column)
            }
            if focus[0]:
                row[focus[0]] = focus[1]
            for (of, name), meant in _MEANT.items():
                if of == table.name and name in row:
                    row[name] = meant(row, number)
            try:
                with self.connection.begin_nested():
                    put = self.connection.execute(table.insert().values(row).returning(*table.columns))
                    return dict(put.mappings().one())
            except IntegrityError:
                continue
        return None

    def _value(
        self, table: Table, column: Column[Any], words: dict[str, list[str]], number: int, chance: random.Random
    ) -> Any:
        if column.nullable and chance.random() < 0.4:
            return null() if isinstance(column.type, types.JSON) else None
        for foreign in column.foreign_keys:
            there = foreign.column.table.name
            if there not in self.keys:  # in a circle, or to the row itself: see close_circles
                self.later.append((table, column)) if (table, column) not in self.later else None
                return None
            found = self.keys[there]
            return chance.choice(found)[foreign.column.name] if found else None
        if column.name in words:
            return chance.choice(words[column.name])
        return _some(table, column, number, chance)

    def close_circles(self) -> None:
        """Let every second row refer to a table that was filled after its own."""
        for table, column in self.later:
            (foreign,) = column.foreign_keys
            others = self.keys[foreign.column.table.name]
            for place, row in enumerate(self.keys[table.name][::2]):
                same = [key == row[key.name] for key in table.primary_key.columns]
                to = others[place % len(others)][foreign.column.name]
                try:
                    with self.connection.begin_nested():
                        self.connection.execute(table.update().where(*same).values({column.name: to}))
                except DBAPIError:
                    continue  # a check ties the reference to what else the row says


def _references(table: Table) -> set[str]:
    return {foreign.column.table.name for foreign in table.foreign_keys}


def _must(table: Table) -> set[str]:
    return {foreign.column.table.name for foreign in table.foreign_keys if not foreign.parent.nullable}


def _counts_itself(table: Table, column: Column[Any]) -> bool:
    alone = [*table.primary_key.columns] == [column] and isinstance(column.type, types.Integer)
    if not alone or column.foreign_keys:
        return False
    return column.server_default is not None or bool(table.dialect_options["sqlite"]["with_rowid"])


def _some(table: Table, column: Column[Any], number: int, chance: random.Random) -> Any:
    """A value of the column's type, another one for each row."""
    kind, name = column.type, f"{table.name}.{column.name}"
    if isinstance(kind, types.Boolean):
        return chance.random() < 0.5
    if isinstance(kind, types.JSON):
        return [{"chữ": name, "số": number}]
    if isinstance(kind, types.DateTime):
        return _NOON + dt.timedelta(hours=number, microseconds=chance.randrange(1_000_000))
    if isinstance(kind, types.Date):
        return _NOON.date() + dt.timedelta(days=number)
    if isinstance(kind, types.LargeBinary):
        return bytes((0, 255, number))
    if isinstance(kind, types.Float | types.Numeric):
        return chance.choice((0.25, 0.5, 1.0))
    if isinstance(kind, types.Integer):
        return chance.randrange(1, 6)
    return f"{name} thứ {number}"


def copy_rows(source: Connection, target: Connection) -> None:
    """Put the rows of a SQLite database into a PostgreSQL one of the same revision, in place of what it has."""
    there, here = MetaData(), MetaData()
    there.reflect(source)
    here.reflect(target)
    tables = [table for name, table in here.tables.items() if name != _OWN]
    # Messages and cases refer to each other; what is copied was checked where it was written.
    target.execute(text("SET LOCAL session_replication_role = replica"))
    target.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
    for table in tables:
        rows = [_as_read(table, row) for row in source.execute(select(there.tables[table.name])).mappings()]
        if rows:
            target.execute(table.insert(), rows)
        for column in table.columns:
            if "nextval" in str(getattr(column.server_default, "arg", "")):
                last = f"(SELECT COALESCE(MAX({column.name}), 0) + 1 FROM {table.name})"
                target.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), {last})"))
    target.execute(text("SET LOCAL session_replication_role = DEFAULT"))


def _as_read(table: Table, row: RowMapping) -> Row:
    """A row of SQLite as PostgreSQL takes it: moments with their zone, and nothing where nothing is."""
    taken: Row = {}
    for column in table.columns:
        value = row[column.name]
        if isinstance(value, dt.datetime):
            value = value.replace(tzinfo=dt.UTC)
        taken[column.name] = null() if value is None and isinstance(column.type, types.JSON) else value
    return taken
