"""An answer is worked out while the dialogue reads the message, and kept only where the dialogue asks for one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from desk import beside
from desk.conversations import inbox
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Kind
from desk.conversations.model import Message
from desk.enquiries import service as enquiries
from desk.enquiries.model import Enquiry
from desk.ports import DialogueReply
from desk.speech import Utterance
from tests.desk_fixtures import Chatter, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


def counted(world: World) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Enquiry)) or 0


def test_the_search_does_not_wait_for_the_dialogue(world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch) -> None:
    world.search.finds("dossier_import")
    has_searched, search, say = threading.Event(), world.search.search, world.dialogue.say

    def noted(*asked: Any) -> Any:
        has_searched.set()
        return search(*asked)

    def patient(*said: Any, **more: Any) -> Sequence[DialogueReply]:
        assert has_searched.wait(5), "nothing was searched while the dialogue read the message"
        return say(*said, **more)

    monkeypatch.setattr(world.search, "search", noted)
    monkeypatch.setattr(world.dialogue, "say", patient)
    assert lan.writes(QUESTION)[-1].entry == "dossier_import"


def test_what_the_dialogue_does_not_ask_for_is_not_kept(
    world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.search.finds("dossier_import")
    monkeypatch.setattr(world.dialogue, "say", lambda *_, **__: [DialogueReply(text="small_talk.thanks")])
    assert lan.writes(QUESTION)[-1].text == world.text("small_talk.thanks")
    beside.settle()
    assert (world.search.asked, counted(world)) == ([QUESTION], 0)


def test_for_small_talk_and_the_form_nothing_is_searched(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    asked = list(world.search.asked)
    lan.writes("cảm ơn")
    lan.taps("add_details")
    lan.writes("Công ty TNHH An Khang")
    beside.settle()
    assert world.search.asked == asked


def test_a_question_within_the_form_is_answered_before_the_form_goes_on(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")
    *_, answer, again = lan.writes(QUESTION)
    assert (answer.entry, again.text) == ("dossier_import", world.text("case.ask_enterprise_name"))


def test_an_answer_that_the_release_before_had_kept_is_said_and_no_other(world: World, lan: Chatter) -> None:
    """There an action of the dialogue kept it, in a transaction before that of the reply."""
    update_id, incoming = lan.update(Kind.TEXT, text=QUESTION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.dialogue, "say", interrupted)
        with pytest.raises(KeyboardInterrupt):
            exchange(world.desk, update_id, incoming)
    with world.store.writing() as session:
        message = session.scalars(select(Message).where(Message.text == QUESTION)).one()
        told = Utterance.plain("Lời đã giữ.")
        enquiries.keep_act(session, message.id, enquiries.ANSWER_ENQUIRY, [told], world.clock.now())
    world.clock.advance(seconds=inbox.LOST_AFTER.total_seconds())
    with world.store.writing() as session:
        assert inbox.claim_next(session, "telegram", world.clock.now()) is not None
    exchange(world.desk, update_id, incoming)
    assert lan.read()[-1].text == "Lời đã giữ."
    assert counted(world) == 0


def interrupted(*_: Any, **__: Any) -> Sequence[DialogueReply]:
    raise KeyboardInterrupt
