"""What a database's tables look like and what lies in them, so that two states of a schema can be compared."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

#: Of each table, what it has, by kind and name: columns, indexes, checks, unique constraints, keys, and its own form.
Shape = dict[str, dict[str, Any]]
#: Of each table, how many rows have which digest of the columns that were asked for.
Contents = dict[str, Counter[str]]

_OWN = "alembic_version"


def shape_of(connection: Connection) -> Shape:
    """Everything that a reflection tells of every table, in a form in which the order of columns plays no part."""
    seen = inspect(connection)
    keys, uniques, checks = seen.get_multi_pk_constraint(), seen.get_multi_unique_constraints(), {}
    for key, found in seen.get_multi_check_constraints().items():
        checks[key] = {f"check {one['name']}": _plain(one["sqltext"]) for one in found}
    shape: Shape = {}
    for key, columns in seen.get_multi_columns().items():
        table = key[1]
        if table == _OWN:
            continue
        shape[table] = {f"column {column['name']}": _column(column) for column in columns}
        shape[table] |= {"primary key": (keys[key]["name"], tuple(keys[key]["constrained_columns"]))}
        shape[table] |= {f"unique {one['name']}": tuple(one["column_names"]) for one in uniques[key]}
        shape[table] |= checks[key]
    _add_keys_and_indexes(shape, connection)
    return shape


def _column(column: ReflectedColumn) -> tuple[Any, ...]:
    kind = column["type"]
    return repr(kind), column["nullable"], column["default"], column.get("identity"), column.get("autoincrement")


def _add_keys_and_indexes(shape: Shape, connection: Connection) -> None:
    for (_, table), foreign in inspect(connection).get_multi_foreign_keys().items():
        for one in foreign:
            to = one["referred_table"], tuple(one["referred_columns"]), str(one["options"])
            shape[table][f"foreign key {one['name']} {one['constrained_columns']}"] = to
    for table, name, statement in connection.execute(text(_INDEXES[connection.dialect.name])):
        if table in shape:
            shape[table][f"index {name}"] = _plain(statement)
    if connection.dialect.name == "sqlite":
        for table, statement in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")):
            if table in shape:
                shape[table]["without row numbers"] = "WITHOUT ROWID" in statement.upper()


#: Indexes as the database itself words them: their order, conditions and uniqueness with them.
_INDEXES = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def _plain(statement: str) -> str:
    """The words without the marks and blanks that a rebuilt table or index may have otherwise."""
    return re.sub(r"\s+", " ", statement.replace('"', "")).strip().lower()


def differing(one: Shape, other: Shape) -> list[str]:
    """What two shapes do not share, a line each; empty when they are the same."""
    lines = []
    for table in sorted({*one, *other}):
        ours, theirs = one.get(table, {}), other.get(table, {})
        if not ours or not theirs:
            lines.append(f"{table}: only {'the first' if ours else 'the second'} has it")
            continue
        for part in sorted({*ours, *theirs}):
            if ours.get(part) != theirs.get(part):
                lines.append(f"{table}, {part}: {ours.get(part)} / {theirs.get(part)}")
    return lines


def columns_of(shape: Shape) -> dict[str, list[str]]:
    """The names of the columns of each table, sorted."""
    start = "column "
    return {
        table: sorted(part.removeprefix(start) for part in parts if part.startswith(start))
        for table, parts in shape.items()
    }


def contents_of(connection: Connection, columns: Mapping[str, list[str]]) -> Contents:
    """The digests of all rows, of the named columns only, as the database keeps them."""
    contents: Contents = {}
    for table, names in columns.items():
        quoted = ", ".join(f'"{name}"' for name in names)
        rows = connection.exec_driver_sql(f'SELECT {quoted} FROM "{table}"')
        contents[table] = Counter(hashlib.sha256(repr(tuple(row)).encode()).hexdigest() for row in rows)
    return contents
