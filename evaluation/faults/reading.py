"""What the store says after a run: each chat with its messages, their updates and their deliveries, in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rendering import render
from desk.conversations.model import Button, Chat, Conversation, InboxUpdate, Message
from desk.deliveries.model import Delivery
from desk.speech import Block


@dataclass(frozen=True)
class Update:
    """A row of the inbox: how it ended, and the order of the person's message that came of it."""

    id: int
    key: str
    state: str
    result: str | None


@dataclass(frozen=True)
class Said:
    """A message in the store with its delivery, where it has one; ``parts`` are its texts as Telegram gets them.

    ``titles`` are those of the buttons under it.
    """

    id: str
    order: int
    author: str
    text: str
    update: int | None
    state: str | None = None
    delivery: int | None = None
    external_ids: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass
class ChatRead:
    """All of one chat."""

    channel: str
    address: str
    updates: list[Update] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


def read_chats(session: Session) -> dict[tuple[str, str], ChatRead]:
    """Every chat by channel and address; its updates and messages in the order in which they came to the store."""
    chats: dict[tuple[str, str], ChatRead] = {}

    def chat_of(channel: str, address: str) -> ChatRead:
        return chats.setdefault((channel, address), ChatRead(channel, address))

    updates = session.execute(
        select(
            InboxUpdate.channel,
            InboxUpdate.chat_address,
            InboxUpdate.id,
            InboxUpdate.update_key,
            InboxUpdate.state,
            InboxUpdate.result,
        ).order_by(InboxUpdate.id)
    )
    for channel, address, update_id, key, state, result in updates:
        chat_of(channel, address).updates.append(Update(update_id, key, state, result))
    messages = session.execute(
        select(
            Chat.channel,
            Chat.address,
            Message.id,
            Message.order_no,
            Message.author,
            Message.text,
            Message.update_id,
            Message.content,
            Delivery.state,
            Delivery.id,
            Delivery.external_ids,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .outerjoin(Delivery, Delivery.message_order == Message.order_no)
        .order_by(Message.order_no)
    )
    titles: dict[str, list[str]] = defaultdict(list)
    for message_id, title in session.execute(select(Button.message_id, Button.title).order_by(Button.position)):
        titles[message_id].append(title)
    for channel, address, id_, order, author, text, update_id, content, state, delivery, external in messages:
        parts = tuple(render(_blocks(content, text))) if delivery is not None and channel == "telegram" else ()
        under = tuple(titles[id_])
        said = Said(id_, order, author, text, update_id, state, delivery, tuple(external or ()), parts, under)
        chat_of(channel, address).said.append(said)
    return chats


def answers(chat: ChatRead) -> dict[int, list[Said]]:
    """What was said after each message of the person and before the next one, by the update of the message."""
    found: dict[int, list[Said]] = defaultdict(list)
    current: int | None = None
    for said in chat.said:
        if said.author == "person":
            current = said.update
            if current is not None:
                found[current] = []
        elif current is not None:
            found[current].append(said)
    return dict(found)


def _blocks(content: dict[str, object] | None, text: str) -> list[Block]:
    if content is None:
        return [Block("paragraph", text)]
    blocks: list[dict[str, object]] = content["blocks"]  # type: ignore[assignment]
    return [Block(**{**block, "items": tuple(block["items"])}) for block in blocks]  # type: ignore[arg-type]
