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
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, select

from desk.migrations.rights import keep_back, must_be_the_owner
from desk.migrations.schema import METADATA
from desk.refused import Refused
from desk.store import Store

#: By which migrations of the desk know each other on a PostgreSQL server; any number that nothing else there uses.
_LOCK = 20_261_130
#: For how long a migration waits on SQLite for another one: longer than any took.
_PATIENCE_MS = 600_000


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction in which nobody else migrates, and in which tables that others refer to may be rebuilt.

    Whoever comes second waits for the first: on PostgreSQL at a lock that only migrations take, so that the desk goes
    on meanwhile, on SQLite at the one lock that every writer takes.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                yield connection
            return
        # SQLite heeds these only outside a transaction, and SQLAlchemy begins one for every statement of its own.
        raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        (patience,) = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise ValueError(f"the migration leaves rows that refer to nothing: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
            raw.execute(f"PRAGMA busy_timeout={patience}")


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; nothing happens when the database is there already, or further.

    Further it is while a newer release is being brought in: what this one needs is still there (CONTRIBUTING.md).
    Each revision is a transaction of its own, so that what ends half-way goes on from the last whole one. Raises
    MayNotMigrate on PostgreSQL where the tables are another role's.
    """
    while _is_behind(revision_of(engine)):  # every command asks, and Alembic takes a tenth of a second to find out
        with _alone(engine) as connection:
            current = _revision_on(connection)
            if _is_behind(current):  # nobody else was quicker
                must_be_the_owner(connection)
                command.upgrade(_config(connection), "head" if current is None else "+1")
                keep_back(connection)


def upgrade(engine: Engine, revision: str) -> None:
    """Go forward to a revision that is not the newest, as a backup of then needs it."""
    with _alone(engine) as connection:
        command.upgrade(_config(connection), revision)
        keep_back(connection)


def knows(revision: str) -> bool:
    """Whether this program has the revision."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


class SchemaIsNewer(Refused):
    """The database has the schema of a newer release; the message says so."""


def refuse_newer(engine: Engine) -> None:
    """Raises SchemaIsNewer where a newer release has prepared the database: an older one must not prepare it anew."""
    revision = revision_of(engine)
    if revision is not None and int(revision) > int(newest_revision()):
        raise SchemaIsNewer(
            f"The database is that of a newer release (schema {revision}; this one has {newest_revision()}): "
            "it must not be prepared for an older one."
        )


def revision_of(engine: Engine) -> str | None:
    """The revision of this database; none when it is new."""
    with Store(engine).reading() as session:  # which on SQLite does not wait for whoever migrates
        return _revision_on(session.connection())


def _revision_on(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_behind(revision: str | None) -> bool:
    return revision is None or int(revision) < int(newest_revision())


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Go back to a revision, each step a transaction of its own; docs/migrations.md says what is lost by each.

    Raises LookupError for what is no revision before the database's own.
    """
    script = ScriptDirectory.from_config(_config())
    try:
        steps = list(script.iterate_revisions(revision_of(engine), revision))
    except (CommandError, RevisionError) as error:
        raise LookupError(str(error)) from error
    for step in steps:
        with _alone(engine) as connection:
            if _revision_on(connection) == step.revision:  # nobody else was quicker
                command.downgrade(_config(connection), "-1")


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from the difference between the models and this database; numbers follow one another."""
    number = f"{int(newest_revision()) + 1:04d}"
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


@cache
def newest_revision() -> str:
    """The revision that this program's schema has."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def differences(engine: Engine) -> list[object]:
    """What the models have and the migrated database has not, or the reverse; empty when they agree."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))
