"""Up to which entry nothing can come any more: a number given early may be committed late.

SQLite has one writer at a time, so that what is seen is complete. On PostgreSQL an id is drawn when a row is written
and seen when its transaction ends, so a lower id may appear after a higher one. Whoever writes into a table holds a
lock on it from before the id is drawn until the transaction has ended. So: note the newest id that is seen, then who
holds such a lock; once all of these have ended, everything up to that id is either there or never will be.

The oldest open transaction (`pg_snapshot_xmin`) would not do: an id can be drawn by a transaction that has no number
yet, which no snapshot knows of.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry

_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted"
    " AND relation = 'audit_entries'::regclass AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass
class Horizon:
    """Remembers from look to look for whom it waits; one for each process that seals."""

    _until: int = 0
    _writing: set[str] = field(default_factory=set)
    _reached: int = 0

    def look(self, session: Session) -> int:
        """The id up to which all entries are there; 0 where there is none. The entries are read after this."""
        newest = session.scalar(select(func.max(AuditEntry.id))) or 0
        if session.get_bind().dialect.name != "postgresql":
            return newest
        writing = set(session.scalars(_WRITERS))  # after the newest id was read, not before
        self._writing &= writing
        if not self._writing:
            self._reached = newest if not writing else self._until
            self._until, self._writing = newest, writing
        return self._reached
