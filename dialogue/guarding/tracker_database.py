"""The database of Rasa's trackers, looked into by ourselves: what counts is what is in it, not what Rasa says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from dialogue.stores import for_us

#: Seconds that the database has to take a connection.
CONNECT_WITHIN = 3

#: The table of rasa.core.tracker_store.SQLTrackerStore, as far as we read it.
_EVENTS = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("data", Text),
)


class TrackerDatabase:
    """A connection for each look: one that was kept could be stale, and tell of a time before the database restarted.

    ``url`` is any address of the trackers that dialogue.stores knows.
    """

    def __init__(self, url: str) -> None:
        address = for_us(url)
        self._is_file = address.get_backend_name() == "sqlite"
        if self._is_file:
            Path(address.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)
        limits: dict[str, Any] = {"timeout": CONNECT_WITHIN} if self._is_file else {"connect_timeout": CONNECT_WITHIN}
        self._engine = create_engine(address, poolclass=NullPool, connect_args=limits, hide_parameters=True)

    def trouble(self) -> str | None:
        """Why it cannot be used now, without the address; None when it can."""
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            return reason(error)
        return None

    def has(self, sender: str, mark: str) -> bool:
        """Whether an event of this sender with the mark in it is in the database; raises SQLAlchemyError."""
        with self._engine.connect() as connection:
            self._limit(connection)
            found = select(_EVENTS.c.id).where(_EVENTS.c.sender_id == sender, _EVENTS.c.data.contains(mark))
            return connection.execute(found.limit(1)).first() is not None

    def forget(self, sender: str) -> None:
        """Delete all events of this sender, where Rasa has begun to keep any; raises SQLAlchemyError."""
        with self._engine.begin() as connection:
            self._limit(connection)
            if not inspect(connection).has_table(_EVENTS.name):
                return
            connection.execute(delete(_EVENTS).where(_EVENTS.c.sender_id == sender))

    def _limit(self, connection: Connection) -> None:
        if not self._is_file:
            connection.execute(text(f"SET LOCAL statement_timeout = {CONNECT_WITHIN * 1000}"))


def reason(error: Exception) -> str:
    """The first line of what went wrong; neither the statement nor the address is in it."""
    told = str(getattr(error, "orig", None) or error).strip().splitlines()
    return told[0] if told else type(error).__name__
