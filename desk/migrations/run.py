"""Bringing a database to the newest schema, and asking whether models and migrations agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import cast

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from desk.migrations.schema import METADATA

#: The number of PostgreSQL's lock that whoever changes the schema holds.
_LOCK = 52_002


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """One transaction for a whole migration, in which tables that others refer to may be dropped or rebuilt."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                # Whoever migrates at the same time, perhaps on another machine, waits and then finds it done.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection
            return
        # SQLite heeds this only outside a transaction, and SQLAlchemy begins one for every statement of its own.
        raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise ValueError(f"the migration leaves rows that refer to nothing: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


class SchemaIsNewer(Exception):
    """The database was brought to a schema that this program does not know; the message says so."""


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; nothing happens when the database is there already. Raises SchemaIsNewer."""
    if _is_newest(engine):  # every command asks, and Alembic takes a tenth of a second to find nothing to do
        return
    config = _config()
    with _changing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def upgrade(engine: Engine, revision: str) -> None:
    """Go forward to a revision that is not the newest, as a backup of then needs it."""
    config = _config()
    with _changing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def knows(revision: str) -> bool:
    """Whether this program has the revision."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _is_newest(engine: Engine) -> bool:
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == newest_revision():
        return True
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaIsNewer(
            f"The database is that of a newer release (schema {current}); this one knows no such schema."
        )
    return False


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Go back to a revision."""
    config = _config()
    with _changing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from the difference between the models and this database; numbers follow one another."""
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    number = f"{int(newest or 0) + 1:04d}"
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)


@cache
def newest_revision() -> str:
    """The revision that this program's schema has."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def differences(engine: Engine) -> list[object]:
    """What the models have and the migrated database has not, or the reverse; empty when they agree."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))
