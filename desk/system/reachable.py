"""Whether the store can be reached and has this program's tables."""

from __future__ import annotations

from sqlalchemy import text

from desk.store import Store


def answers(store: Store) -> bool:
    """True; raises what the database raises."""
    with store.reading() as session:
        session.execute(text("SELECT version_num FROM alembic_version"))
    return True
