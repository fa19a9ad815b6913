"""A crash at any point of an exchange: worked on again, nothing happens twice and no reply is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.cases import escalation
from desk.cases.model import Case
from desk.conversations import claimed, handover, inbox
from desk.conversations import exchange as exchanging
from desk.conversations.exchange import exchange, give_up
from desk.conversations.incoming import Kind
from desk.conversations.model import InboxUpdate, Message
from desk.enquiries import service as enquiries
from desk.enquiries.model import Enquiry
from tests.desk_fixtures import Chatter, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


class Crash(BaseException):
    """The process was killed here: nothing that handles errors may handle this."""


def crashing(*_args: Any, **_kwargs: Any) -> Any:
    raise Crash


def crashing_after(act: Callable[..., Any]) -> Callable[..., Any]:
    def crash(*args: Any, **kwargs: Any) -> Any:
        act(*args, **kwargs)
        raise Crash

    return crash


def crash(world: World, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """Kill the next exchange at this point."""
    dialogue = world.dialogue
    match point:
        case "before the first transaction ends":
            monkeypatch.setattr(exchanging, "act", crashing_after(exchanging.act))
        case "before the dialogue":
            monkeypatch.setattr(dialogue, "say", crashing)
            monkeypatch.setattr(dialogue, "trigger", crashing)
        case "after the dialogue":
            monkeypatch.setattr(handover, "ask", crashing_after(handover.ask))
        case "after an act":
            monkeypatch.setattr(enquiries, "keep_answers", crashing_after(enquiries.keep_answers))
            monkeypatch.setattr(escalation, "submit_form", crashing_after(escalation.submit_form))
        case "before the last transaction ends":
            monkeypatch.setattr(handover, "record", crashing_after(handover.record))


POINTS = (
    "before the first transaction ends",
    "before the dialogue",
    "after an act",
    "after the dialogue",
    "before the last transaction ends",
)


def killed_and_done_again(world: World, who: Chatter, point: str, kind: Kind = Kind.TEXT, **parts: Any) -> None:
    update_id, incoming = who.update(kind, **parts)
    with pytest.MonkeyPatch.context() as patch:
        crash(world, patch, point)
        with pytest.raises(Crash):
            exchange(world.desk, update_id, incoming)
    take_again(world, update_id)
    exchange(world.desk, update_id, incoming)


def take_again(world: World, update_id: int) -> None:
    world.clock.advance(seconds=inbox.LOST_AFTER.total_seconds())
    with world.store.writing() as session:
        row = inbox.claim_next(session, "telegram", world.clock.now())
        assert row is not None
        assert row.id == update_id


def counted(world: World, model: type) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("point", POINTS)
def test_a_question_is_answered_once_wherever_the_process_was_killed(world: World, lan: Chatter, point: str) -> None:
    world.search.finds("dossier_import")
    killed_and_done_again(world, lan, point, text=QUESTION)
    assert [said.entry for said in lan.read()] == [None, "dossier_import"]
    assert counted(world, Enquiry) == 1
    assert len(world.dialogue.seen) == 1
    with world.store.reading() as session:
        written = session.scalars(select(Message.text).where(Message.author == "person")).all()
        assert written == [QUESTION]
        assert session.scalars(select(InboxUpdate.state)).all() == ["done"]


@pytest.mark.parametrize("point", POINTS)
def test_two_questions_are_answered_once_wherever_the_process_was_killed(
    world: World, lan: Chatter, point: str
) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    text = "Hồ sơ nhập khẩu gồm gì? Tờ khai luồng đỏ thì làm gì?"
    killed_and_done_again(world, lan, point, text=text)
    assert [said.entry for said in lan.read()] == [None, "dossier_import", "channels"]
    assert counted(world, Enquiry) == 2


@pytest.mark.parametrize("point", POINTS)
def test_a_follow_up_is_answered_once_wherever_the_process_was_killed(world: World, lan: Chatter, point: str) -> None:
    world.search.finds("dossier_import")
    lan.writes(QUESTION)
    before = len(lan.read())
    killed_and_done_again(world, lan, point, text="mất bao lâu?")
    assert [said.entry for said in lan.read()[before:]] == ["dossier_import"]
    assert counted(world, Enquiry) == 2


@pytest.mark.parametrize("point", POINTS)
def test_a_completed_form_opens_one_case_wherever_the_process_was_killed(
    world: World, lan: Chatter, point: str
) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")
    for words in ("Công ty Lan", "0100109106", "0912345678", "normal"):
        lan.writes(words)
    before = len(lan.read())
    killed_and_done_again(world, lan, point, text="chi tiết")
    (said,) = lan.read()[before:]
    assert "2026-00001" in said.text
    assert counted(world, Case) == 1


def test_a_case_is_opened_once_when_the_process_is_killed_while_it_is_sent_as_it_is(world: World, lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    button = lan.button("send_as_is").id
    before = len(lan.read())
    killed_and_done_again(world, lan, "before the first transaction ends", Kind.BUTTON, button=button)
    assert len(lan.read()) == before + 1
    assert counted(world, Case) == 1


@pytest.mark.parametrize("point", ["before the dialogue", "before the first transaction ends"])
def test_a_step_of_the_form_goes_on_where_it_was(world: World, lan: Chatter, point: str) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")
    killed_and_done_again(world, lan, point, text="Công ty Lan")
    assert lan.read()[-1].text == world.text("case.ask_tax_code")
    assert lan.writes("0100109106")[-1].text == world.text("case.ask_contact")


def test_a_form_that_took_the_words_before_the_crash_asks_what_it_awaits_now(world: World, lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")
    killed_and_done_again(world, lan, "after the dialogue", text="Công ty Lan")
    assert lan.read()[-1].text == world.text("case.ask_tax_code")
    assert lan.writes("0100109106")[-1].text == world.text("case.ask_contact")


def test_small_talk_that_was_lost_is_said_again(world: World, lan: Chatter) -> None:
    killed_and_done_again(world, lan, "after the dialogue", text="xin chào")
    assert lan.read()[-1].text == world.text("small_talk.greet")


def is_waiting(world: World, update_id: int) -> bool:
    """Whether the update is left for another attempt, because the dialogue is away."""
    with world.store.reading() as session:
        update = session.get_one(InboxUpdate, update_id)
        return (update.state, update.result) == ("stored", "dialogue_away")


def in_the_form(lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")


def forgotten(world: World, times: int) -> None:
    """Let the dialogue forget the next messages, with the state of the form, as a server does whose database fails."""
    say, left = world.dialogue.say, times

    def say_and_forget(conversation: str, enquiry_id: str, text: str, **more: Any) -> Any:
        nonlocal left
        before = dict(world.dialogue.forms[conversation])
        replies = say(conversation, enquiry_id, text, **more)
        if left > 0:
            left -= 1
            world.dialogue.forms[conversation] = before
            del world.dialogue.seen[conversation, enquiry_id]
        return replies

    world.dialogue.say = say_and_forget  # type: ignore[method-assign]


def test_what_the_form_did_not_keep_is_handed_over_again(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "PAUSES", (0, 0))
    in_the_form(lan)
    forgotten(world, 2)
    assert [said.text for said in lan.writes("Công ty Lan")] == [world.text("case.ask_tax_code")]
    assert lan.writes("0100109106")[-1].text == world.text("case.ask_contact")


def test_what_the_form_never_keeps_is_left_for_another_attempt(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "PAUSES", (0, 0))
    in_the_form(lan)
    forgotten(world, 3)
    update_id, incoming = lan.update(Kind.TEXT, text="Công ty Lan")
    exchange(world.desk, update_id, incoming)
    assert is_waiting(world, update_id)
    take_again(world, update_id)
    exchange(world.desk, update_id, incoming)
    assert lan.read()[-1].text == world.text("case.ask_tax_code")


def test_an_answer_to_a_question_that_the_form_has_left_behind_fills_nothing(world: World, lan: Chatter) -> None:
    in_the_form(lan)
    (conversation,) = world.dialogue.forms
    world.dialogue.say(conversation, "a reply that the person never saw", "Công ty Lan")
    assert lan.writes("Công ty Lan")[-1].text == world.text("case.ask_tax_code")
    assert world.dialogue.forms[conversation] == {"enterprise_name": "Công ty Lan"}


def test_while_the_dialogue_is_away_a_step_of_the_form_waits(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "PAUSES", (0, 0))
    in_the_form(lan)
    world.dialogue.fails = True
    update_id, incoming = lan.update(Kind.TEXT, text="Công ty Lan")
    exchange(world.desk, update_id, incoming)
    assert is_waiting(world, update_id)
    world.dialogue.fails = False
    take_again(world, update_id)
    exchange(world.desk, update_id, incoming)
    assert lan.read()[-1].text == world.text("case.ask_tax_code")


def test_what_was_routed_before_the_crash_stays_so(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    update_id, incoming = lan.update(Kind.TEXT, text=QUESTION)
    with pytest.MonkeyPatch.context() as patch:
        crash(world, patch, "before the dialogue")
        with pytest.raises(Crash):
            exchange(world.desk, update_id, incoming)
    with world.store.reading() as session:
        handed_over = session.get_one(InboxUpdate, update_id).handed_over
        assert handed_over is not None
        assert handed_over["text"] == QUESTION
    take_again(world, update_id)
    exchange(world.desk, update_id, incoming)
    assert lan.read()[-1].entry == "dossier_import"


@pytest.mark.parametrize(
    ("kind", "parts"),
    [(Kind.TEXT, {"text": QUESTION}), (Kind.COMMAND, {"command": "help"}), (Kind.TEXT, {"text": "👍"})],
)
def test_a_second_worker_on_the_same_update_has_no_effect(
    world: World, lan: Chatter, kind: Kind, parts: dict[str, Any]
) -> None:
    world.search.finds("dossier_import")
    update_id, incoming = lan.update(kind, **parts)
    exchange(world.desk, update_id, incoming)
    said = len(lan.read())
    with pytest.raises(claimed.Overtaken):
        exchange(world.desk, update_id, incoming)
    give_up(world.desk, update_id, incoming, "overtaken")
    assert len(lan.read()) == said
    with world.store.reading() as session:
        assert session.get_one(InboxUpdate, update_id).state == "done"


def test_after_the_last_attempt_the_person_is_told(world: World, lan: Chatter) -> None:
    update_id, incoming = lan.update(Kind.TEXT, text=QUESTION)
    for _ in range(claimed.ATTEMPTS - 1):
        with world.store.writing() as session:
            session.get_one(InboxUpdate, update_id).attempts += 1
        assert lan.read() == []
        give_up(world.desk, update_id, incoming, "boom")
    (said,) = lan.read()
    assert (said.text, said.acts) == (world.text("outcome.error_store"), ["ask_officer"])
    assert counted(world, Enquiry) == 1


def test_an_unreadable_row_is_set_aside_without_a_chat(world: World, lan: Chatter) -> None:
    update_id, _ = lan.update(Kind.TEXT, text="x")
    with world.store.writing() as session:
        session.get_one(InboxUpdate, update_id).attempts = claimed.ATTEMPTS
    give_up(world.desk, update_id, None, "cannot be parsed")
    assert lan.read() == []


def test_a_dialogue_that_says_nothing_is_away(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.dialogue, "say", lambda *_, **__: [])
        lan.writes(QUESTION)
    assert [said.entry for said in lan.read()][-2:] == ["dossier_import", None]
    assert lan.read()[-1].text == world.text("degraded.commands_wait")
