"""Answers that contradict each other: said once, told to headquarters, settled once, and told to both units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.cases import permissions
from desk.cases.alike import contradictions
from desk.cases.alike.contradictions import SetBeside
from desk.people import telegram_link
from desk.people.model import Role
from tests.alike_fixtures import (
    answers,
    appoint_head,
    case_of,
    move_to_region,
    officer,
    officer_of_region,
    outages,
)
from tests.desk_fixtures import Chatter, World

NOTE = "Hồ sơ kia cho phép nộp giấy, hồ sơ này không."
RULING = "Được nộp hồ sơ giấy khi hệ thống dừng."


@pytest.fixture
def pair(world: World) -> tuple[int, int]:
    """A case and another of a region that was answered."""
    first, second = outages(world, "101", "102")
    answers(world, second, "Bạn nộp hồ sơ giấy, gọi 0912 345 678.")
    move_to_region(world, second)
    return first, second


def say(world: World, pair: tuple[int, int], note: str = NOTE, username: str = "minh") -> int:
    with world.store.writing() as session:
        first, second = (case_of(session, id_) for id_ in pair)
        return contradictions.say(world.desk, session, first, second, officer(session, username), note).id


def settle(world: World, contradiction: int, username: str, ruling: str = RULING) -> None:
    with world.store.writing() as session:
        contradictions.settle(world.desk, session, contradiction, officer(session, username), ruling)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(permissions.CaseRefused) as refusal:
        act()
    return refusal.value.reason


def of_case(world: World, case_id: int) -> list[SetBeside]:
    with world.store.reading() as session:
        return contradictions.of_case(session, case_of(session, case_id))


def link(world: World, username: str, address: str) -> Chatter:
    with world.store.writing() as session:
        code = telegram_link.make_link_code(session, officer(session, username), by="operator", at=world.clock.now())
    chatter = world.chatter(address)
    chatter.commands("start", code)
    return chatter


def test_headquarters_is_told_and_it_stands_on_both_cases(
    world: World, pair: tuple[int, int], minh: Chatter, binh: Chatter
) -> None:
    officer_of_region(world)
    in_region = link(world, "dung", "777")
    said = say(world, pair)
    for told in (minh.read()[-1].text, binh.read()[-1].text):
        assert told.startswith(world.text("alike.contradiction_said"))
        assert NOTE in told
        assert "2026-00002 (Khu vực 90)" in told
        assert "0912" not in told
    assert NOTE not in in_region.read()[-1].text
    for case_id in pair:
        (found,) = of_case(world, case_id)
        assert (found.contradiction.id, found.said_by, found.settled_by) == (said, "Minh", None)
    with world.store.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.act == "contradiction.said"))
        assert (entry.actor, entry.subject) == ("officer:minh", "2026-00001")
        assert entry.detail == {"contradiction": said, "with": "2026-00002"}


def test_what_is_with_headquarters_already_is_not_said_again(world: World, pair: tuple[int, int]) -> None:
    said = say(world, pair)
    assert refused(lambda: say(world, pair, username="binh")) == "alike.contradiction_known"
    appoint_head(world, "binh")
    settle(world, said, "binh")
    assert say(world, pair) != said


def test_a_note_and_an_answer_are_needed_and_a_case_of_ones_own(world: World, pair: tuple[int, int]) -> None:
    first, second = pair
    assert refused(lambda: say(world, pair, "  ")) == "alike.note_missing"
    assert refused(lambda: say(world, pair, "x" * 2001)) == "alike.note_too_long"
    assert refused(lambda: say(world, (second, first))) == "alike.nothing_to_contradict"
    assert refused(lambda: say(world, (second, second))) == "alike.nothing_to_contradict"
    officer_of_region(world)
    assert refused(lambda: say(world, pair, username="dung")) == "officer.not_your_unit"


def test_the_officers_of_both_units_are_told_of_the_ruling(world: World, pair: tuple[int, int], minh: Chatter) -> None:
    officer_of_region(world)
    in_region = link(world, "dung", "777")
    said = say(world, pair)
    appoint_head(world, "binh")
    settle(world, said, "binh")
    for told in (minh.read()[-1].text, in_region.read()[-1].text):
        assert told.startswith(world.text("alike.contradiction_settled"))
        assert RULING in told
    for case_id in pair:
        (found,) = of_case(world, case_id)
        assert (found.contradiction.ruling, found.settled_by) == (RULING, "Binh")
    with world.store.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "contradiction.settled")).all()
        assert [entry.subject for entry in entries] == ["2026-00001", "2026-00002"]


def test_who_said_it_is_told_of_the_ruling_off_duty_too_and_once(
    world: World, pair: tuple[int, int], minh: Chatter
) -> None:
    said = say(world, pair)
    before = len(minh.read())
    with world.store.writing() as session:
        officer(session, "minh").on_duty = False
    appoint_head(world, "binh")
    settle(world, said, "binh")
    assert len(minh.read()) == before + 1


def test_it_is_settled_once_by_somebody_of_the_department_with_a_ruling(world: World, pair: tuple[int, int]) -> None:
    said = say(world, pair)
    officer_of_region(world, "dung", Role.HEAD)
    assert refused(lambda: settle(world, said, "dung")) == "alike.only_headquarters"
    assert refused(lambda: settle(world, said, "minh")) == "alike.only_headquarters"
    assert refused(lambda: settle(world, said, "hoa", " ")) == "alike.ruling_missing"
    assert refused(lambda: settle(world, said, "hoa", "x" * 2001)) == "alike.note_too_long"
    settle(world, said, "hoa")
    assert refused(lambda: settle(world, said, "hoa")) == "alike.settled_already"
    assert refused(lambda: settle(world, said + 1, "hoa")) == "alike.settled_already"


def test_headquarters_sees_all_and_a_region_its_own(world: World, pair: tuple[int, int]) -> None:
    world.clock.advance(minutes=1)
    first = say(world, pair)
    other, answered = outages(world, "103", "104")
    answers(world, answered, "Chờ đến mai.")
    second = say(world, (other, answered))
    officer_of_region(world, "dung", Role.HEAD)

    def seen(username: str) -> list[int]:
        with world.store.reading() as session:
            return [one.contradiction.id for one in contradictions.seen_by(session, officer(session, username))]

    assert seen("hoa") == [first, second]
    assert seen("dung") == [first]
    world.clock.advance(seconds=dt.timedelta(hours=1).total_seconds())
    settle(world, first, "hoa")
    assert seen("hoa") == [second, first]
