"""The audit is sealed into a chain, on both databases: what is sealed, what must wait, and that there is one chain."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from desk.audit import sealing, verifying
from desk.audit.chain import GENESIS
from desk.audit.horizon import Horizon
from desk.audit.model import AuditEntry, AuditSeal
from desk.audit.sealing import seal_some
from desk.audit.service import record_act
from desk.audit.verifying import verify
from desk.desk import Desk
from desk.store import Store, make_engine
from tests.audit_fixtures import broken, record, seal, sealed_runs
from tests.desk_fixtures import World


def seals(world: World) -> list[AuditSeal]:
    with world.store.reading() as session:
        return list(session.scalars(select(AuditSeal).order_by(AuditSeal.number)))


@pytest.fixture
def on_postgresql(own_world: World) -> World:
    if own_world.store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return own_world


def test_entries_are_sealed_in_runs_and_each_seal_carries_the_one_before(own_world: World) -> None:
    sealed_runs(own_world, 3, 1, 2)
    first, second, third = seals(own_world)
    assert [(one.number, one.first_id, one.last_id, one.entries) for one in (first, second, third)] == [
        (1, 1, 3, 3),
        (2, 4, 4, 1),
        (3, 5, 6, 2),
    ]
    assert (first.previous, second.previous, third.previous) == (GENESIS, first.hash, second.hash)
    verdict = verify(own_world.store)
    assert verdict.is_whole
    assert (verdict.seals, verdict.entries, verdict.unsealed.entries) == (3, 6, 0)


def test_where_nothing_was_done_nothing_is_sealed(own_world: World) -> None:
    assert seal_some(own_world.desk, Horizon()) == 0
    sealed_runs(own_world, 1)
    assert seal_some(own_world.desk, Horizon()) == 0
    assert len(seals(own_world)) == 1


def test_what_was_never_sealed_is_worked_off_in_portions(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 4)
    monkeypatch.setattr(verifying, "ENTRIES", 5)
    record(own_world, 10)
    horizon = Horizon()
    assert [seal_some(own_world.desk, horizon) for _ in range(4)] == [4, 4, 2, 0]
    assert verify(own_world.store).is_whole


def test_the_tail_that_is_not_sealed_yet_is_told_with_its_age(own_world: World) -> None:
    sealed_runs(own_world, 2)
    record(own_world, 3)
    own_world.clock.advance(minutes=5)
    waiting = verify(own_world.store).unsealed
    assert waiting.entries == 3
    assert waiting.seconds(own_world.clock.now()) == pytest.approx(302, abs=0.1)


@pytest.fixture
def two_transactions(on_postgresql: World) -> Iterator[tuple[Connection, Connection]]:
    engine = on_postgresql.store.engine
    with engine.connect() as slow, engine.connect() as quick:
        yield slow, quick


ENTRY = text(
    "INSERT INTO audit_entries (at, actor, act, subject, detail) VALUES (now(), 'person', 'test.done', 'x', '{}')"
    " RETURNING id"
)


def test_an_entry_that_is_committed_late_is_waited_for(
    on_postgresql: World, two_transactions: tuple[Connection, Connection]
) -> None:
    slow, quick = two_transactions
    horizon = Horizon()
    sealed_runs(on_postgresql, 1)
    late = slow.scalar(ENTRY)
    early = quick.scalar(ENTRY)
    assert late is not None
    assert early is not None
    assert late < early
    quick.commit()
    for _ in range(3):
        assert seal_some(on_postgresql.desk, horizon) == 0
    slow.commit()
    assert seal(on_postgresql, horizon) == 2
    assert verify(on_postgresql.store).is_whole


def test_a_number_that_is_drawn_and_not_yet_written_is_waited_for(
    on_postgresql: World, two_transactions: tuple[Connection, Connection]
) -> None:
    """As when the process is stopped between drawing the id and writing the row: no snapshot knows of it."""
    slow, quick = two_transactions
    slow.execute(text("LOCK TABLE audit_entries IN ROW EXCLUSIVE MODE"))  # what an INSERT begins with
    late = slow.scalar(text("SELECT nextval('audit_entries_id_seq')"))
    quick.execute(ENTRY)
    quick.commit()
    horizon = Horizon()
    for _ in range(3):
        assert seal_some(on_postgresql.desk, horizon) == 0
    slow.execute(
        text(
            "INSERT INTO audit_entries (id, at, actor, act, subject, detail)"
            " VALUES (:id, now(), 'person', 'test.done', 'x', '{}')"
        ),
        {"id": late},
    )
    slow.commit()
    assert seal(on_postgresql, horizon) == 2
    assert verify(on_postgresql.store).is_whole


def test_who_begins_later_keeps_nothing_waiting(
    on_postgresql: World, two_transactions: tuple[Connection, Connection]
) -> None:
    """Somebody always writes on a busy desk: only those are waited for who wrote at the first look."""
    one, another = two_transactions
    horizon = Horizon()
    one.execute(ENTRY)
    assert seal_some(on_postgresql.desk, horizon) == 0
    another.execute(ENTRY)
    one.commit()
    assert seal_some(on_postgresql.desk, horizon) == 0  # seen only now: the look before saw nothing to seal
    one.execute(ENTRY)
    another.commit()
    assert seal(on_postgresql, horizon) == 1  # though somebody writes now
    one.commit()
    assert seal(on_postgresql, horizon) == 2
    assert verify(on_postgresql.store).is_whole


def test_a_transaction_that_is_taken_back_leaves_a_gap_and_no_doubt(
    on_postgresql: World, two_transactions: tuple[Connection, Connection]
) -> None:
    slow, quick = two_transactions
    slow.execute(ENTRY)
    quick.execute(ENTRY)
    quick.commit()
    slow.rollback()
    assert seal(on_postgresql) == 1
    assert verify(on_postgresql.store).is_whole


def test_two_clocks_make_one_chain(own_world: World) -> None:
    """Four clocks, each with engine and horizon of its own, beside somebody who goes on writing."""
    begin = threading.Barrier(5)
    written = threading.Event()
    wrong: list[Exception] = []

    def clock() -> None:
        address = own_world.store.engine.url.render_as_string(hide_password=False)
        engine = make_engine(address)
        desk = Desk(Store(engine), own_world.clock, own_world.search, own_world.dialogue, own_world.desk.rules)
        horizon = Horizon()
        begin.wait()
        try:
            while not written.is_set() or seal_some(desk, horizon):
                seal_some(desk, horizon)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is to tell it
            wrong.append(error)
        finally:
            engine.dispose()

    clocks = [threading.Thread(target=clock) for _ in range(4)]
    for each in clocks:
        each.start()
    begin.wait()
    record(own_world, 40)
    written.set()
    for each in clocks:
        each.join()
    seal(own_world)
    assert wrong == []
    verdict = verify(own_world.store)
    assert verdict.is_whole
    assert (verdict.entries, verdict.unsealed.entries) == (40, 0)
    assert [one.number for one in seals(own_world)] == list(range(1, verdict.seals + 1))


REFUSED = {
    "changes an entry": "UPDATE audit_entries SET subject = 'y'",
    "takes an entry away": "DELETE FROM audit_entries WHERE id = 2",
    "changes a seal": "UPDATE audit_seals SET hash = previous",
    "takes a seal away": "DELETE FROM audit_seals",
    "takes entries away": "TRUNCATE audit_entries",
    "takes seals away": "TRUNCATE audit_seals",
    "puts another in an entry's place": (
        "REPLACE INTO audit_entries (id, at, actor, act, subject, detail)"
        " SELECT id, at, actor, act, 'y', detail FROM audit_entries"
    ),
    "puts another in a seal's place": "REPLACE INTO audit_seals SELECT * FROM audit_seals",
    "writes over an entry that is there": (
        "INSERT INTO audit_entries (id, at, actor, act, subject, detail)"
        " SELECT id, at, actor, act, 'y', detail FROM audit_entries WHERE true"
        " ON CONFLICT (id) DO UPDATE SET subject = 'y'"
    ),
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_itself_refuses_what(own_world: World, statement: str) -> None:
    sealed_runs(own_world, 2)
    only_of = {"TRUNCATE": "postgresql", "REPLACE": "sqlite"}.get(statement.split()[0])
    if only_of not in (None, own_world.store.engine.dialect.name):
        pytest.skip(f"no statement of {own_world.store.engine.dialect.name}")
    with pytest.raises(DBAPIError, match="only ever added"), own_world.store.engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(own_world.store).is_whole


def test_a_row_with_an_odd_number_keeps_no_other_out(own_world: World) -> None:
    sealed_runs(own_world, 1)
    with own_world.store.engine.begin() as connection:
        for odd in (-1, 0):
            slipped = "INSERT INTO audit_entries (id, at, actor, act, subject, detail)"
            connection.execute(
                text(f"{slipped} SELECT {odd}, at, actor, act, subject, detail FROM audit_entries WHERE id = 1")
            )
    sealed_runs(own_world, 1)
    assert broken(own_world) == [("entry_added", 1, -1), ("entry_added", 1, 0)]


def test_an_act_that_is_taken_back_leaves_no_entry(own_world: World) -> None:
    def act() -> None:
        with own_world.store.writing() as session:
            record_act(session, actor="person", act="test.done", subject="x", at=own_world.clock.now())
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        act()
    with own_world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
