"""Officers in Telegram: linked by a one-time code, they claim, reply and resolve in a private chat; nobody else can."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.cases.model import Case, CaseEntry, CaseState
from desk.conversations.incoming import Kind
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import OfficerLink
from tests.desk_fixtures import Chatter, Said, World

QUESTION = "nhập khẩu hoa lan rừng thì cần gì"


@pytest.fixture(autouse=True)
def _a_case_waits(minh: Chatter, binh: Chatter, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("send_as_is")


def state(world: World) -> CaseState:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one().state


def notice(officer: Chatter) -> Said:
    """The newest message to the officer that shows the case with its buttons."""
    return next(said for said in reversed(officer.read()) if "officer_claim" in said.acts)


def replies(officer: Chatter, text: str) -> list[Said]:
    return officer.writes(text, reply_to=officer.external_id(notice(officer)))


def a_code(world: World, username: str = "hoa") -> str:
    with world.store.writing() as session:
        officer = people.by_username(session, username)
        assert officer is not None
        return telegram_link.make_link_code(session, officer, by="operator", at=world.clock.now())


def linked(world: World) -> set[str]:
    with world.store.reading() as session:
        return set(session.scalars(select(OfficerLink.telegram_user)))


def test_claim_reply_and_resolve(world: World, minh: Chatter, lan: Chatter) -> None:
    assert minh.taps("officer_claim")[-1].text == world.text("officer.claimed", number="2026-00001")
    assert state(world) is CaseState.CLAIMED
    before = len(lan.read())
    assert replies(minh, "Cần giấy phép CITES.")[-1].text == world.text("officer.sent", number="2026-00001")
    (reply,) = lan.read()[before:]
    assert (reply.author, reply.case_id) == ("officer", 1)
    assert reply.text == f"{world.text('case.reply_title', number='2026-00001')}\n\nCần giấy phép CITES."
    assert state(world) is CaseState.ANSWERED
    assert minh.taps("officer_resolve")[-1].text == world.text("officer.resolved", number="2026-00001")
    assert state(world) is CaseState.RESOLVED
    assert world.text("case.resolved", number="2026-00001") in [said.text for said in lan.read()]


def test_an_officer_who_replies_in_english_is_still_spoken_to_in_their_own_language(
    world: World, minh: Chatter
) -> None:
    minh.taps("officer_claim")
    assert replies(minh, "You need a CITES permit.")[-1].text == world.text("officer.sent", number="2026-00001")


def test_the_waiting_cases_are_listed_and_shown(world: World, minh: Chatter) -> None:
    *_, listed = minh.commands("waiting")
    assert listed.text == world.text("officer.cases", held=0, waiting=1)
    assert listed.acts == ["officer_show"]
    shown = minh.taps("officer_show")[-1]
    assert QUESTION in shown.text
    assert shown.case_id == 1
    minh.taps("officer_claim")
    assert minh.commands("waiting")[-1].text == world.text("officer.cases", held=1, waiting=0)


def test_nothing_waits_once_it_is_resolved(world: World, minh: Chatter) -> None:
    minh.taps("officer_claim")
    replies(minh, "Cần giấy phép CITES.")
    minh.taps("officer_resolve")
    assert minh.commands("waiting")[-1].text == world.text("officer.nothing_waits")


def test_a_case_that_another_holds_cannot_be_claimed_answered_or_resolved(
    world: World, minh: Chatter, binh: Chatter
) -> None:
    minh.taps("officer_claim")
    number = "2026-00001"
    assert binh.taps("officer_claim")[-1].text == world.text("officer.held_by_another", number=number)
    assert replies(binh, "Tôi trả lời")[-1].text == world.text("officer.claim_first", number=number)
    assert binh.taps("officer_transfer")[-1].text == world.text("officer.held_by_another", number=number)
    assert state(world) is CaseState.CLAIMED


def test_a_returned_case_can_be_claimed_by_another(world: World, minh: Chatter, binh: Chatter) -> None:
    minh.taps("officer_claim")
    minh.taps("officer_return")
    assert minh.taps("officer_return_now")[-1].text == world.text("officer.returned", number="2026-00001")
    assert binh.taps("officer_claim")[-1].text == world.text("officer.claimed", number="2026-00001")


def test_a_case_is_resolved_only_after_an_answer(world: World, minh: Chatter, lan: Chatter) -> None:
    assert "officer_resolve" not in minh.taps("officer_claim")[-1].acts
    assert "officer_resolve" in replies(minh, "Cần giấy phép CITES.")[-1].acts
    lan.writes("còn hoa khô thì sao")
    lan.taps("same_case")
    assert minh.taps("officer_resolve")[-1].text == world.text("officer.answer_first", number="2026-00001")


def test_an_empty_or_endless_reply_is_refused(world: World, minh: Chatter, lan: Chatter) -> None:
    minh.taps("officer_claim")
    before = len(lan.read())
    assert replies(minh, "x" * 8001)[-1].text == world.text("officer.long_reply")
    assert replies(minh, "👍")[-1].text == world.text("bad_input.nothing_to_read")
    assert len(lan.read()) == before


def test_the_holder_is_told_what_the_person_adds(world: World, minh: Chatter, binh: Chatter, lan: Chatter) -> None:
    minh.taps("officer_claim")
    before = len(binh.read())
    lan.writes("hàng về cảng Cát Lái")
    lan.taps("same_case")
    assert "hàng về cảng Cát Lái" in minh.read()[-1].text
    assert len(binh.read()) == before


def test_the_conversation_is_shown_with_what_became_of_replies(world: World, minh: Chatter) -> None:
    minh.taps("officer_claim")
    replies(minh, "Cần giấy phép CITES.")
    shown = minh.taps("officer_conversation")[-1].text
    assert f"{world.text('author.person')}: {QUESTION}" in shown
    assert f"{world.text('author.officer')} [{world.text('delivery.waiting')}]" in shown


def test_the_stranger_gets_nowhere(world: World, minh: Chatter, an: Chatter) -> None:
    button = minh.button("officer_claim").id
    assert an.presses(button)[-1].text == world.text("bad_input.button")
    assert an.commands("waiting")[-1].text == world.text("officer.only_officers")
    *_, said = an.writes("Tôi trả lời", reply_to=minh.external_id(notice(minh)))
    assert said.text == world.text("outcome.unanswerable_out_of_scope")
    assert state(world) is CaseState.WAITING
    with world.store.reading() as session:
        assert session.scalars(select(CaseEntry.kind)).all() == ["opened"]


def test_an_unlinked_officers_old_buttons_do_nothing(world: World, minh: Chatter) -> None:
    with world.store.writing() as session:
        officer = people.by_username(session, "minh")
        assert officer is not None
        telegram_link.unlink_telegram(session, officer, by="operator", at=world.clock.now())
    for act in ("officer_claim", "officer_conversation", "officer_thread", "officer_note", "officer_transfer"):
        assert minh.taps(act)[-1].text == world.text("officer.only_officers")
    assert state(world) is CaseState.WAITING


def test_an_inactive_officer_is_a_stranger(world: World, minh: Chatter) -> None:
    with world.store.writing() as session:
        officer = people.by_username(session, "minh")
        assert officer is not None
        officer.active = False
    assert minh.taps("officer_claim")[-1].text == world.text("officer.only_officers")


def test_a_link_code_works_once(world: World, an: Chatter) -> None:
    code = a_code(world)
    hoa = world.chatter("503")
    assert hoa.commands("start", code)[-1].text == world.text("officer.linked", name="Hoa")
    assert an.commands("start", code)[-1].text == world.text("officer.link_refused")
    assert linked(world) == {"501", "502", "503"}


def test_a_link_code_works_for_ten_minutes(world: World, an: Chatter) -> None:
    code = a_code(world)
    world.clock.advance(minutes=10)
    assert an.commands("link", code)[-1].text == world.text("officer.link_refused")
    assert linked(world) == {"501", "502"}


def test_a_link_code_works_only_in_a_private_telegram_chat(world: World, an: Chatter) -> None:
    code = a_code(world)
    web = world.chatter("visitor", channel="web")
    assert web.commands("link", code)[-1].text == world.text("officer.link_only_telegram")
    *_, said = an.sends(Kind.GROUP, command="link", argument=code)
    assert said.text == world.text("bad_input.group")
    assert linked(world) == {"501", "502"}


def test_a_made_up_code_is_refused(world: World, an: Chatter) -> None:
    assert an.commands("start", "AAAAAAAAAAAAAAAAAAAAAA")[-1].text == world.text("officer.link_refused")


def test_an_account_is_linked_to_one_officer_only(world: World, minh: Chatter) -> None:
    assert minh.commands("start", a_code(world))[-1].text == world.text("officer.link_refused")


def test_an_officers_other_texts_are_an_enterprises(world: World, minh: Chatter) -> None:
    world.search.finds("dossier_import")
    assert minh.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"


def test_an_officer_reads_the_officers_help(world: World, minh: Chatter) -> None:
    assert minh.commands("help")[-1].text == world.text("officer.help")


def test_adding_to_a_case_that_was_resolved_meanwhile_is_said(world: World, minh: Chatter, lan: Chatter) -> None:
    lan.writes("hàng về cảng Cát Lái")
    button = lan.button("same_case").id
    minh.taps("officer_claim")
    replies(minh, "Cần giấy phép CITES.")
    minh.taps("officer_resolve")
    (said,) = lan.presses(button)
    assert said.text == world.text("officer.resolved_already", number="2026-00001")
    assert said.acts == ["new_question"]
    world.search.finds("dossier_import", about="Cát Lái")
    assert lan.taps("new_question")[-1].entry == "dossier_import"
