"""How the database finds what a message needs: by an index, however many conversations there were before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from desk.conversations import exchange as exchanging
from desk.conversations import inbox
from desk.conversations.incoming import Kind
from desk.deliveries import claiming, in_hand
from desk.deliveries.in_hand import Hand
from tests.desk_fixtures import Chatter, World

#: What gets rows with every conversation; the others hold what the authority has of units, officers and guidance.
GROWING = {
    *("persons", "chats", "conversations", "messages", "buttons", "inbox_updates", "deliveries", "enquiries"),
    *("turn_acts", "receipts", "attachments", "cases", "case_entries", "case_words", "case_holds", "rating_requests"),
    *("ratings", "rating_reviews", "questionnaire_invitations", "questionnaire_responses", "questionnaire_answers"),
    *("enterprises", "memberships", "subscriptions", "gap_questions", "letters", "audit_entries", "flood_minutes"),
}

Told = list[tuple[str, Any]]


@contextmanager
def _noted(engine: Engine) -> Iterator[Told]:
    """Every statement that looks for rows and is run meanwhile, with its parameters."""
    told: Told = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not statement.startswith(("INSERT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            told.append((statement, parameters[0] if many else parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _gone_through(engine: Engine, told: Told) -> list[str]:
    """The statements that go through all rows of a table that grows, and how SQLite goes about each."""
    found = []
    with engine.connect() as connection:
        for statement, parameters in {statement: (statement, parameters) for statement, parameters in told}.values():
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            names = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN|,) (\w+) AS (\w+)", statement)}
            whole = [step for step in steps if step.startswith("SCAN ")]
            if {names.get(step.split()[1], step.split()[1]) for step in whole} & GROWING:
                found.append(f"{statement}\n{steps}")
    return found


def _exchanged(world: World, who: Chatter, kind: Kind, **parts: Any) -> list[str]:
    """Work on one update and carry what the desk said to it; returns what went through a whole table."""
    update_id, incoming = who.update(kind, **parts)
    engine, now = world.store.engine, world.clock.now()
    with _noted(engine) as told:
        exchanging.exchange(world.desk, update_id, incoming)
        with world.store.writing() as session:
            assert inbox.claim_next(session, who.channel, now) is None
        while True:
            with world.store.writing() as session:
                delivery = claiming.claim_next(session, who.channel, now)
                if delivery is None:
                    break
                hand = Hand.of(delivery)
                assert in_hand.begin_piece(session, hand, now)
                in_hand.piece_sent(session, hand, "1", now, is_last=True)
    assert told
    return _gone_through(engine, told)


@pytest.fixture
def asked(world: World, lan: Chatter) -> Chatter:
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ hải quan nhập khẩu gồm gì")
    return lan


def test_a_question_is_answered_without_going_through_what_others_wrote(world: World, asked: Chatter) -> None:
    assert _exchanged(world, asked, Kind.TEXT, text="hồ sơ nhập khẩu nữa") == []


def test_a_question_that_goes_to_an_officer_likewise(world: World, asked: Chatter) -> None:
    assert _exchanged(world, asked, Kind.TEXT, text="nhập khẩu hoa lan rừng thì cần gì") == []
    assert _exchanged(world, asked, Kind.BUTTON, button=asked.button("ask_officer").id) == []
    assert _exchanged(world, asked, Kind.BUTTON, button=asked.button("send_as_is").id) == []
    assert _exchanged(world, asked, Kind.TEXT, text="xin bổ sung: hàng đi đường biển") == []


@pytest.mark.parametrize("act", ["helpful", "not_helpful"])
def test_a_tap_under_an_answer_likewise(world: World, asked: Chatter, act: str) -> None:
    assert _exchanged(world, asked, Kind.BUTTON, button=asked.button(act).id) == []


@pytest.mark.parametrize("command", ["start", "help", "status", "rate"])
def test_a_command_likewise(world: World, asked: Chatter, command: str) -> None:
    assert _exchanged(world, asked, Kind.COMMAND, command=command) == []
