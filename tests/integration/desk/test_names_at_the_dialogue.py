"""A long conversation has several names at the dialogue, so that it grows no slower; an open form keeps its one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from desk.conversations.dialogue_names import TURNS, conversation_of, take_turn
from desk.conversations.model import Conversation
from desk.enquiries.model import Enquiry
from desk.ports import DialogueReply
from desk.privacy.forgetting import forget
from desk.privacy.model import ForgottenTracker
from tests.desk_fixtures import Chatter, World


@pytest.fixture
def lan(world: World) -> Chatter:
    return world.chatter("100")


@pytest.fixture
def names(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of each message that is handed over."""
    heard: list[str] = []
    say, trigger = world.dialogue.say, world.dialogue.trigger

    def noted_say(name: str, *given: str, answers: str | None = None) -> Sequence[DialogueReply]:
        heard.append(name)
        return say(name, *given, answers=answers)

    def noted_trigger(
        name: str, enquiry: str, intent: str, slots: dict[str, str] | None = None, *, answers: str | None = None
    ) -> Sequence[DialogueReply]:
        heard.append(name)
        return trigger(name, enquiry, intent, slots, answers=answers)

    monkeypatch.setattr(world.dialogue, "say", noted_say)
    monkeypatch.setattr(world.dialogue, "trigger", noted_trigger)
    return heard


def conversation_in(world: World) -> Conversation:
    with world.store.reading() as session:
        return session.scalars(select(Conversation)).one()


def test_after_so_many_turns_another_name_is_taken_and_answers_are_kept_where_they_were(
    world: World, lan: Chatter, names: list[str]
) -> None:
    for number in range(2 * TURNS + 1):
        lan.writes(f"Hồ sơ nhập khẩu số {number} gồm gì?")
    own = conversation_in(world).id
    assert names == [own] * TURNS + [f"{own}.1"] * TURNS + [f"{own}.2"]
    with world.store.reading() as session:
        assert set(session.scalars(select(Enquiry.conversation_id))) == {own}


def test_an_open_form_keeps_the_name_under_which_it_was_opened(world: World, lan: Chatter, names: list[str]) -> None:
    for number in range(TURNS - 1):
        lan.writes(f"Hồ sơ số {number} gồm gì?")
    lan.taps("ask_officer")
    lan.taps("add_details")
    opened = names[-1]
    for words in ("Công ty Lan", "0100109106", "lan@example.vn", "bỏ qua"):
        lan.writes(words)
    assert names[-5:] == [opened] * 5
    assert opened == conversation_in(world).id
    lan.writes("Hàng của tôi bị giữ từ hôm qua.")
    assert names[-1] == opened
    assert not world.dialogue.forms


def test_a_forgotten_conversation_is_forgotten_under_all_its_names(world: World, lan: Chatter) -> None:
    for number in range(TURNS + 1):
        lan.writes(f"Hồ sơ số {number} gồm gì?")
    own = conversation_in(world).id
    with world.store.writing() as session:
        assert forget(session, own, world.clock.now())
    with world.store.reading() as session:
        assert set(session.scalars(select(ForgottenTracker.conversation_id))) == {own, f"{own}.1"}


def test_a_name_tells_its_conversation() -> None:
    talk = Conversation(id="a_b-c", dialogue_turns=TURNS)
    assert take_turn(talk) == "a_b-c.1"
    assert [conversation_of(name) for name in ("a_b-c", "a_b-c.1")] == ["a_b-c"] * 2
