"""Filling tables that refer to each other in a circle: foreign keys are set aside, and checked all at once at the end.

Messages and cases refer to each other, units to units, groups of gaps to the group that took them up: there is no order
in which each row finds what it refers to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from desk.backups.manifest import BackupRefused

_CONSTRAINTS = text(
    "SELECT r.relname, c.conname, pg_get_constraintdef(c.oid)"
    " FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
    " WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY 1, 2"
)


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """One transaction that is kept only where every row refers to one that is there; raises BackupRefused."""
    opened = _on_sqlite if engine.dialect.name == "sqlite" else _on_postgresql
    with opened(engine) as connection:
        yield connection


@contextmanager
def _on_sqlite(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        # Heeded only outside a transaction, and SQLAlchemy begins one for every statement of its own.
        raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise BackupRefused(f"A row of {broken[0][0]} refers to nothing in {broken[0][2]}.")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _on_postgresql(engine: Engine) -> Iterator[Connection]:
    """They are taken off and put back as they were, which checks them; switching them off is for superusers only."""
    with engine.begin() as connection:
        quote = connection.dialect.identifier_preparer.quote
        keys = [(quote(table), quote(name), told) for table, name, told in connection.execute(_CONSTRAINTS)]
        for table, name, _ in keys:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield connection
        for table, name, told in keys:
            try:
                connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {told}")
            except IntegrityError as error:
                raise BackupRefused(f"A row of {table} refers to nothing, by {name}.") from error
