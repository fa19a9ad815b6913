"""An action of Rasa that comes late, on SQLite and PostgreSQL: it has no effect of which the person is never told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations import claimed, handover
from desk.conversations import exchange as exchanging
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Kind
from desk.conversations.model import InboxUpdate, Message
from desk.enquiries import service as enquiries
from desk.enquiries.model import TurnAct
from desk.guidance import service as guidance
from desk.ports import DialogueReply, DialogueUnavailable
from desk.store import Store
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.desk_fixtures import CONTENT, NOON, Chatter, World, shipped_records

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


@pytest.fixture
def anywhere(own_world: World) -> World:
    with own_world.store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
    own_world.search.finds("dossier_import", about=QUESTION)
    return own_world


def message(world: World, text: str) -> Message:
    with world.store.reading() as session:
        return session.scalars(select(Message).where(Message.text == text)).one()


def counted(world: World, model: type) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def results(world: World) -> list[str | None]:
    with world.store.reading() as session:
        return list(session.scalars(select(InboxUpdate.result).order_by(InboxUpdate.id)))


def test_every_act_is_refused_once_the_person_was_answered_without_it(anywhere: World) -> None:
    world, lan = anywhere, anywhere.chatter("100")
    world.dialogue.fails = True
    lan.writes("xin chào")
    asked, acts = message(world, "xin chào"), world.dialogue.acts
    late: tuple[Callable[[], None], ...] = (
        lambda: acts.open_case(asked.conversation_id, asked.id, {}),
        lambda: acts.cancel_case(asked.conversation_id, asked.id),
    )
    for act in late:
        with pytest.raises(claimed.Overtaken):
            act()
    assert (counted(world, TurnAct), counted(world, Case)) == (0, 0)


def test_a_form_that_was_said_to_wait_is_not_completed_behind_the_persons_back(anywhere: World) -> None:
    world, lan = anywhere, anywhere.chatter("100")
    open_form(world, lan, "Công ty Lan", "0100109106", "0912345678", "normal")
    world.dialogue.fails = True
    tried_in_vain(world, lan, "chi tiết")
    world.dialogue.fails = False
    last = message(world, "chi tiết")
    with pytest.raises(DialogueUnavailable):
        world.dialogue.say(last.conversation_id, last.id, last.text)
    assert counted(world, Case) == 0
    # The dialogue has closed its form over that, and knows what was filled in: the desk opens the case with it.
    assert "2026-00001" in lan.taps("form_again")[-1].text
    assert counted(world, Case) == 1


def test_an_act_that_is_being_stored_is_waited_for_and_said(anywhere: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The action has the lock first: the desk's transaction waits for it, finds the act, and says that and no other."""
    world, lan = anywhere, anywhere.chatter("100")
    open_form(world, lan, "Công ty Lan", "0100109106", "0912345678", "normal")
    # Actions are another process: they do not wait for their turn with the desk's threads.
    world.dialogue.acts.desk = replace(world.desk, store=Store(world.store.engine))
    is_locked, may_commit = threading.Event(), threading.Event()
    late = held_up(is_locked, may_commit)

    def cut_off(conversation: str, enquiry_id: str, _text: str, **_: object) -> list[DialogueReply]:
        if not actions:
            actions.append(pool.submit(world.dialogue.acts.open_case, conversation, enquiry_id, {}))
        raise DialogueUnavailable("the answer was cut")

    actions: list[Future[None]] = []
    monkeypatch.setattr(world.dialogue, "say", cut_off)
    monkeypatch.setattr(enquiries, "keep_act", late)
    monkeypatch.setattr(handover, "PAUSES", ())
    hold = claimed.hold_open

    def hold_when_the_action_has(session: Session, update_id: int) -> None:
        assert is_locked.wait(5)
        threading.Timer(0.2, may_commit.set).start()
        hold(session, update_id)

    monkeypatch.setattr(exchanging.claimed, "hold_open", hold_when_the_action_has)
    with ThreadPoolExecutor(2) as pool:
        update_id, incoming = lan.update(Kind.TEXT, text="chi tiết")
        pool.submit(exchange, world.desk, update_id, incoming).result(10)
        actions[0].result(10)
    assert "2026-00001" in lan.read()[-1].text
    assert (counted(world, Case), results(world)[-1]) == (1, "dialogue_act")


def test_an_act_that_comes_while_the_direct_answer_is_being_stored_waits_and_does_nothing(
    anywhere: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk has the lock first: the action waits for its transaction, and then finds that there is nothing to do."""
    world, lan = anywhere, anywhere.chatter("100")
    is_locked, may_commit = threading.Event(), threading.Event()
    world.dialogue.fails = True
    open_form(world, lan)
    update_id, incoming = lan.update(Kind.TEXT, text="Công ty Lan")
    finish = claimed.finish

    def finish_slowly(*arguments: object) -> None:
        finish(*arguments)  # type: ignore[arg-type]
        is_locked.set()
        may_commit.wait(5)

    monkeypatch.setattr(exchanging.claimed, "finish", finish_slowly)
    with world.store.writing() as session:
        session.get_one(InboxUpdate, update_id).attempts = claimed.ATTEMPTS
    with ThreadPoolExecutor(2) as pool:
        direct = pool.submit(exchange, world.desk, update_id, incoming)
        assert is_locked.wait(5)
        last = message_of(world, update_id)
        late = pool.submit(world.dialogue.acts.open_case, last[0], last[1], {})
        with pytest.raises(TimeoutError):
            late.result(0.3)
        may_commit.set()
        direct.result(10)
        with pytest.raises(claimed.Overtaken):
            late.result(10)
    assert counted(world, Case) == 0
    assert results(world)[-1] == "dialogue_failed"


def held_up(is_locked: threading.Event, may_commit: threading.Event) -> Callable[..., None]:
    """Keeping an act, which stops once it is stored and before that is committed."""
    keep_act = enquiries.keep_act

    def late(*arguments: object) -> None:
        keep_act(*arguments)  # type: ignore[arg-type]
        is_locked.set()
        may_commit.wait(5)

    return late


def open_form(world: World, who: Chatter, *answers: str) -> None:
    fails, world.dialogue.fails = world.dialogue.fails, False
    who.writes("nhập khẩu hoa lan rừng thì cần gì")
    who.taps("ask_officer")
    who.taps("add_details")
    for answer in answers:
        who.writes(answer)
    world.dialogue.fails = fails


def tried_in_vain(world: World, who: Chatter, text: str) -> None:
    update_id, incoming = who.update(Kind.TEXT, text=text)
    with world.store.writing() as session:
        session.get_one(InboxUpdate, update_id).attempts = claimed.ATTEMPTS
    exchange(world.desk, update_id, incoming)
    assert who.read()[-1].text == world.text("degraded.form_waits")


def message_of(world: World, update_id: int) -> tuple[str, str]:
    """The conversation and the enquiry that an update has left for the dialogue."""
    with world.store.reading() as session:
        left = session.get_one(InboxUpdate, update_id).handed_over
    assert left is not None
    return left["conversation_id"], left["enquiry_id"]
