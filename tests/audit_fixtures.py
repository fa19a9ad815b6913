"""Entries of the audit, sealed, and hands that tamper with them past the triggers, as the owner of a database can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from desk.audit.horizon import Horizon
from desk.audit.sealing import seal_some
from desk.audit.service import record_act
from desk.audit.verdict import Verdict
from desk.audit.verifying import verify
from desk.store import Store
from tests.desk_fixtures import World

TABLES = ("audit_entries", "audit_seals")


def record(world: World, count: int = 1, *, act: str = "setting.changed") -> None:
    """So many acts, each in a transaction of its own, a second apart."""
    for number in range(count):
        world.clock.advance(minutes=1 / 60)
        with world.store.writing() as session:
            detail = {"from": 0.1 + number, "to": 1.0, "reason": "thử “đổi” 🚢", "b": None, "a": [1, {"z": True}]}
            record_act(
                session, actor="officer:ly", act=act, subject="idle_minutes", at=world.clock.now(), detail=detail
            )


def seal(world: World, horizon: Horizon | None = None) -> int:
    """Seal all that can be sealed; how many entries that were."""
    horizon, sealed = horizon or Horizon(), 0
    while some := seal_some(world.desk, horizon):
        sealed += some
    return sealed


def sealed_runs(world: World, *counts: int) -> None:
    """So many entries under a seal each."""
    for count in counts:
        record(world, count)
        assert seal(world) == count


def found(verdict: Verdict) -> list[tuple[str, int | None, int | None]]:
    """How, by which seal, and which entry."""
    return [(finding.broken.value, finding.seal, finding.entry) for finding in verdict.findings]


def broken(world: World) -> list[tuple[str, int | None, int | None]]:
    return found(verify(world.store))


@contextmanager
def past_the_triggers(store: Store) -> Iterator[Connection]:
    """A transaction of somebody who owns the tables, and leaves no trace in the triggers."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            yield connection
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
            return
        named = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")
        triggers = connection.execute(named).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        for _, made in triggers:
            connection.exec_driver_sql(made)
