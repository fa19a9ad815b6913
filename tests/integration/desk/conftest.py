"""Databases of a test's own on SQLite and on PostgreSQL: copies of a migrated one, for migrations take a second."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from desk.migrations.run import migrate
from desk.store import make_engine
from evaluation.cases.postgresql import own_postgresql

_numbers = count(1)
_TEMPLATE = "migrated"


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
