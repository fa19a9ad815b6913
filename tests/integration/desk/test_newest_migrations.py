"""The newest revision on both databases, there and back with rows in every table; all of them are `thorough`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import URL, Engine, MetaData, text

from desk.migrations import run
from desk.migrations.run import differences, migrate, newest_revision, revision_of
from desk.migrations.schema import METADATA
from desk.store import make_engine
from tests.migration_fixtures import (
    Databases,
    PostgresqlServer,
    Rewriting,
    SqliteFiles,
    Step,
    before,
    dropped_by_going_back,
    revisions,
    rows_of_every_table,
    seen,
    step_down,
    step_up,
    told,
    told_of_dropping,
    up_to,
)
from tests.schema_shapes import differing

#: Of the newest revisions, in a build.
HOW_MANY = 1


@pytest.fixture
def databases(request: pytest.FixtureRequest, own_database: str, tmp_path: Path) -> Iterator[Databases]:
    """Of the kind of which ``own_database`` is one."""
    if own_database.startswith("sqlite"):
        yield SqliteFiles(tmp_path)
        return
    server: URL = request.getfixturevalue("migrated_postgresql")
    with PostgresqlServer(server).dropped() as made:
        yield made


@pytest.fixture(scope="module")
def rows(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A SQLite database of the newest revision with rows in every table."""
    engine = make_engine(f"sqlite:///{migrated_sqlite}")
    return rows_of_every_table(SqliteFiles(tmp_path_factory.mktemp("rows")), engine)


def test_the_newest_revisions_keep_rows_there_and_back(databases: Databases, rows: Engine) -> None:
    newest = revisions()[-HOW_MANY:]
    empty = databases.new()
    up_to(empty, revisions()[-HOW_MANY - 1])
    shapes = {revision_of(empty): seen(empty)}
    for revision in newest:
        step_up(empty)
        shapes[revision] = seen(empty)
        assert told_of_dropping(revision) == dropped_by_going_back(shapes[revision], shapes[before(revision)])
    full = databases.copy(empty)
    databases.filled(full, rows)
    for revision in reversed(newest):
        Step(full, step_down, shapes[before(revision)], told("Going back").get(revision, Rewriting())).take()
    for revision in newest:
        may = told("Going forward").get(revision, Rewriting())
        Step(full, step_up, shapes[revision], may, grows=True).take()
    for engine in (empty, full):
        with engine.begin() as connection:
            command.check(run._config(connection))
        assert differences(engine) == []


def test_the_migrations_make_what_the_models_say(own_database: str, databases: Databases) -> None:
    migrated, made = make_engine(own_database), databases.new()
    models = MetaData(naming_convention=METADATA.naming_convention)  # of our own: making it leaves marks on it
    for table in METADATA.tables.values():
        table.to_metadata(models)
    models.create_all(made)
    assert differing(seen(migrated), seen(made)) == []
    migrated.dispose()


def test_a_database_of_a_newer_release_is_let_be(own_database: str) -> None:
    engine = make_engine(own_database)
    later = f"{int(newest_revision()) + 1:04d}"
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{later}'"))
    migrate(engine)
    assert revision_of(engine) == later
    engine.dispose()
