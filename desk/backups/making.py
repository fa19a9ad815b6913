"""Writing a backup while everything runs: all tables in one read transaction, so that it is one state that existed."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from desk.backups.manifest import FORMAT, NAME, BackupRefused, Manifest, Part
from desk.backups.sealed import check, written
from desk.backups.tables import StoredTable, Sum, lines, names_in, read_tables
from desk.store import Store


@dataclass(frozen=True)
class Made:
    """A backup that was written and read again."""

    path: Path
    bytes: int
    manifest: Manifest


def make(store: Store, path: Path, *, at: dt.datetime, application: str) -> Made:
    """Write all that the store holds into a file, and check it; raises BackupRefused, and OSError of the disk.

    The store is not migrated: a backup before an update has the schema of before.
    """
    with _one_state(store.engine) as connection:
        schema = revision(connection)
        if schema is None:
            raise BackupRefused("There is no database of the desk yet, so nothing to back up.")
        tables = read_tables(connection)
        with written(path) as package:
            parts = [_put(package, connection, table) for table in tables]
            manifest = Manifest(FORMAT, at, application, schema, connection.dialect.name, parts)
            package.writestr(NAME, manifest.written())
    return Made(path, path.stat().st_size, check(path))


def revision(connection: Connection) -> str | None:
    """The revision of a database's schema; None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _one_state(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state from its first query to its end, and keeps no writer waiting."""
    if engine.dialect.name == "sqlite":
        with Store(engine).reading() as session:
            yield session.connection()
        return
    with engine.connect() as connection:
        names = names_in(connection)
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        # Before the first query, with which the state is chosen: no migration changes a table meanwhile.
        quote = connection.dialect.identifier_preparer.quote
        if names:
            connection.execute(text(f"LOCK TABLE {', '.join(map(quote, names))} IN ACCESS SHARE MODE"))
        yield connection
        connection.rollback()


def _put(package: zipfile.ZipFile, connection: Connection, table: StoredTable) -> Part:
    counted = Sum()
    name = Part(table.name, table.columns, counted.content()).name
    with package.open(name, "w", force_zip64=True) as member:
        for line in lines(connection, table):
            member.write(line)
            counted.add(line)
    return Part(table.name, table.columns, counted.content())
