"""Whoever can write the database tampers with the audit, in every way we could think of, and is found out."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Connection, select, text

from desk.audit import chain, verdict, verifying
from desk.audit.chain import Anchor
from desk.audit.checks import Checker, Part, kept
from desk.audit.model import AuditEntry, AuditSeal
from desk.audit.sealing import end_of_chain
from desk.audit.verdict import Broken, Finding
from desk.audit.verifying import Interrupted, verify
from desk.store import Base
from desk.system import audit_state
from tests.audit_fixtures import broken, found, past_the_triggers, record, seal, sealed_runs
from tests.desk_fixtures import World

#: Of each column of an entry, what somebody might put there.
CHANGES = {
    "at": "'2026-11-23 05:00:00.000001+00:00'",
    "actor": "'officer:minh'",
    "act": "'setting.reset'",
    "subject": "'answer'",
    "detail": """'{"from": 0.2}'""",
}


@pytest.fixture
def world(own_world: World) -> World:
    """Five entries under three seals."""
    sealed_runs(own_world, 2, 2, 1)
    assert broken(own_world) == []
    return own_world


def anchor(world: World) -> Anchor:
    with world.store.reading() as session:
        end = end_of_chain(session)
    return Anchor(end.number, end.hash)


def run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


def test_every_column_of_an_entry_is_among_those_that_are_tried() -> None:
    assert {*CHANGES, "id"} == {column.name for column in Base.metadata.tables["audit_entries"].columns}


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_one_column_of_one_entry_is_found(world: World, column: str) -> None:
    value = CHANGES[column].replace("+00:00", "" if world.store.engine.dialect.name == "sqlite" else "+00:00")
    with past_the_triggers(world.store) as connection:
        run(connection, f"UPDATE audit_entries SET {column} = {value} WHERE id = 3")
    assert broken(world) == [("entry_changed", 2, 3)]


def test_a_microsecond_is_a_change(world: World) -> None:
    with world.store.reading() as session:
        at = session.get_one(AuditEntry, 3).at + dt.timedelta(microseconds=1)
    with past_the_triggers(world.store) as connection:
        connection.execute(Base.metadata.tables["audit_entries"].update().where(text("id = 3")).values(at=at))
    assert broken(world) == [("entry_changed", 2, 3)]


def test_an_entry_with_another_number_is_one_missing_and_one_too_many(world: World) -> None:
    with past_the_triggers(world.store) as connection:
        run(connection, "UPDATE audit_entries SET id = -7 WHERE id = 3")
    assert broken(world) == [("entry_added", 1, -7), ("entry_missing", 2, 3)]


@pytest.mark.parametrize(("id_", "seal_"), [(1, 1), (4, 2), (5, 3)])
def test_an_entry_that_was_deleted_is_found(world: World, id_: int, seal_: int) -> None:
    with past_the_triggers(world.store) as connection:
        run(connection, f"DELETE FROM audit_entries WHERE id = {id_}")
    assert broken(world) == [("entry_missing", seal_, id_)]


def test_an_entry_that_was_slipped_in_is_found_even_where_the_database_lets_entries_be_added(own_world: World) -> None:
    record(own_world, 1)
    taken = own_world.store.engine.connect()
    if own_world.store.engine.dialect.name == "postgresql":  # a number that a transaction drew and gave back
        run(taken, "SELECT nextval('audit_entries_id_seq')")
    taken.close()
    slipped = 2 if own_world.store.engine.dialect.name == "postgresql" else 0
    record(own_world, 1)
    seal(own_world)
    copied = "INSERT INTO audit_entries (id, at, actor, act, subject, detail)"
    with own_world.store.engine.begin() as connection:
        run(connection, f"{copied} SELECT {slipped}, at, actor, act, 'answer', detail FROM audit_entries WHERE id = 1")
    assert broken(own_world) == [("entry_added", 1, slipped)]


def test_two_entries_that_changed_places_are_both_found(world: World) -> None:
    with past_the_triggers(world.store) as connection:
        for before, after in ((3, 99), (4, 3), (99, 4)):
            run(connection, f"UPDATE audit_entries SET id = {after} WHERE id = {before}")
    assert broken(world) == [("entry_changed", 2, 3), ("entry_changed", 2, 4)]


@pytest.mark.parametrize(
    "change",
    [
        "form = 2",
        "first_id = 1",
        "last_id = 2000000000",
        "entries = 1",
        "sealed_at = (SELECT sealed_at FROM audit_seals WHERE number = 1)",
        "digests = replace(digests, '3 ', '2 ')",
        "digests = ''",
        "previous = hash",
        "hash = previous",
    ],
)
def test_a_change_of_one_column_of_a_seal_is_found(world: World, change: str) -> None:
    if change.startswith("sealed_at"):
        world.clock.advance(minutes=1)
    with past_the_triggers(world.store) as connection:
        run(connection, f"UPDATE audit_seals SET {change} WHERE number = 2")
    assert broken(world) == [("seal_changed", 2, None)]


def test_every_column_of_a_seal_counts(world: World) -> None:
    with world.store.reading() as session:
        kept_seal = session.get_one(AuditSeal, 2)
        for column in Base.metadata.tables["audit_seals"].columns:
            value = getattr(kept_seal, column.name)
            setattr(
                kept_seal, column.name, value + dt.timedelta(seconds=1) if column.name == "sealed_at" else value * 2
            )
            assert not chain.is_itself(kept_seal), column.name
            setattr(kept_seal, column.name, value)
            assert chain.is_itself(kept_seal)


@pytest.mark.parametrize(
    ("which", "told", "words"),
    [
        ("number = 2", (Broken.SEAL_MISSING, 2, 2), "Seal 2 was deleted."),
        ("number IN (1, 2)", (Broken.SEAL_MISSING, 1, 2), "Seals 1 to 2 were deleted."),
    ],
)
def test_seals_that_were_deleted_are_found(world: World, which: str, told: tuple[Broken, int, int], words: str) -> None:
    with past_the_triggers(world.store) as connection:
        run(connection, f"DELETE FROM audit_seals WHERE {which}")
    [finding] = verify(world.store).findings
    assert (finding.broken, finding.seal, finding.last) == told
    assert finding.in_words(world.desk.texts, "en") == words


def test_a_seal_that_was_made_anew_no_longer_fits_the_next_one(world: World) -> None:
    """An entry is changed, and its seal with it, by somebody who knows how hashes are made."""
    with world.store.reading() as session:
        forged = session.get_one(AuditSeal, 2)
        forged.digests = "3 " + "a" * 64 + "\n" + forged.digests.splitlines()[1] + "\n"
        values = {"digests": forged.digests, "hash": chain.hash_of(forged)}
    with past_the_triggers(world.store) as connection:
        connection.execute(Base.metadata.tables["audit_seals"].update().where(text("number = 2")).values(values))
    assert ("seal_unlinked", 3, None) in broken(world)


def test_a_chain_that_was_cut_at_its_end_and_goes_on_is_whole_but_for_an_anchor(world: World) -> None:
    kept_elsewhere = anchor(world)
    with past_the_triggers(world.store) as connection:
        run(connection, "DELETE FROM audit_seals WHERE number = 3")
        run(connection, "DELETE FROM audit_entries WHERE id = 5")
    assert broken(world) == []
    assert found(verify(world.store, anchors=[kept_elsewhere])) == [("cut", 3, None)]
    record(world, 2)
    seal(world)
    assert broken(world) == []
    assert found(verify(world.store, anchors=[kept_elsewhere])) == [("other_chain", 3, None)]


def test_anchors_that_hold_are_no_findings(world: World) -> None:
    anchors = [anchor(world)]
    sealed_runs(world, 1)
    anchors.append(anchor(world))
    assert verify(world.store, anchors=anchors).is_whole


def test_each_broken_place_is_told_and_no_more_are_named_than_one_can_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict, "NAMED", 2)
    monkeypatch.setattr(verifying, "SEALS", 1)
    with past_the_triggers(world.store) as connection:
        run(connection, "UPDATE audit_entries SET subject = 'answer' WHERE id IN (1, 3, 5)")
        run(connection, "DELETE FROM audit_entries WHERE id = 4")
    told = verify(world.store)
    assert found(told) == [("entry_changed", 1, 1), ("entry_changed", 2, 3)]
    assert told.broken == 4


@pytest.mark.parametrize(
    ("on", "how"),
    [
        ("postgresql", "DROP TRIGGER audit_seals_only_grows ON audit_seals"),
        ("postgresql", "ALTER TABLE audit_seals DISABLE TRIGGER audit_seals_only_grows"),
        ("postgresql", "ALTER TABLE audit_seals ENABLE REPLICA TRIGGER audit_seals_only_grows"),
        ("sqlite", "DROP TRIGGER audit_seals_no_update"),
    ],
)
def test_a_trigger_that_was_taken_away_is_told(world: World, on: str, how: str) -> None:
    if world.store.engine.dialect.name != on:
        pytest.skip(f"no statement of {world.store.engine.dialect.name}")
    with world.store.engine.begin() as connection:
        run(connection, how)
    name = "audit_seals_no_update" if on == "sqlite" else "audit_seals_only_grows"
    assert verify(world.store).findings == [Finding(Broken.UNGUARDED, name=name)]


@pytest.mark.parametrize(
    "content", ["at = 'yesterday'", "detail = '{'", "actor = x'ff00'", "actor = CAST(x'ff' AS TEXT)"]
)
def test_what_sqlite_lets_stand_in_a_column_and_nobody_can_read_is_told(world: World, content: str) -> None:
    if world.store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets nothing stand in a column that is none of its kind")
    with past_the_triggers(world.store) as connection:
        run(connection, f"UPDATE audit_entries SET {content} WHERE id = 4")
        run(connection, "UPDATE audit_seals SET sealed_at = 'yesterday', entries = 'many' WHERE number = 3")
    assert broken(world) == [("entry_unreadable", 2, 4), ("seal_changed", 3, None)]


def test_an_entry_that_cannot_be_read_keeps_no_other_from_being_sealed(world: World) -> None:
    if world.store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets nothing stand in a column that is none of its kind")
    record(world, 3)
    with past_the_triggers(world.store) as connection:
        run(connection, "UPDATE audit_entries SET detail = '{' WHERE id = 7")
    assert seal(world) == 3
    assert broken(world) == [("entry_unreadable", 4, 7)]


# What the clock does by itself.


def test_the_clock_checks_the_newest_part_each_minute_and_all_of_it_daily(world: World) -> None:
    asked: list[str] = []
    checker, another = Checker(world.desk), Checker(world.desk)

    def go_on() -> bool:
        asked.append("portion")
        return True

    checker.check_due(go_on)
    first = state_of(world)
    assert {part: (check.seals, check.entries, check.broken) for part, check in first.items()} == {
        Part.NEWEST: (3, 5, 0),
        Part.WHOLE: (3, 5, 0),
    }
    asked.clear()
    another.check_due(go_on)
    assert asked == []  # another clock made both a moment ago
    world.clock.advance(minutes=1)
    another.check_due(go_on)
    assert state_of(world)[Part.NEWEST].checked_at == world.clock.now()
    assert state_of(world)[Part.WHOLE].checked_at == first[Part.WHOLE].checked_at
    world.clock.advance(minutes=24 * 60)
    checker.check_due(go_on)
    assert state_of(world)[Part.WHOLE].checked_at == world.clock.now()


def test_a_check_that_was_broken_off_is_made_again(world: World) -> None:
    checker = Checker(world.desk)
    with pytest.raises(Interrupted):
        checker.check_due(lambda: False)
    assert state_of(world) == {}
    world.clock.advance(minutes=30)
    checker.check_due(lambda: True)
    assert set(state_of(world)) == {Part.NEWEST, Part.WHOLE}


def test_the_newest_part_begins_where_the_older_one_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify(world.store, newest=2).seals == 2
    with past_the_triggers(world.store) as connection:
        run(connection, "UPDATE audit_entries SET subject = 'answer' WHERE id IN (1, 4)")
    assert found(verify(world.store, newest=1)) == []
    assert found(verify(world.store, newest=2)) == [("entry_changed", 2, 4)]
    with past_the_triggers(world.store) as connection:
        run(connection, "DELETE FROM audit_seals WHERE number = 1")
    assert found(verify(world.store, newest=2)) == [("seal_missing", 1, None), ("entry_changed", 2, 4)]


def test_what_is_broken_is_kept_for_the_alarm_and_said_to_administrators(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with past_the_triggers(world.store) as connection:
        run(connection, "UPDATE audit_entries SET subject = 'answer' WHERE id = 3")
    Checker(world.desk).check_due(lambda: True)
    assert "the audit is broken in 1 places; the first: Entry 3 was changed" in caplog.text
    with world.store.reading() as session:
        state = audit_state.of(session)
    assert (state.broken, state.finding) == (1, Finding(Broken.ENTRY_CHANGED, seal=2, entry=3))
    [warning] = audit_state.warnings(world.desk, state, "vi")
    assert "Mục nhật ký số 3 đã bị sửa" in warning


def test_a_clock_remembers_the_end_of_the_chain_that_somebody_cuts_off(world: World) -> None:
    checker = Checker(world.desk)
    checker.check_due(lambda: True)
    with past_the_triggers(world.store) as connection:
        run(connection, "DELETE FROM audit_seals WHERE number = 3")
        run(connection, "DELETE FROM audit_entries WHERE id = 5")
        run(connection, "DELETE FROM audit_checks")
    world.clock.advance(minutes=2)
    checker.check_due(lambda: True)
    assert state_of(world)[Part.NEWEST].finding == {"broken": "cut", "seal": 3}


def test_a_clock_that_was_started_anew_knows_the_end_from_the_checks(world: World) -> None:
    Checker(world.desk).check_due(lambda: True)
    with past_the_triggers(world.store) as connection:
        run(connection, "DELETE FROM audit_seals WHERE number = 3")
        run(connection, "DELETE FROM audit_entries WHERE id = 5")
    for minutes in (2, 30):  # and what was found stays found
        world.clock.advance(minutes=minutes)
        Checker(world.desk).check_due(lambda: True)
        assert state_of(world)[Part.NEWEST].finding == {"broken": "cut", "seal": 3}


def state_of(world: World) -> dict[Part, object]:
    with world.store.reading() as session:
        return dict(kept(session))


def test_what_waits_too_long_to_be_sealed_is_told(world: World) -> None:
    record(world, 1)
    world.clock.advance(minutes=3)
    with world.store.reading() as session:
        state = audit_state.of(session)
        assert session.scalar(select(AuditSeal.number).order_by(AuditSeal.number.desc()).limit(1)) == 3
    assert audit_state.warnings(world.desk, state, "en") == [
        "The audit has not been sealed since 12:00 on 23 November 2026. See AuditUnsealed in docs/runbook.md."
    ]
