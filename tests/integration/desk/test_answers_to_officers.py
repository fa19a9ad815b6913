"""An officer asks for information: the person's next words are the answer, and nobody talks over an officer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.cases.model import Case, CaseEntry, CaseState
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Conversation
from tests.console_fixtures import officer_named, only_case
from tests.desk_fixtures import Chatter, Said, World

NUMBER = "2026-00001"
QUESTION = "Hàng về cửa khẩu nào?"


@pytest.fixture(autouse=True)
def _a_case_waits(lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("send_as_is")


def does(world: World, act: str, text: str) -> None:
    with world.store.writing() as session:
        case, minh = only_case(session), officer_named(session, "minh")
        officer_desk.claim(world.desk, session, case, minh)
        getattr(officer_desk, act)(world.desk, session, case, minh, text)


def the_case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def last_of_officer(lan: Chatter) -> Said:
    return next(said for said in reversed(lan.read()) if said.author == "officer")


def test_the_question_comes_with_its_heading_and_how_to_answer(world: World, lan: Chatter) -> None:
    does(world, "ask", QUESTION)
    said = last_of_officer(lan)
    assert said.text.split("\n\n") == [
        world.text("case.asked_title", number=NUMBER),
        QUESTION,
        world.text("case.how_to_answer"),
    ]
    assert the_case(world).state is CaseState.NEEDS_INFORMATION


def test_the_next_text_goes_to_the_case_and_the_holder_is_told(world: World, lan: Chatter, minh: Chatter) -> None:
    does(world, "ask", QUESTION)
    (said,) = lan.writes("Cửa khẩu Cha Lo")
    assert said.text == world.text("case.answer_added", number=NUMBER)
    assert (said.acts, said.titles) == (["new_question"], [world.text("case.it_is_new")])
    assert "Cửa khẩu Cha Lo" in minh.read()[-1].text
    case = the_case(world)
    assert (case.state, case.paused_at, case.entries[-1].text) == (CaseState.CLAIMED, None, "Cửa khẩu Cha Lo")


def test_what_comes_after_the_answer_is_asked_about(world: World, lan: Chatter) -> None:
    does(world, "ask", QUESTION)
    lan.writes("Cửa khẩu Cha Lo")
    assert lan.writes("mai hàng về")[-1].text == world.text("case.same_or_new", number=NUMBER)


def test_an_answer_can_be_asked_as_a_new_question_too(world: World, lan: Chatter) -> None:
    does(world, "ask", QUESTION)
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    assert lan.taps("new_question")[-1].entry == "dossier_import"
    with world.store.reading() as session:
        assert session.scalars(select(CaseEntry.text)).all()[-1] == "hồ sơ nhập khẩu gồm gì"


def test_after_a_day_it_is_asked_what_a_text_is_about(world: World, lan: Chatter) -> None:
    does(world, "ask", QUESTION)
    world.clock.advance(hours=23, minutes=59)
    assert lan.writes("Cửa khẩu Cha Lo")[-1].text == world.text("case.answer_added", number=NUMBER)
    does(world, "ask", "Mấy kiện?")
    world.clock.advance(hours=24)
    assert lan.writes("Hai kiện")[-1].text == world.text("case.same_or_new", number=NUMBER)


def test_telegrams_reply_to_the_officer_answers_at_any_time(world: World, lan: Chatter) -> None:
    does(world, "ask", QUESTION)
    world.clock.advance(days=5)
    external = lan.external_id(last_of_officer(lan))
    assert lan.writes("Cửa khẩu Cha Lo", reply_to=external)[-1].text == world.text("case.answer_added", number=NUMBER)


def test_telegrams_reply_to_an_answer_goes_to_its_case(world: World, lan: Chatter) -> None:
    does(world, "reply", "Cần giấy phép CITES.")
    external = lan.external_id(last_of_officer(lan))
    assert lan.writes("xin ở đâu ạ", reply_to=external)[-1].text == world.text("case.answer_added", number=NUMBER)
    assert the_case(world).state is CaseState.CLAIMED


def test_a_reply_to_a_message_of_a_resolved_case_is_a_new_question(world: World, lan: Chatter) -> None:
    does(world, "reply", "Cần giấy phép CITES.")
    external = lan.external_id(last_of_officer(lan))
    with world.store.writing() as session:
        officer_desk.resolve(world.desk, session, only_case(session), officer_named(session, "minh"))
    world.search.finds("dossier_import", about="hồ sơ")
    assert lan.writes("hồ sơ nhập khẩu gồm gì?", reply_to=external)[-1].entry == "dossier_import"


def test_the_stranger_does_not_answer_for_another(world: World, lan: Chatter, an: Chatter) -> None:
    does(world, "ask", QUESTION)
    external = lan.external_id(last_of_officer(lan))
    an.writes("Cửa khẩu Cha Lo", reply_to=external)
    assert the_case(world).state is CaseState.NEEDS_INFORMATION


def test_a_question_to_the_person_ends_the_wait_for_a_comment(world: World, lan: Chatter) -> None:
    does(world, "reply", "Cần giấy phép CITES.")
    with world.store.writing() as session:
        officer_desk.resolve(world.desk, session, only_case(session), officer_named(session, "minh"))
    lan.writes("xuất khẩu gỗ lạ thì sao?")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    lan.taps("rate", "5")
    with world.store.writing() as session:
        second = session.get_one(Case, 2)
        officer_desk.claim(world.desk, session, second, officer_named(session, "minh"))
        officer_desk.ask(world.desk, session, second, officer_named(session, "minh"), "Gỗ gì?")
    assert lan.writes("Gỗ trắc")[-1].text == world.text("case.answer_added", number="2026-00002")


@pytest.mark.parametrize("act", ["reply", "ask"])
def test_after_an_officers_words_it_is_asked_again_what_a_text_is_about(world: World, lan: Chatter, act: str) -> None:
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    lan.taps("new_question")
    assert lan.writes("hồ sơ gồm gì")[-1].entry == "dossier_import"
    does(world, act, "Xin cho biết thêm.")
    with world.store.reading() as session:
        assert session.scalars(select(Conversation.beside_case).join(Case)).all() == [False]
    expected = "case.same_or_new" if act == "reply" else "case.answer_added"
    assert lan.writes("hồ sơ gồm gì")[-1].text == world.text(expected, number=NUMBER)


def test_so_it_is_in_a_conversation_that_began_after_the_case(world: World, lan: Chatter) -> None:
    lan.taps("done")
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    lan.taps("new_question")
    does(world, "reply", "Cần giấy phép CITES.")
    assert lan.writes("hồ sơ gồm gì")[-1].text == world.text("case.same_or_new", number=NUMBER)
