"""The same rows in another database: table by table, as they are."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select, text

from desk.migrations.run import migrate
from desk.migrations.schema import METADATA

_AT_ONCE = 5_000


def copy(source: Engine, target: Engine) -> None:
    """Fill a new PostgreSQL database with what another store has."""
    migrate(target)
    tables = METADATA.sorted_tables
    with source.connect() as there, target.begin() as here:
        # Messages and cases refer to each other; what is copied was checked where it was written.
        here.execute(text("SET LOCAL session_replication_role = replica"))
        here.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        for table in tables:
            rows = there.execute(select(table)).mappings()
            while some := rows.fetchmany(_AT_ONCE):
                here.execute(insert(table), [dict(row) for row in some])
    # What the database does by itself in time, done at once.
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
