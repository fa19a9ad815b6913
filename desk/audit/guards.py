"""Whether the database still refuses to change the audit: its triggers, and what this connection's role may do."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

#: The tables whose rows are only ever added.
ONLY_GROWING = ("audit_entries", "audit_seals")

#: Names of the triggers that migration 0033 made, for each table.
_ON_SQLITE = ("no_update", "no_delete", "no_replace")
_ON_POSTGRESQL = ("only_grows",)

_SQLITE = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
#: A trigger that is switched off, or heeded only where rows come from another server, guards nothing.
_POSTGRESQL = text(
    "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
)
_MAY = text(
    "SELECT bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') OR pg_has_role(c.relowner, 'USAGE'))"
    " FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace"
    " AND c.relname IN ('audit_entries', 'audit_seals')"
)


class KeptBy(StrEnum):
    """What keeps this connection from changing the audit."""

    #: Its role has no right to it (PostgreSQL).
    ROLE = "role"
    #: The triggers only, which the owner of the tables can drop.
    TRIGGERS = "triggers"


def missing(session: Session) -> list[str]:
    """The triggers that are not there, or switched off."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    there = set(session.scalars(_POSTGRESQL if is_postgresql else _SQLITE))
    wanted = _ON_POSTGRESQL if is_postgresql else _ON_SQLITE
    return [name for table in ONLY_GROWING for name in (f"{table}_{each}" for each in wanted) if name not in there]


def kept_by(session: Session) -> KeptBy:
    """What keeps whoever holds this connection from changing the audit."""
    if session.get_bind().dialect.name != "postgresql" or session.scalar(_MAY):
        return KeptBy.TRIGGERS
    return KeptBy.ROLE
