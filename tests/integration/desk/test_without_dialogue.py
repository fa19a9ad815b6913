"""Rasa is away: the desk answers itself, says once what waits, and what only Rasa can do waits and is not lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from desk import beside
from desk.cases.model import Case
from desk.conversations import claimed, handover, inbox, without_dialogue
from desk.conversations import exchange as exchanging
from desk.conversations.incoming import Kind
from desk.conversations.model import Conversation, InboxUpdate, Message
from desk.enquiries.model import Enquiry
from tests.desk_fixtures import Chatter, Said, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


@pytest.fixture(autouse=True)
def _between_two_attempts_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "PAUSES", (0, 0))


def results(world: World) -> list[str | None]:
    with world.store.reading() as session:
        return list(session.scalars(select(InboxUpdate.result).order_by(InboxUpdate.id)))


def outcomes(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(session.scalars(select(Enquiry.outcome).order_by(Enquiry.asked_at, Enquiry.id)))


def counted(world: World, model: type) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def texts(said: list[Said]) -> list[str]:
    return [one.text for one in said]


def in_form(world: World, who: Chatter, *answers: str) -> None:
    """An unanswered question whose case form is open, with its first questions answered."""
    who.writes("nhập khẩu hoa lan rừng thì cần gì")
    who.taps("ask_officer")
    who.taps("add_details")
    for answer in answers:
        who.writes(answer)


def tried_until_told(world: World, who: Chatter, kind: Kind = Kind.TEXT, **parts: str) -> list[Said]:
    """Send one update and have it tried, each time when it is due, until the person is told something."""
    before = len(who.read())
    update_id, incoming = who.update(kind, **parts)
    for _ in range(claimed.ATTEMPTS):
        exchanging.exchange(world.desk, update_id, incoming)
        if len(who.read()) > before:
            break
        taken_up_again(world, update_id)
    return who.read()[before:]


def taken_up_again(world: World, update_id: int) -> None:
    with world.store.reading() as session:
        due = session.get_one(InboxUpdate, update_id).next_attempt_at
    assert due is not None
    assert due > world.clock.now()
    world.clock.set(due)
    with world.store.writing() as session:
        row = inbox.claim_next(session, "telegram", world.clock.now())
        assert row is not None
        assert row.id == update_id


def test_a_question_is_answered_by_the_desk_itself_and_the_person_told_once_what_waits(
    world: World, lan: Chatter
) -> None:
    world.search.finds("dossier_import")
    world.dialogue.fails = True
    notice, answer, told = lan.writes(QUESTION)
    assert notice.text == world.text("notice.first_contact")
    assert (answer.entry, answer.acts[:2]) == ("dossier_import", ["helpful", "not_helpful"])
    assert told.text == world.text("degraded.commands_wait")
    assert [said.entry for said in lan.writes(QUESTION)] == ["dossier_import"]
    assert results(world) == ["direct", "direct"]
    assert outcomes(world) == ["answered", "answered"]


def test_in_the_next_outage_it_is_told_again(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    for fails, told in ((True, True), (True, False), (False, False), (True, True)):
        world.dialogue.fails = fails
        said = texts(lan.writes(QUESTION))
        assert (world.text("degraded.commands_wait") in said) is told
    assert results(world) == ["direct", "direct", "dialogue", "direct"]


def test_another_conversation_is_told_too(world: World, lan: Chatter, an: Chatter) -> None:
    world.dialogue.fails = True
    for who in (lan, an):
        assert world.text("degraded.commands_wait") in texts(who.writes(QUESTION))


def test_what_the_desk_does_not_know_it_says_and_the_question_goes_to_an_officer_without_rasa(
    world: World, lan: Chatter
) -> None:
    world.dialogue.fails = True
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    (opened,) = lan.taps("send_as_is")
    assert "2026-00001" in opened.text
    assert counted(world, Case) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("xin chào", "small_talk.greet"),
        ("Cảm ơn bạn nhiều nhé!", "small_talk.thanks"),
        ("thanks so much", "small_talk.thanks"),
        ("gap can bo", "case.what_about"),
        ("hồ sơ của tôi", "case.none"),
    ],
)
def test_small_talk_alone_is_no_question_without_rasa_either(world: World, lan: Chatter, text: str, name: str) -> None:
    lan.commands("language")
    lan.taps("language", "Tiếng")
    world.dialogue.fails = True
    assert texts(lan.writes(text)) == [world.text(name), world.text("degraded.commands_wait")]
    assert outcomes(world) == []
    assert world.search.asked == []


def test_a_goodbye_ends_the_conversation_without_rasa_too(world: World, lan: Chatter) -> None:
    world.dialogue.fails = True
    assert world.text("small_talk.goodbye") in texts(lan.writes("tạm biệt"))
    with world.store.reading() as session:
        assert session.scalars(select(Conversation.end_reason)).all() == ["goodbye"]


def test_a_greeting_with_a_question_is_a_question(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    world.dialogue.fails = True
    assert lan.writes("xin chào, hồ sơ nhập khẩu gồm gì")[1].entry == "dossier_import"


def test_what_an_action_did_whose_dialogue_was_cut_off_is_said_and_not_done_anew(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_form(world, lan, "Công ty Lan", "0100109106", "0912345678", "normal")
    say = world.dialogue.say

    def cut_off(*arguments: str, **more: str) -> object:
        say(*arguments, **more)
        world.dialogue.fails = True
        return []

    monkeypatch.setattr(world.dialogue, "say", cut_off)
    assert "2026-00001" in lan.writes("chi tiết")[-1].text
    assert (results(world)[-1], counted(world, Case)) == ("dialogue_act", 1)


def test_a_question_whose_dialogue_was_cut_off_has_the_answer_that_was_worked_out_meanwhile(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.search.finds("dossier_import")
    say = world.dialogue.say

    def cut_off(*arguments: str, **more: str) -> object:
        say(*arguments, **more)
        beside.settle()
        world.search.finds("channels")  # what would be found now
        return []

    monkeypatch.setattr(world.dialogue, "say", cut_off)
    assert [said.entry for said in lan.writes(QUESTION)] == [None, "dossier_import", None]
    assert results(world) == ["direct"]


def test_an_answer_of_the_form_waits_for_rasa_to_come_back_and_is_then_taken_as_it_was(
    world: World, lan: Chatter
) -> None:
    in_form(world, lan)
    before = len(lan.read())
    world.dialogue.fails = True
    update_id, incoming = lan.update(Kind.TEXT, text="Công ty Lan")
    for _ in range(3):
        exchanging.exchange(world.desk, update_id, incoming)
        taken_up_again(world, update_id)
    assert lan.read()[before:] == []
    world.dialogue.fails = False
    exchanging.exchange(world.desk, update_id, incoming)
    assert texts(lan.read()[before:]) == [world.text("case.ask_tax_code")]
    assert results(world)[-1] == "dialogue"


def test_meanwhile_the_order_of_the_chat_is_kept_and_other_chats_go_on(world: World, lan: Chatter, an: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    update_id, incoming = lan.update(Kind.TEXT, text="Công ty Lan")
    exchanging.exchange(world.desk, update_id, incoming)
    with world.store.writing() as session:
        rows = [inbox.RawUpdate("later", lan.address, "{}"), inbox.RawUpdate("of-an", an.address, "{}")]
        inbox.store(session, "telegram", rows, world.clock.now())
    with world.store.writing() as session:
        taken = inbox.claim_next(session, "telegram", world.clock.now())
        assert taken is not None
        assert taken.update_key == "of-an"
        assert inbox.claim_next(session, "telegram", world.clock.now()) is None


@pytest.mark.thorough
def test_the_waiting_is_long_enough_for_a_restart_and_comes_to_an_end(world: World, lan: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    began = world.clock.now()
    (told,) = tried_until_told(world, lan, text="Công ty Lan")
    assert told.text == world.text("degraded.form_waits")
    assert told.acts == ["form_again", "send_as_is", "form_leave"]
    assert 25 <= (world.clock.now() - began).total_seconds() <= 60
    assert results(world)[-1] == "dialogue_failed"
    assert outcomes(world)[-1] == "error_dialogue"


@pytest.mark.thorough
def test_who_was_told_is_not_kept_waiting_so_long_again(world: World, lan: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    tried_until_told(world, lan, text="Công ty Lan")
    began = world.clock.now()
    tried_until_told(world, lan, text="Công ty Lan")
    assert (world.clock.now() - began).total_seconds() < 5


def test_a_dialogue_that_hangs_is_not_waited_for_longer_than_that(world: World, lan: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    update_id, incoming = lan.update(Kind.TEXT, text="Công ty Lan")
    exchanging.exchange(world.desk, update_id, incoming)
    taken_up_again(world, update_id)
    world.clock.advance(seconds=without_dialogue.WITHIN.total_seconds())
    exchanging.exchange(world.desk, update_id, incoming)
    assert lan.read()[-1].text == world.text("degraded.form_waits")


@pytest.mark.thorough
def test_trying_again_goes_on_with_what_was_typed(world: World, lan: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    tried_until_told(world, lan, text="Công ty Lan")
    world.dialogue.fails = False
    assert texts(lan.taps("form_again")) == [world.text("case.ask_tax_code")]
    for answer in ("0100109106", "0912345678", "normal", "chi tiết"):
        said = lan.writes(answer)
    assert "2026-00001" in said[-1].text
    with world.store.reading() as session:
        assert session.scalars(select(Case)).one().enterprise_name == "Công ty Lan"


@pytest.mark.thorough
def test_trying_again_in_vain_is_told_and_may_be_tried_once_more(world: World, lan: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    tried_until_told(world, lan, text="Công ty Lan")
    (told,) = tried_until_told(world, lan, Kind.BUTTON, button=lan.button("form_again").id)
    assert told.text == world.text("degraded.form_waits")
    world.dialogue.fails = False
    assert texts(lan.taps("form_again")) == [world.text("case.ask_tax_code")]


@pytest.mark.thorough
def test_what_rasa_took_late_is_not_handed_to_it_again(world: World, lan: Chatter) -> None:
    in_form(world, lan)
    world.dialogue.fails = True
    tried_until_told(world, lan, text="Công ty Lan")
    world.dialogue.fails = False
    with world.store.reading() as session:
        late = session.scalars(select(Message).where(Message.text == "Công ty Lan")).one()
    world.dialogue.say(late.conversation_id, late.id, late.text)  # it goes on where it was stopped
    lan.taps("form_again")
    assert world.dialogue.forms[late.conversation_id] == {"enterprise_name": "Công ty Lan"}


@pytest.mark.thorough
def test_the_button_that_begins_the_form_waits_likewise(world: World, lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    world.dialogue.fails = True
    (told,) = tried_until_told(world, lan, Kind.BUTTON, button=lan.button("add_details").id)
    assert told.acts == ["form_again", "send_as_is"]
    world.dialogue.fails = False
    assert texts(lan.taps("form_again")) == [world.text("case.ask_enterprise_name")]


@pytest.mark.thorough
def test_the_question_is_sent_without_rasa_and_the_form_that_it_has_open_takes_no_more_texts(
    world: World, lan: Chatter
) -> None:
    world.search.finds("dossier_import", about=QUESTION)
    in_form(world, lan, "Công ty Lan")
    world.dialogue.fails = True
    tried_until_told(world, lan, text="0100109106")
    (opened,) = lan.taps("send_as_is")
    assert "2026-00001" in opened.text
    world.dialogue.fails = False
    lan.writes(QUESTION)
    assert lan.taps("new_question")[-1].entry == "dossier_import"


@pytest.mark.thorough
def test_the_form_is_left_without_rasa_and_the_next_text_is_a_question(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about=QUESTION)
    in_form(world, lan, "Công ty Lan")
    world.dialogue.fails = True
    tried_until_told(world, lan, text="0100109106")
    assert texts(lan.taps("form_leave")) == [world.text("case.cancelled")]
    world.dialogue.fails = False
    assert lan.writes(QUESTION)[-1].entry == "dossier_import"
    assert texts(lan.taps("form_again")) == [world.text("small_talk.no_open_form")]
    assert counted(world, Case) == 0


def test_a_form_that_rasa_has_lost_is_not_gone_on_with(world: World, lan: Chatter) -> None:
    in_form(world, lan, "Công ty Lan")
    world.dialogue.forms.clear()
    *_, told = lan.writes("Tôi hỏi về lô hàng 0100109106")
    assert (told.text, told.acts) == (world.text("degraded.form_gone"), ["send_as_is", "add_details"])
    assert "2026-00001" in lan.taps("send_as_is")[-1].text


def test_a_crash_between_the_direct_answer_and_its_end_says_nothing_twice(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.search.finds("dossier_import")
    world.dialogue.fails = True
    update_id, incoming = lan.update(Kind.TEXT, text=QUESTION)
    record = without_dialogue.record

    def killed(*arguments: object, **more: object) -> str:
        record(*arguments, **more)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(without_dialogue, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            exchanging.exchange(world.desk, update_id, incoming)
    assert counted(world, Enquiry) == 0
    exchanging.exchange(world.desk, update_id, incoming)
    assert [said.entry for said in lan.read()] == [None, "dossier_import", None]
    assert counted(world, Enquiry) == 1
