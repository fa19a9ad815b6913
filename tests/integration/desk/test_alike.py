"""Which cases are suggested as the same question, which never again, and what is shown of others' answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.cases import permissions
from desk.cases.alike import search as alike
from desk.cases.alike.rules import AlikeRules
from desk.cases.model import CasesApart
from tests.alike_fixtures import (
    answers,
    case_of,
    claims,
    move_to_region,
    officer,
    officer_id,
    officer_of_region,
    open_case,
    outages,
)
from tests.desk_fixtures import CONTENT, World


def suggested(world: World, case_id: int, username: str = "minh") -> list[int]:
    return [one.id for one in alike.find(world.desk, case_id, officer_id(world, username), "vi").cases]


def test_open_cases_that_ask_the_same_are_suggested_the_others_are_not(world: World) -> None:
    first, second, third = outages(world, "101", "102", "103")
    elsewhere = open_case(world, "104", "nhập hoa lan rừng cần gì")
    assert suggested(world, first) == [third, second]
    assert suggested(world, elsewhere) == []


def test_what_is_answered_already_is_not_among_those_that_a_reply_could_settle(world: World) -> None:
    first, second = outages(world, "101", "102")
    answers(world, second, "Hệ thống đã hoạt động lại.")
    assert suggested(world, first) == []


def test_an_officer_is_suggested_only_cases_of_their_own_units(world: World) -> None:
    first, second, third = outages(world, "101", "102", "103")
    officer_of_region(world)
    move_to_region(world, first)
    move_to_region(world, second)
    assert suggested(world, first, "dung") == [second]
    assert suggested(world, first, "minh") == [third, second]


def test_who_holds_a_suggested_case_is_told(world: World) -> None:
    first, second, third = outages(world, "101", "102", "103")
    claims(world, second, "binh")
    claims(world, third, "minh")
    found = alike.find(world.desk, first, officer_id(world), "vi").cases
    assert [(one.id, one.holder, one.free) for one in found] == [(third, "Minh", True), (second, "Binh", False)]


def test_at_most_so_many_are_shown(world: World) -> None:
    first, *others = outages(world, "101", "102", "103", "104", "105")
    assert suggested(world, first) == list(reversed(others))[: world.desk.rules.alike.shown]


def test_an_old_open_case_of_another_topic_is_not_compared(world: World) -> None:
    (old,) = outages(world, "101")
    world.clock.advance(days=31)
    (new,) = outages(world, "102")
    assert suggested(world, new) == []
    with world.store.writing() as session:
        for case_id in (old, new):
            case_of(session, case_id).topic = "declaration"
    assert suggested(world, new) == [old]


def test_a_wrong_suggestion_is_taken_out_for_both_and_for_everybody(world: World) -> None:
    first, second, third = outages(world, "101", "102", "103")
    for _ in range(2):
        with world.store.writing() as session:
            alike.take_apart(
                session, case_of(session, third), case_of(session, first), officer(session), world.clock.now()
            )
    assert suggested(world, first, "binh") == [second]
    assert suggested(world, third, "binh") == [second]
    with world.store.reading() as session:
        row = session.scalars(select(CasesApart)).one()
        assert (row.first_id, row.second_id) == (first, third)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "case.taken_apart")).all()
        assert [(entry.actor, entry.detail) for entry in entries] == [("officer:minh", {"from": "2026-00001"})]


def test_only_who_works_on_a_case_takes_others_out(world: World) -> None:
    first, second = outages(world, "101", "102")
    officer_of_region(world)
    with world.store.writing() as session, pytest.raises(permissions.CaseRefused, match="not_your_unit"):
        alike.take_apart(
            session, case_of(session, first), case_of(session, second), officer(session, "dung"), world.clock.now()
        )
    with world.store.writing() as session, pytest.raises(permissions.CaseRefused, match="same_case"):
        alike.take_apart(session, case_of(session, first), case_of(session, first), officer(session), world.clock.now())


def test_answers_of_any_unit_are_shown_without_what_tells_the_enterprise(world: World) -> None:
    world.search.finds_alike("hệ thống treo")
    answered = open_case(world, "101", "hệ thống treo, mst 0101234567, gọi lan@abc.vn hoặc 0912 345 678")
    answers(world, answered, "Tờ khai 105123456789 truyền lại sau 15 giờ.")
    move_to_region(world, answered)
    asked = open_case(world, "102", "hệ thống treo thì làm sao")
    (one,) = alike.find(world.desk, asked, officer_id(world), "vi").answers
    assert (one.case_id, one.unit) == (answered, "Khu vực 90")
    assert one.question == "hệ thống treo, mst [số], gọi [thư điện tử] hoặc [số]"
    assert one.answer == "Tờ khai [số] truyền lại sau 15 giờ."


def test_the_last_reply_of_a_case_is_its_answer_and_an_old_one_is_none(world: World) -> None:
    answered, asked = outages(world, "101", "102")
    answers(world, answered, "Sai", resolve=False)
    answers(world, answered, "Đúng")
    assert [one.answer for one in alike.find(world.desk, asked, None, "vi").answers] == ["Đúng"]
    world.clock.advance(days=366)
    assert alike.find(world.desk, asked, None, "vi").answers == ()


def test_when_the_search_is_down_that_is_told_and_nothing_else(world: World) -> None:
    first, _ = outages(world, "101", "102")
    world.search.fails = True
    assert alike.find(world.desk, first, officer_id(world), "vi") == alike.Alike(failed=True)


def test_forgotten_cases_are_not_compared(world: World) -> None:
    first, second = outages(world, "101", "102")
    with world.store.writing() as session:
        case_of(session, second).question = ""
    assert suggested(world, first) == []


def test_details_are_compared_with_the_question(world: World) -> None:
    (first,) = outages(world, "101")
    second = open_case(world, "102", "cho tôi gặp cán bộ")
    with world.store.writing() as session:
        case_of(session, second).details = "hệ thống treo cả ngày"
    assert suggested(world, first) == [second]


def test_the_rules_that_ship_can_be_read() -> None:
    rules = AlikeRules.read(CONTENT / "cases_alike.yml")
    assert 0 < rules.threshold < 1
    assert rules.shown <= rules.compared


@pytest.mark.parametrize("wrong", ["threshold: 1.5", "shown: 0", "unknown: 3"])
def test_rules_out_of_bounds_are_refused(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "cases_alike.yml"
    name = wrong.split(":")[0]
    lines = [
        line
        for line in (CONTENT / "cases_alike.yml").read_text(encoding="utf-8").splitlines()
        if not line.startswith(f"{name}:")
    ]
    path.write_text("\n".join([*lines, wrong]), encoding="utf-8")
    with pytest.raises((TypeError, ValueError)):
        AlikeRules.read(path)
