"""What tests of recalls share: people who were given a wrong text, its correction, and a recall that is let go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations.model import Chat
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.guidance import service as guidance
from desk.recall import service as recalls
from desk.recall.model import Recall, RecallRecipient
from tests.curator_fixtures import add_curators, named
from tests.desk_fixtures import Chatter, World, a_record

ENTRY = "dossier_import"
QUESTION = "hồ sơ nhập khẩu gồm gì"
WRONG = {"wrong_vi": "Thời hạn là 60 ngày, không phải 30 ngày.", "wrong_en": "The time limit is 60 days, not 30."}
TITLE = {"vi": "Đính chính câu trả lời đã gửi cho bạn", "en": "Correction of an answer that you were given"}


def was_told(world: World, chatter: Chatter, question: str = QUESTION) -> Chatter:
    """The chat is given what the entry says now."""
    world.search.finds(ENTRY, about=question)
    assert chatter.writes(question)[-1].entry == ENTRY
    return chatter


def crowd(world: World, size: int) -> None:
    """So many chats that were given the wrong text, with nothing on its way to them."""
    for number in range(size):
        was_told(world, world.chatter(f"{10_000 + number}"))
    deliver(world)


def deliver(world: World) -> None:
    """Everything that is on its way arrives."""
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery).where(Delivery.state == "created")):
            deliveries.delivered(session, delivery.id, world.clock.now())


def is_corrected(world: World, words: str = "Lời đúng.", **changes: Any) -> None:
    """The entry gets a version that says that the one before it was wrong."""
    record = a_record(ENTRY, answer={"vi": words, "en": f"Right: {words}"}, **changes)
    with world.store.writing() as session:
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now(), corrects=True)


def planned(world: World, *, days: int = 30, **more: Any) -> int:
    """hoa plans a recall; returns its number."""
    with world.store.writing() as session:
        if session.scalar(select(Recall.id).limit(1)) is None:
            add_curators(session)
        decided = recalls.Plan(days=days, **{**WRONG, **more})
        return recalls.plan(world.desk, session, ENTRY, decided, named(session, "hoa")).id


def started(world: World, recall_id: int, by: str = "mai") -> None:
    """Another curator of the department agrees to the number and lets it go."""
    with world.store.writing() as session:
        recall = known(session, recall_id)
        chats = recalls.numbers_of(session, recall).chats
        recalls.start(world.desk, session, recall, named(session, by), chats=chats)


def known(session: Session, recall_id: int) -> Recall:
    recall = recalls.by_id(session, recall_id, to_change=True)
    assert recall is not None
    return recall


def state_of(world: World, recall_id: int) -> str:
    with world.store.reading() as session:
        return session.get_one(Recall, recall_id).state


def corrections_in(chatter: Chatter) -> list[str]:
    """The corrections that a chat was sent, whole."""
    return [said.text for said in chatter.read() if said.text.startswith(tuple(TITLE.values()))]


def told(world: World) -> list[str]:
    """The addresses of all chats whose correction was put on its way, each as often as it was."""
    with world.store.reading() as session:
        query = select(Chat.address).join(RecallRecipient, RecallRecipient.chat_id == Chat.id)
        sent = query.where(RecallRecipient.message_order.is_not(None))
        return list(session.scalars(sent.order_by(RecallRecipient.id)))
