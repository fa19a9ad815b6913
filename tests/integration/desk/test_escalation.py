"""From a question that is not answered to an open case, and what happens to messages while it is open."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from clock.due import end_idle_conversations
from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseEntry
from desk.conversations import exchange
from desk.conversations.routing import Situation
from tests.desk_fixtures import Chatter, World

QUESTION = "nhập khẩu hoa lan rừng thì cần gì"


def the_case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def cases(world: World) -> int:
    with world.store.reading() as session:
        return len(session.scalars(select(Case)).all())


def opened(lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("send_as_is")


def test_two_taps_send_the_question_as_it_is(world: World, lan: Chatter) -> None:
    assert lan.writes(QUESTION)[-1].text == world.text("outcome.unanswerable_not_covered")
    (two_ways,) = lan.taps("ask_officer")
    assert two_ways.acts == ["send_as_is", "add_details"]
    (told,) = lan.taps("send_as_is")
    case = the_case(world)
    assert (case.number, case.question, case.urgency) == ("2026-00001", QUESTION, "not_urgent")
    # 15 working hours: Monday from 13:30, not the free Tuesday 24/11, Wednesday, and Thursday morning.
    assert case.due_at == dt.datetime(2026, 11, 26, 4, 30, tzinfo=dt.UTC)
    opened = world.text("case.opened", number="2026-00001", due="11:30 ngày 26/11/2026")
    link = world.text("case.link", address=f"https://desk.example/case/{case.key}")
    assert told.text == f"{opened}\n\n{link}"


def test_opening_a_case_leaves_its_entry_and_its_audit_entry(world: World, lan: Chatter) -> None:
    opened(lan)
    with world.store.reading() as session:
        assert session.scalars(select(CaseEntry.kind)).all() == ["opened"]
        audit = session.scalars(select(AuditEntry).where(AuditEntry.act == "case.opened")).one()
        assert (audit.actor, audit.subject) == ("person", "2026-00001")


def test_sending_twice_opens_one_case(world: World, lan: Chatter) -> None:
    opened(lan)
    assert "2026-00001" in lan.taps("send_as_is")[-1].text
    assert cases(world) == 1


def test_details_are_asked_one_by_one_and_open_the_case(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    assert lan.taps("add_details")[-1].text == world.text("case.ask_enterprise_name")
    for words, name in (("Công ty Lan", "tax_code"), ("0100109106", "contact"), ("0912345678", "urgency")):
        (asked,) = lan.writes(words)
        assert asked.text == world.text(f"case.ask_{name}")
        assert asked.acts[-3:] == ["form_skip", "form_back", "form_cancel"]
    lan.taps("urgency", world.text("urgency.urgent"))
    assert "2026-00001" in lan.writes("Hoa lan rừng từ Lào")[-1].text
    case = the_case(world)
    assert (case.enterprise_name, case.tax_code, case.contact) == ("Công ty Lan", "0100109106", "0912345678")
    assert (case.question, case.details, case.urgency) == (QUESTION, "Hoa lan rừng từ Lào", "urgent")
    # Four working hours from 13:30 on, over the free Tuesday 24/11.
    assert case.due_at == dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC)


def test_what_is_known_of_a_person_is_not_asked_again(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")
    for words in ("Công ty Lan", "0100109106", "0912345678", "normal", "chi tiết"):
        lan.writes(words)
    lan.writes("một việc khác về xuất khẩu")
    lan.taps("new_question")
    lan.taps("ask_officer")
    assert lan.taps("add_details")[-1].text == world.text("case.ask_urgency")


def test_every_field_can_be_skipped_in_telegram(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")
    for _ in range(5):
        lan.taps("form_skip")
    case = the_case(world)
    assert (case.enterprise_name, case.tax_code, case.contact, case.details) == (None,) * 4


def test_back_asks_the_field_before_again(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")
    lan.writes("Công ty Lam")
    assert lan.taps("form_back")[-1].text == world.text("case.ask_enterprise_name")
    assert lan.writes("Công ty Lan")[-1].text == world.text("case.ask_tax_code")


def test_cancel_leaves_the_form_and_sends_nothing(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")
    assert lan.taps("form_cancel")[-1].text == world.text("case.cancelled")
    assert cases(world) == 0
    world.search.finds("dossier_import")
    assert lan.writes("hồ sơ gồm gì")[-1].entry == "dossier_import"


@pytest.mark.parametrize("act", ["form_skip", "form_back", "form_cancel"])
def test_a_forms_button_after_the_form_says_that_nothing_is_open(world: World, lan: Chatter, act: str) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")
    button = lan.button(act)
    lan.taps("form_cancel")
    assert lan.presses(button.id)[-1].text == world.text("small_talk.nothing_to_cancel")


def test_asking_for_an_officer_without_a_question_asks_what_about(world: World, lan: Chatter) -> None:
    *_, said = lan.writes("gặp cán bộ")
    assert (said.text, said.acts) == (world.text("case.what_about"), ["add_details", "done"])


def test_asking_for_an_officer_after_a_question_is_about_that_question(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.writes("gặp cán bộ")
    lan.taps("send_as_is")
    assert the_case(world).question == QUESTION


def test_on_the_web_a_contact_is_needed(world: World) -> None:
    visitor = world.chatter("visitor-1", channel="web")
    visitor.writes(QUESTION)
    visitor.taps("ask_officer")
    assert visitor.taps("send_as_is")[-1].text == world.text("case.contact_needed")
    assert cases(world) == 0
    visitor.taps("add_details")
    visitor.taps("form_skip")
    (asked,) = visitor.taps("form_skip")
    assert asked.text == world.text("case.ask_contact")
    assert "form_skip" not in asked.acts
    for said in (visitor.taps("form_skip"), visitor.writes("bỏ qua")):
        assert [part.text for part in said] == [world.text("case.contact_needed"), world.text("case.ask_contact")]
    visitor.writes("0912345678")
    visitor.writes("normal")
    assert "2026-00001" in visitor.writes("chi tiết")[-1].text


def test_while_a_case_is_open_a_message_is_asked_about(world: World, lan: Chatter) -> None:
    opened(lan)
    (said,) = lan.writes("hàng về cảng Cát Lái")
    assert said.text == world.text("case.same_or_new", number="2026-00001")
    assert said.acts == ["same_case", "new_question"]


def test_a_message_that_comes_as_the_case_is_resolved_is_answered_as_a_question(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.search.finds("dossier_import", about="hồ sơ")
    monkeypatch.setattr(exchange, "look_ahead", lambda *_: Situation(case_is_open=True))

    assert lan.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"


def test_what_belongs_to_the_case_is_added_to_it_once(world: World, lan: Chatter) -> None:
    opened(lan)
    lan.writes("hàng về cảng Cát Lái")
    for _ in range(2):
        assert lan.taps("same_case")[-1].text == world.text("case.added", number="2026-00001")
    with world.store.reading() as session:
        thread = [(e.kind, e.text) for e in session.scalars(select(CaseEntry).order_by(CaseEntry.id))]
    assert thread == [("opened", None), ("person_wrote", "hàng về cảng Cát Lái")]


def test_a_new_question_is_answered_and_the_next_one_without_asking(world: World, lan: Chatter) -> None:
    opened(lan)
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    assert lan.taps("new_question")[-1].entry == "dossier_import"
    assert lan.writes("hồ sơ xuất khẩu gồm gì")[-1].entry == "dossier_import"


def test_a_person_sees_their_cases_and_nobody_elses(world: World, lan: Chatter, an: Chatter) -> None:
    opened(lan)
    listed = lan.commands("cases")[-1].text
    assert "2026-00001" in listed
    assert world.text("case.state.waiting") in listed
    assert an.commands("cases")[-1].text == world.text("case.none")


def test_linked_officers_are_told_of_a_new_case(world: World, lan: Chatter, minh: Chatter, an: Chatter) -> None:
    an.writes("xin chào")
    before = len(an.read())
    opened(lan)
    notice = minh.read()[-1]
    assert QUESTION in notice.text
    assert notice.acts == [
        "officer_claim",
        "officer_conversation",
        "officer_thread",
        "officer_note",
        "officer_transfer",
    ]
    assert len(an.read()) == before


def in_the_form(lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")


def test_a_question_inside_the_form_is_answered_and_the_forms_question_repeated(world: World, lan: Chatter) -> None:
    in_the_form(lan)
    world.search.finds("dossier_import", about="gồm gì")
    answer, asked = lan.writes("hồ sơ nhập khẩu gồm gì?")
    assert answer.entry == "dossier_import"
    assert asked.text == world.text("case.ask_enterprise_name")


def test_a_wrong_tax_code_is_refused_and_asked_again(world: World, lan: Chatter) -> None:
    in_the_form(lan)
    lan.writes("Công ty Lan")
    refused, asked = lan.writes("0100109107")
    assert (refused.text, asked.text) == (world.text("case.tax_code_refused"), world.text("case.ask_tax_code"))


@pytest.mark.parametrize("leave", ["tạm biệt", "/done"])
def test_a_goodbye_inside_the_form_leaves_it_and_asks_nothing_more(world: World, lan: Chatter, leave: str) -> None:
    in_the_form(lan)
    said = lan.commands("done") if leave == "/done" else lan.writes(leave)
    assert [part.text for part in said] == [world.text("case.cancelled"), world.text("small_talk.goodbye")]
    world.clock.advance(seconds=5)
    assert lan.writes("xin chào")[-1].text == world.text("small_talk.greet")
    assert cases(world) == 0


def test_who_falls_silent_inside_the_form_is_told_that_nothing_was_sent(world: World, lan: Chatter) -> None:
    in_the_form(lan)
    world.clock.advance(minutes=15)
    before = len(lan.read())
    for _ in range(2):
        end_idle_conversations(world.desk)
    assert [said.text for said in lan.read()[before:]] == [world.text("case.cancelled")]


def test_a_wish_to_rate_inside_the_form_does_not_end_it(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="gồm gì")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    in_the_form(lan)
    said = lan.writes("đánh giá")
    assert [part.text for part in said] == [world.text("case.form_help"), world.text("case.ask_enterprise_name")]
    assert lan.writes("Công ty Lan")[-1].text == world.text("case.ask_tax_code")


@pytest.mark.parametrize("word", ["huỷ", "hủy", "Huy", "cancel"])
def test_cancel_typed_inside_the_form_is_no_enterprises_name(world: World, lan: Chatter, word: str) -> None:
    in_the_form(lan)
    assert lan.writes(word)[-1].text in (world.text("case.cancelled"), world.text("case.cancelled", "en"))
    assert cases(world) == 0
