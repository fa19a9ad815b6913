"""Receipts and recalls on SQLite and PostgreSQL alike: codes of old answers, locks between clocks, quotes in JSON."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update

from clock.due import send_corrections
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Message
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.receipts import codes, service
from desk.receipts.model import Receipt
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.console_fixtures import only_case
from tests.curator_fixtures import named
from tests.desk_fixtures import (
    CONTENT,
    NOON,
    World,
    shipped_records,
)
from tests.recall_fixtures import ENTRY, is_corrected, planned, started, state_of, told, was_told

PASSWORD = "a password of tests"
OURS = ("receipt", "recall", "ix_enquiries_entry", "any_hour")


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with guidance, the shipped units, an officer and a curator."""
    with own_world.store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        for name, role in (("minh", Role.OFFICER), ("hoa", Role.CURATOR)):
            people.add_officer(session, username=name, name=name, role=role, password=PASSWORD, by="operator", at=NOON)
    return own_world


@pytest.mark.thorough
def test_old_answers_get_a_code_by_the_migration_and_the_schema_agrees(anywhere: World) -> None:
    store = anywhere.store
    for address in ("100", "101"):
        was_told(anywhere, anywhere.chatter(address))
    downgrade(store.engine, "0013")
    migrate(store.engine)
    assert [found for found in differences(store.engine) if any(name in str(found) for name in OURS)] == []
    with store.writing() as session:
        # What was kept meanwhile holds no code; the answers of before have one each, and are put together again.
        session.execute(update(Message).values(content=None))
        found = session.scalars(select(Receipt).order_by(Receipt.code)).all()
        assert {one.enquiry_id for one in found} == set(session.scalars(select(Enquiry.id)))
        given = [service.for_staff(anywhere.desk, session, codes.grouped(one.code)) for one in found]
    assert [(one.entry, one.as_shown) for one in given] == [(ENTRY, False)] * 2
    assert all("Nguyên văn dossier_import: nộp ở chi cục." in {b.text for b in one.blocks} for one in given)


def test_clocks_at_the_same_moment_tell_nobody_twice_and_quotes_are_found(anywhere: World) -> None:
    for number in range(6):
        was_told(anywhere, anywhere.chatter(f"{100 + number}"))
    lan = anywhere.chatter("200")
    lan.writes("Câu hỏi mà bàn chưa có hướng dẫn?")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    with anywhere.store.writing() as session:
        case, minh = only_case(session), named(session, "minh")
        officer_desk.claim(anywhere.desk, session, case, minh)
        text = "Nguyên văn dossier_import: nộp ở chi cục."
        officer_desk.reply(anywhere.desk, session, case, minh, text, quoted=[(ENTRY, 1)])
    is_corrected(anywhere)
    recall = planned(anywhere)
    started(anywhere, recall)
    clocks = [threading.Thread(target=send_corrections, args=(anywhere.desk,)) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(20)
    assert sorted(told(anywhere)) == [*(str(100 + number) for number in range(6)), "200"]
    assert state_of(anywhere, recall) == "finished"
