"""Bringing a backup into an empty place: all of it, verified, or nothing.

The rows are written, read back and compared with the manifest in one transaction: a restore that was killed or did not
verify leaves a database without a row, into which the next one goes.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import DataError, IntegrityError

from desk.backups import in_hand
from desk.backups.foreign_keys import filling
from desk.backups.in_hand import InHand
from desk.backups.making import revision
from desk.backups.manifest import BackupRefused, Manifest, Part
from desk.backups.sealed import check, lines_of, opened
from desk.backups.tables import Content, StoredTable, content_of, names_in, read_tables, row_of
from desk.migrations import run as migrations

#: The unit that migrations make themselves, so that there is one: in a database with nothing else it is nothing.
_MADE_BY_MIGRATIONS = "units"


@dataclass(frozen=True)
class Restored:
    """What came of it: ``verified`` is each table's content, counted and hashed again from the new database."""

    manifest: Manifest
    verified: dict[str, Content]
    in_hand: InHand


def restore(engine: Engine, path: Path, *, at: dt.datetime, send_waiting: bool = False) -> Restored:
    """Fill an empty database from a backup and bring it to the newest schema; raises BackupRefused.

    ``send_waiting``: nothing ran after the backup, so that what waited to be sent may be sent (in_hand.py).
    """
    manifest = check(path)
    _must_be_readable(manifest)
    _make_room(engine)
    migrations.upgrade(engine, manifest.schema)
    with opened(path) as package, filling(engine) as connection:
        tables = read_tables(connection)
        _must_fit(tables, manifest)
        connection.execute(text(f"DELETE FROM {_MADE_BY_MIGRATIONS}"))
        for table, part in zip(tables, manifest.parts, strict=True):
            _fill(connection, table, part, package)
        _go_on_counting(connection, tables)
        verified = {table.name: content_of(connection, table) for table in tables}
        _must_be_the_same(verified, manifest)
        left = in_hand.settle(connection, tables, at, send_waiting=send_waiting)
    migrations.migrate(engine)
    _look_through(engine)
    return Restored(manifest, verified, left)


def _must_be_readable(manifest: Manifest) -> None:
    if not migrations.knows(manifest.schema):
        raise BackupRefused(
            f"A newer version of this program made the backup (schema {manifest.schema}, here "
            f"{migrations.newest_revision()}): install that one first."
        )


def _make_room(engine: Engine) -> None:
    """Take away the tables of a database that has no rows; raises BackupRefused where it has any."""
    with engine.connect() as connection:
        names, schema = names_in(connection), revision(connection)
        if not names:
            return
        for name in names:
            rows = connection.scalar(text(f"SELECT count(*) FROM {connection.dialect.identifier_preparer.quote(name)}"))
            if rows > (1 if name == _MADE_BY_MIGRATIONS else 0):
                raise BackupRefused(
                    "The database is not empty, and nothing is restored over what is there: name another in "
                    "DATABASE_URL, or put the old one away first."
                )
    if schema is None or not migrations.knows(schema):
        raise BackupRefused("The database has tables of another program or version: name an empty one in DATABASE_URL.")
    migrations.downgrade(engine)


def _must_fit(tables: Sequence[StoredTable], manifest: Manifest) -> None:
    there = {table.name: dict(table.columns) for table in tables}
    if there != {part.table: dict(part.columns) for part in manifest.parts}:
        raise BackupRefused("The tables of the backup are not those of this program at that schema.")


def _fill(connection: Connection, table: StoredTable, part: Part, package: zipfile.ZipFile) -> None:
    statement = insert(table.table())
    for rows in _portions(lines_of(package, part), table):
        try:
            connection.execute(statement, rows)
        except (DataError, IntegrityError) as error:
            raise BackupRefused(f"The database does not take rows of {table.name}: {error.orig}") from error


def _portions(lines: Iterator[bytes], table: StoredTable) -> Iterator[list[dict[str, Any]]]:
    while portion := [row_of(line, table) for line in islice(lines, table.at_once)]:
        yield portion


def _go_on_counting(connection: Connection, tables: Sequence[StoredTable]) -> None:
    """New rows get numbers after those that are there; SQLite sees to that by itself."""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        for column in table.key:
            counter = text("SELECT pg_get_serial_sequence(:table, :column)")
            sequence = connection.scalar(counter, {"table": quote(table.name), "column": column})
            if sequence is not None:
                newest = f"SELECT max({quote(column)}) FROM {quote(table.name)}"
                connection.execute(text(f"SELECT setval(:sequence, ({newest}))"), {"sequence": sequence})


def _must_be_the_same(verified: dict[str, Content], manifest: Manifest) -> None:
    for part in manifest.parts:
        if verified[part.table] != part.content:
            raise BackupRefused(f"What is in {part.table} now is not what the backup holds; nothing was kept.")


def _look_through(engine: Engine) -> None:
    """Have PostgreSQL count what it plans by, which it would do by itself only in some minutes."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
