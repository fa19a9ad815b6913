"""Databases that go from revision to revision with rows in them, and what docs/migrations.md says of each step."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, text

from desk.migrations import run
from desk.store import make_engine
from tests.schema_filler import copy_rows, fill
from tests.schema_shapes import Contents, Shape, columns_of, contents_of, differing, shape_of

DOCS = Path(__file__).parents[1] / "docs" / "migrations.md"
_numbers = count(1)


@cache
def revisions() -> list[str]:
    """All revisions, the oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(run._config()).walk_revisions()][::-1]


def before(revision: str) -> str | None:
    place = revisions().index(revision)
    return revisions()[place - 1] if place else None


@dataclass
class Rewriting:
    """What a step may do to rows that are there before and after it."""

    tables: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    rewritten: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)


@cache
def told(going: str) -> dict[str, Rewriting]:
    """By revision, what docs/migrations.md says under "Going forward" or "Going back"."""
    section = DOCS.read_text(encoding="utf-8").split(f"## {going}\n")[1].split("\n## ")[0]
    found: dict[str, Rewriting] = {}
    for line in section.splitlines():
        if re.match(r"\| \d{4} \|", line):
            revision, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            parts = [set(re.findall(r"`([\w.]+)`", cell)) for cell in cells]
            found[revision] = Rewriting(*parts[:4]) if going == "Going back" else Rewriting(set(), set(), *parts)
    return found


def told_of_dropping(revision: str) -> tuple[set[str], set[str]]:
    """The tables and columns that a step back drops, by docs/migrations.md."""
    one = told("Going back").get(revision, Rewriting())
    return one.tables, one.columns


def dropped_by_going_back(shape: Shape, earlier: Shape | None) -> tuple[set[str], set[str]]:
    """The tables, and the columns of tables that stay, which an earlier shape has not."""
    has, had = columns_of(shape), columns_of(earlier or {})
    return {*has} - {*had}, {f"{table}.{name}" for table in had for name in {*has[table]} - {*had[table]}}


class Databases:
    """Makes databases of one kind, as copies of one another."""

    def new(self) -> Engine:
        raise NotImplementedError

    def copy(self, engine: Engine) -> Engine:
        raise NotImplementedError

    def filled(self, engine: Engine, rows: Engine) -> None:
        """Put the rows of a SQLite database of the same revision into this one."""
        raise NotImplementedError


class SqliteFiles(Databases):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self) -> Engine:
        return make_engine(f"sqlite:///{self.folder / f'{next(_numbers)}.sqlite'}")

    def copy(self, engine: Engine) -> Engine:
        engine.dispose()  # the last connection to close moves everything from the log into the file
        copied = self.new()
        shutil.copy(str(engine.url.database), str(copied.url.database))
        return copied

    def filled(self, engine: Engine, rows: Engine) -> None:
        engine.dispose()
        rows.dispose()
        shutil.copy(str(rows.url.database), str(engine.url.database))


class PostgresqlServer(Databases):
    def __init__(self, server: URL) -> None:
        self.server = server
        self.made: list[Engine] = []

    @contextmanager
    def dropped(self) -> Iterator[PostgresqlServer]:
        """Itself; what it made meanwhile is dropped at the end."""
        yield self
        for engine in self.made:
            engine.dispose()
            self._run(f"DROP DATABASE {engine.url.database} WITH (FORCE)")

    def new(self, template: str = "template1") -> Engine:
        name = f"migrating_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        engine = make_engine(self.server.set(database=name).render_as_string(hide_password=False))
        self.made.append(engine)
        return engine

    def copy(self, engine: Engine) -> Engine:
        engine.dispose()  # nobody may be connected to what is copied
        return self.new(str(engine.url.database))

    def filled(self, engine: Engine, rows: Engine) -> None:
        with rows.begin() as source, engine.begin() as target:
            copy_rows(source, target)

    def _run(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def step_up(engine: Engine) -> None:
    with run._alone(engine) as connection:
        command.upgrade(run._config(connection), "+1")


def step_down(engine: Engine) -> None:
    run.downgrade(engine, before(str(run.revision_of(engine))) or "base")


def up_to(engine: Engine, revision: str) -> None:
    """Upgrade a database to a revision, all in one transaction."""
    with run._alone(engine) as connection:
        command.upgrade(run._config(connection), revision)


def seen(engine: Engine) -> Shape:
    with engine.begin() as connection:
        return shape_of(connection)


def rows_of_every_table(files: SqliteFiles, empty: Engine) -> Engine:
    """A copy of an empty SQLite database of any revision, filled from what it says of itself."""
    engine = files.copy(empty)
    with engine.begin() as connection:
        fill(connection)
    return engine


@dataclass
class Step:
    """A change from one revision to another, and what it must not do."""

    engine: Engine
    change: Callable[[Engine], None]
    target: Shape
    may: Rewriting
    grows: bool = False

    def take(self) -> None:
        """Do it; the schema must be the target's, and what is in both must be as it was."""
        was = seen(self.engine)
        kept = self._kept(was)
        old = self._read(kept)
        self.change(self.engine)
        assert differing(seen(self.engine), self.target) == []
        self._compare(old, self._read(kept))

    def _kept(self, was: Shape) -> dict[str, list[str]]:
        here, there = columns_of(was), columns_of(self.target)
        return {
            table: [name for name in names if name in there[table] and f"{table}.{name}" not in self.may.rewritten]
            for table, names in here.items()
            if table in there
        }

    def _read(self, columns: dict[str, list[str]]) -> Contents:
        with self.engine.begin() as connection:
            return contents_of(connection, columns)

    def _compare(self, old: Contents, new: Contents) -> None:
        changed = {table for table in old if old[table] != new[table]}
        assert changed <= self.may.rows, f"rows changed that nobody named: {sorted(changed - self.may.rows)}"
        for table in changed:
            fewer, more = (old, new) if self.grows else (new, old)
            assert fewer[table] <= more[table], f"rows of {table} were rewritten"
