"""Databases of a test's own on SQLite and on PostgreSQL: copies of a migrated one, for migrations take a second."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from desk.desk import Desk
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from evaluation.cases.postgresql import own_postgresql
from tests.desk_fixtures import ActsOfTheDesk, FakeSearch, FrozenClock, World, rules_for_tests

_numbers = count(1)
_TEMPLATE = "migrated"


#: What these do goes the same way on both databases: in a build on SQLite, in `make thorough` on PostgreSQL, too.
_ALIKE_ON_BOTH = {
    *("test_data_requests", "test_tampering_with_the_audit", "test_retention", "test_floods"),
    *("test_sealing_the_audit", "test_files_scanned", "test_hostile_words_in_the_store"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in _ALIKE_ON_BOTH and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            if item.callspec.params.get("own_database") == "postgresql":
                item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "desk.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql() -> Iterator[URL]:
    """The address of a server's maintenance database, beside which lies a migrated one with nothing in it."""
    with own_postgresql() as address:
        server = make_url(address)
        for careless in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the server
            _run(server, f"ALTER SYSTEM SET {careless} = off")
        _run(server, "SELECT pg_reload_conf()")
        _run(server, f"CREATE DATABASE {_TEMPLATE}")
        _migrate(server.set(database=_TEMPLATE).render_as_string(hide_password=False))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database with nothing in it, on each of both in turn."""
    if request.param == "sqlite":
        path = tmp_path / "own.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: URL = request.getfixturevalue("migrated_postgresql")
    name = f"own_{next(_numbers)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgresql(migrated_postgresql: URL) -> Iterator[str]:
    """The address of a database without any table."""
    name = f"empty_{next(_numbers)}"
    _run(migrated_postgresql, f"CREATE DATABASE {name}")
    yield migrated_postgresql.set(database=name).render_as_string(hide_password=False)
    _run(migrated_postgresql, f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(address: str) -> None:
    engine = make_engine(address)
    migrate(engine)
    engine.dispose()


def _run(server: URL, statement: str) -> None:
    """One statement outside any transaction, as databases are made and dropped."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def own_world(own_database: str) -> Iterator[World]:
    """A desk with nothing in its store, on each database in turn; each test module brings in what it needs."""
    engine = make_engine(own_database)
    store, clock, search, acts = Store(engine), FrozenClock(), FakeSearch(), ActsOfTheDesk()
    dialogue = FakeDialogue(acts)
    acts.desk = Desk(store, clock, search, dialogue, rules_for_tests(), web_address="https://desk.example")
    yield World(acts.desk, store, clock, search, dialogue)
    engine.dispose()
