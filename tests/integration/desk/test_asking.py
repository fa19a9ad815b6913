"""A person asks in a chat: from the stored update to what they read, with the buttons under it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.conversations.incoming import Kind
from desk.conversations.model import Chat, Conversation, Message
from desk.conversations.service import BUTTON_LASTS
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from tests.desk_fixtures import UNSURE, Chatter, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


def enquiries(world: World) -> list[Enquiry]:
    with world.store.reading() as session:
        return list(session.scalars(select(Enquiry).order_by(Enquiry.asked_at)))


def test_a_question_is_answered_from_the_guidance(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    *_, answer = lan.writes(QUESTION)
    assert answer.entry == "dossier_import"
    assert "Nguyên văn dossier_import: nộp ở chi cục." in answer.text
    assert answer.acts == ["helpful", "not_helpful", "ask_officer", "show_entry", "other_day"]
    (enquiry,) = enquiries(world)
    assert (enquiry.text, enquiry.outcome, enquiry.entry, enquiry.version) == (
        *(QUESTION, "answered"),
        *("dossier_import", 1),
    )


def test_the_notice_is_given_once_a_person_and_first(world: World, lan: Chatter, an: Chatter) -> None:
    world.search.finds("dossier_import")
    notice = world.text("notice.first_contact")
    assert [said.text == notice for said in lan.writes(QUESTION)] == [True, False]
    assert [said.text == notice for said in lan.writes(QUESTION)] == [False]
    lan.commands("done")
    world.clock.advance(days=1)
    assert notice not in [said.text for said in lan.writes("xin chào")]
    assert an.commands("start")[0].text == notice


def test_the_notice_is_in_the_persons_language(world: World) -> None:
    english = world.chatter("7", hint="en")
    assert english.commands("start")[0].text == world.text("notice.first_contact", "en")


@pytest.mark.parametrize(
    ("hint", "text", "language"),
    [
        ("en", "ho so hai quan nhap khau gom gi", "vi"),
        ("en", QUESTION, "vi"),
        ("vi", "what documents do I need for import", "en"),
        ("en", "8471.30.20", "en"),
        ("vi", "8471.30.20", "vi"),
    ],
)
def test_the_answer_is_in_the_language_of_the_question(world: World, hint: str, text: str, language: str) -> None:
    world.search.finds("dossier_import")
    *_, answer = world.chatter("7", hint=hint).writes(text)
    assert ("Nguyên văn" if language == "vi" else "Verbatim") in answer.text


def test_codes_alone_keep_the_conversations_language(world: World) -> None:
    world.search.finds("dossier_import")
    person = world.chatter("7", hint="en")
    person.writes("ho so hai quan nhap khau gom gi")
    assert "Nguyên văn" in person.writes("107/2016/QH13")[-1].text


def test_a_chosen_language_is_kept_with_the_person(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    offered = lan.commands("language")[-1]
    assert offered.titles == ["Tiếng Việt", "English"]
    assert lan.taps("language", "English")[0].text == world.text("language.chosen", "en")
    assert "Verbatim" in lan.writes(QUESTION)[-1].text
    lan.commands("done")
    world.clock.advance(days=3)
    assert "Verbatim" in lan.writes(QUESTION)[-1].text


@pytest.mark.parametrize("act", ["helpful", "not_helpful"])
def test_feedback_is_kept_with_the_enquiry(world: World, lan: Chatter, act: str) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    (said,) = lan.taps(act)
    assert said.text == world.text(f"feedback.{act}")
    assert enquiries(world)[0].feedback == act
    assert ("ask_officer" in said.acts) is (act == "not_helpful")


def test_a_related_entry_is_shown_from_its_button(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    world.clock.advance(seconds=1)
    (said,) = lan.taps("show_entry", "channels")
    assert said.entry == "channels"
    assert [(e.outcome, e.entry) for e in enquiries(world)] == [
        ("answered", "dossier_import"),
        ("answered_from_context", "channels"),
    ]


def test_an_offered_entry_is_shown_from_its_button(world: World, lan: Chatter) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE)
    *_, offer = lan.writes(QUESTION)
    assert offer.acts == ["show_entry", "show_entry", "ask_officer"]
    assert lan.taps("show_entry", "fee_rates")[0].entry == "fee_rates"


def test_an_entry_that_was_withdrawn_meanwhile_is_not_shown(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    with world.store.writing() as session:
        guidance.withdraw(session, "channels", by="officer:hoa", reason="wrong", at=world.clock.now())
    (said,) = lan.taps("show_entry", "channels")
    assert (said.text, said.entry, said.acts) == (world.text("answer.withdrawn"), None, ["ask_officer"])


def test_a_foreign_a_forged_and_an_expired_button_are_refused(world: World, lan: Chatter, an: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    lans = lan.button("helpful").id
    assert an.presses(lans)[-1].text == world.text("bad_input.button")
    assert lan.presses("forged")[-1].text == world.text("bad_input.button")
    assert lan.presses("")[-1].text == world.text("bad_input.button")
    world.clock.advance(days=BUTTON_LASTS.days)
    assert lan.presses(lans)[-1].text == world.text("bad_input.button")
    assert enquiries(world)[0].feedback is None


def test_what_leaves_the_desk_in_a_button_is_short_and_says_nothing(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    *_, answer = lan.writes(QUESTION)
    assert all(len(button.id.encode()) <= 64 and "dossier" not in button.id for button in answer.buttons)


@pytest.mark.parametrize(
    ("text", "name"),
    [("xin chào", "small_talk.greet"), ("cảm ơn", "small_talk.thanks"), ("hồ sơ của tôi", "case.none")],
)
def test_small_talk_is_answered_and_is_no_enquiry(world: World, lan: Chatter, text: str, name: str) -> None:
    assert lan.writes(text)[-1].text == world.text(name)
    assert enquiries(world) == []


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("start", "small_talk.greet"),
        ("help", "small_talk.help"),
        ("cases", "case.none"),
        ("language", "small_talk.choose_language"),
        ("officer", "case.what_about"),
        ("done", "small_talk.goodbye"),
        ("nonsense", "bad_input.command"),
    ],
)
def test_commands_are_carried_out_without_the_dialogue(world: World, lan: Chatter, command: str, name: str) -> None:
    assert lan.commands(command)[-1].text == world.text(name)
    assert world.dialogue.seen == {}


def test_a_search_that_fails_is_said_and_recorded(world: World, lan: Chatter) -> None:
    world.search.fails = True
    assert lan.writes(QUESTION)[-1].text == world.text("outcome.error_search")
    assert [e.outcome for e in enquiries(world)] == ["error_search"]


def test_after_a_goodbye_the_next_question_begins_another_conversation(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    lan.writes("tạm biệt")
    world.clock.advance(minutes=30)
    lan.writes(QUESTION)
    with world.store.reading() as session:
        ended = session.scalars(select(Conversation.ended_at).order_by(Conversation.started_at)).all()
    assert [at is not None for at in ended] == [True, False]


def test_who_blocks_the_bot_is_noted_and_told_nothing(world: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    for kind, blocked in ((Kind.BLOCKED, True), (Kind.UNBLOCKED, False)):
        assert lan.sends(kind) == []
        with world.store.reading() as session:
            chat = session.scalars(select(Chat)).one()
            assert (chat.blocked_at is not None) is blocked


def test_what_was_written_is_recorded_word_for_word_and_once(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    with world.store.reading() as session:
        written = session.scalars(select(Message.text).where(Message.author == "person")).all()
    assert written == [QUESTION]
