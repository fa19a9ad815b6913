"""How the desk reaches its database: the declarative base, moments in UTC, and writing and reading transactions."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Engine, MetaData, String, create_engine, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from desk.observing import UNOBSERVED, Observer, tell_kept

_READ_ONLY = "desk_read_only"
#: Milliseconds after which PostgreSQL ends a writing transaction in which nothing is said.
_IDLE_AT_MOST = 15_000
#: Seconds that a thread waits for others of its process to have written, before it tries its luck with SQLite.
_TURN_WITHIN = 5.0


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[dt.datetime]:
        return dt.datetime

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class OneOf(TypeDecorator[Any]):
    """A word of an enumeration, kept as its value; the table's own check constraint guards what is in it."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """All tables of the desk."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {dt.datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}


def make_engine(url: str) -> Engine:
    """An engine for the store; on SQLite in WAL mode, with full synchronisation and five seconds of patience.

    On PostgreSQL every statement is planned for its own values: a plan for any word is the wrong one for a common word.
    And a process that is stopped while it writes does not keep its locks for ever.
    """
    own_plans = {"prepare_threshold": None} if make_url(url).drivername == "postgresql+psycopg" else {}
    # Where one connection suffices the others are to keep no pages and statements of their own: the one that was used
    # last is used next. A database in memory has one a thread.
    last_first = {"pool_use_lifo": True} if make_url(url).database else {}
    # Hidden, for an error is logged, and among the parameters are the words of people.
    engine = create_engine(url, connect_args=own_plans, hide_parameters=True, **last_first)
    if make_url(url).get_backend_name() == "postgresql":
        event.listen(engine, "begin", _begin_postgresql)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: see _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes fails at once when another wrote in between, whatever the timeout;
    # one that begins IMMEDIATE waits its turn.
    reading = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(_READ_ONLY, False):
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE_AT_MOST}")


def others_write(session: Session) -> bool:
    """Whether others may be writing at the same time as this transaction does: on SQLite one writes at a time."""
    return session.get_bind().dialect.name != "sqlite"


class Store:
    """Transactions on the desk's database. Services take the session that these yield and never commit.

    ``observer`` is told what is committed (desk/observing.py).
    """

    def __init__(self, engine: Engine, observer: Observer = UNOBSERVED) -> None:
        self.engine = engine
        self.observer = observer
        self._to_read = engine.execution_options(**{_READ_ONLY: True})
        self._one_writes = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that is committed at the end, or rolled back when the block raises."""
        with self._turn(), Session(self.engine, expire_on_commit=False) as session:
            with session.begin():
                yield session
            tell_kept(session, self.observer)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """On SQLite one writes at a time, and whoever waits looks again after longer and longer pauses, which some
        outwait for seconds while others come and go. So the threads of one process take turns.
        """
        takes_turns = self.engine.dialect.name == "sqlite" and self._one_writes.acquire(timeout=_TURN_WITHIN)
        try:
            yield
        finally:
            if takes_turns:
                self._one_writes.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that sees a single state and does not keep writers waiting; nothing in it is saved."""
        with Session(self._to_read, expire_on_commit=False) as session:
            yield session  # closing rolls back and, unlike rollback(), leaves what was read readable
