"""Every revision there and back with rows in every table: the schema is that revision's own, and what stays stays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import pytest
from alembic import command
from sqlalchemy import URL, Engine

from desk.migrations import run
from desk.migrations.run import differences, migrate
from desk.store import make_engine
from tests.believable import authority
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
)
from tests.schema_shapes import Shape

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("migrating"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, files: SqliteFiles) -> Iterator[Databases]:
    if request.param == "sqlite":
        yield files
        return
    server: URL = request.getfixturevalue("migrated_postgresql")
    with PostgresqlServer(server).dropped() as made:
        yield made


@pytest.fixture(scope="module")
def empties(databases: Databases) -> dict[str, Engine]:
    """An empty database of every revision, made by the upgrades alone."""
    return _of_every_revision(databases)


@pytest.fixture(scope="module")
def blanks(files: SqliteFiles) -> dict[str, Engine]:
    """The same on SQLite, from which rows are made."""
    return _of_every_revision(files)


def _of_every_revision(databases: Databases) -> dict[str, Engine]:
    made, engine = {}, databases.new()
    for revision in revisions():
        step_up(engine)
        made[revision] = databases.copy(engine)
    return made


@pytest.fixture(scope="module")
def shapes(empties: dict[str, Engine]) -> dict[str, Shape]:
    return {revision: seen(engine) for revision, engine in empties.items()}


def test_what_each_step_back_drops_is_told_to_operators(shapes: dict[str, Shape]) -> None:
    for revision, shape in shapes.items():
        assert (revision, told_of_dropping(revision)) == (
            revision,
            dropped_by_going_back(shape, shapes.get(before(revision) or "")),
        )
    assert set(told("Going back")) <= set(revisions())


def test_all_the_way_back_and_there_again(
    databases: Databases, files: SqliteFiles, empties: dict[str, Engine], shapes: dict[str, Shape]
) -> None:
    blank = files.new()
    migrate(blank)
    full = databases.copy(empties[revisions()[-1]])
    databases.filled(full, rows_of_every_table(files, blank))
    _back_and_there(full, shapes)


def test_a_believable_authority_all_the_way_back_and_there_again(
    databases: Databases,
    empties: dict[str, Engine],
    shapes: dict[str, Shape],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    built = authority.built_once(authority.shared_folder(tmp_path_factory))
    full = databases.copy(empties[revisions()[-1]])
    databases.filled(full, make_engine(f"sqlite:///{built.path}"))
    _back_and_there(full, shapes)


def _back_and_there(full: Engine, shapes: dict[str, Shape]) -> None:
    for revision in reversed(revisions()):
        target = shapes.get(before(revision) or "", {})
        Step(full, step_down, target, told("Going back").get(revision, Rewriting())).take()
    for revision in revisions():
        _forward_by(full, revision, shapes)
    with full.begin() as connection:
        command.check(run._config(connection))


def _forward_by(engine: Engine, revision: str, shapes: dict[str, Shape]) -> None:
    may = told("Going forward").get(revision, Rewriting())
    Step(engine, step_up, shapes[revision], may, grows=True).take()


@pytest.mark.parametrize("revision", revisions()[:-1])
def test_from_each_revision_to_the_newest(
    databases: Databases,
    files: SqliteFiles,
    empties: dict[str, Engine],
    blanks: dict[str, Engine],
    shapes: dict[str, Shape],
    revision: str,
) -> None:
    full = databases.copy(empties[revision])
    databases.filled(full, rows_of_every_table(files, blanks[revision]))
    later = [may for number, may in told("Going forward").items() if number > revision]
    Step(full, migrate, shapes[revisions()[-1]], reduce(_both, later, Rewriting()), grows=True).take()
    assert differences(full) == []


def _both(one: Rewriting, other: Rewriting) -> Rewriting:
    return Rewriting(rewritten=one.rewritten | other.rewritten, rows=one.rows | other.rows)
