"""Two machines that start at once on one database, and one that is killed while it migrates: real processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from desk.migrations.run import differences, downgrade, migrate, newest_revision, revision_of
from desk.store import make_engine
from tests.migration_fixtures import before, seen, step_up
from tests.schema_shapes import differing

ROOT = Path(__file__).parents[3]
#: A revision, and a statement in its middle.
REVISION = "0031"
MIDDLE = {
    "sqlite": "_alembic_tmp_law_impact_tasks",
    "postgresql": "RENAME CONSTRAINT ck_law_impact_tasks_ck_law_impact_tasks_how_known",
}
#: What takes the lock.
LOCK = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "pg_advisory_xact_lock"}


@pytest.fixture
def behind(own_database: str) -> Iterator[Engine]:
    """A database to which the revision is not the next one, but the one after."""
    engine = make_engine(own_database)
    downgrade(engine, str(before(str(before(REVISION)))))
    engine.dispose()
    yield engine
    engine.dispose()


@contextmanager
def _migrating(engine: Engine, words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.integration.desk.migrating"]
    address = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [*command, address, words], text=True, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _goes_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.thorough
def test_whoever_comes_second_waits_and_does_nothing_over(behind: Engine) -> None:
    kind, began = behind.dialect.name, str(revision_of(behind))
    with _migrating(behind, MIDDLE[kind]) as first, _migrating(behind, LOCK[kind]) as second:
        assert (_says(first), _says(second)) == ("here", "here")  # both have seen that the database is behind
        _goes_on(second)
        if kind == "postgresql":
            _wait_until_somebody_waits(behind)
        first_told, _ = first.communicate("\n", timeout=60)
        second_told, _ = second.communicate(timeout=60)
    by_first, by_second = (int(told.split()[-1]) for told in (first_told, second_told))
    assert by_first > 0  # of the later revisions the second may have made some
    assert (revision_of(behind), differences(behind)) == (newest_revision(), [])
    downgrade(behind, began)
    behind.dispose()
    with _migrating(behind, "") as alone:
        told, _ = alone.communicate(timeout=60)
    assert by_first + by_second == int(told.split()[-1])


def _wait_until_somebody_waits(engine: Engine) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(waiting):
            connection.execute(text("SELECT pg_sleep(0.01)"))


@pytest.mark.thorough
def test_a_migration_that_is_killed_half_way_leaves_whole_revisions_and_goes_on(behind: Engine) -> None:
    step_up(behind)
    whole = seen(behind)
    downgrade(behind, str(before(str(before(REVISION)))))
    behind.dispose()
    with _migrating(behind, MIDDLE[behind.dialect.name]) as process:
        assert _says(process) == "here"
        process.kill()
        process.wait(60)
    assert revision_of(behind) == before(REVISION)
    assert differing(seen(behind), whole) == []
    migrate(behind)
    assert (revision_of(behind), differences(behind)) == (newest_revision(), [])
