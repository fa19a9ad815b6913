"""The messages of a web chat as they leave the desk, and their being fetched, which delivers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations.model import Button, Chat, Conversation, InboxUpdate, Message
from desk.deliveries import service as deliveries
from desk.deliveries.model import DeliveryState
from desk.desk import Desk

CHANNEL = "web"
#: At most so many messages leave in one answer, and are shown on one page.
AT_ONCE = 200

_UNDELIVERED = (DeliveryState.CREATED, DeliveryState.SENDING, DeliveryState.TEMPORARY_FAILURE)


@dataclass(frozen=True)
class ShownMessage:
    """One message of a conversation; ``author`` is person, assistant or officer, ``case`` a case number."""

    id: str
    author: str
    text: str
    blocks: list[dict[str, Any]]
    buttons: list[dict[str, str]]
    entry: str | None
    version: int | None
    case: str | None
    at: dt.datetime
    conversation: str
    language: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "from": self.author,
            "text": self.text,
            "blocks": self.blocks,
            "buttons": self.buttons,
            "entry": self.entry,
            "version": self.version,
            "case": self.case,
            "at": self.at.isoformat(),
        }


def chat_of_visitor(session: Session, visitor: str) -> Chat | None:
    return session.scalar(select(Chat).where(Chat.channel == CHANNEL, Chat.address == visitor))


def chat_of_conversation(session: Session, conversation_id: str) -> Chat | None:
    """The web chat that a conversation id opens; None for a forged one and for other channels."""
    conversation = session.get(Conversation, conversation_id)
    return conversation.chat if conversation is not None and conversation.chat.channel == CHANNEL else None


def latest_of(session: Session, chat: Chat) -> list[Message]:
    """The last messages of a chat, oldest first."""
    newest = _of_chat(chat).order_by(Message.order_no.desc()).limit(AT_ONCE)
    return list(reversed(session.scalars(newest).all()))


def since(session: Session, chat: Chat, conversation_id: str, after: str | None) -> list[Message]:
    """What came to the chat after a message, else since the conversation began.

    Of the chat and not the conversation only: an officer's reply goes to the conversation in which the case was
    opened, which may have ended while the person writes in another.
    """
    first = select(Message.order_no).where(Message.conversation_id == conversation_id).order_by(Message.order_no)
    start = session.scalar(first.limit(1))
    query = _of_chat(chat).where(Message.order_no >= (start or 0))
    if after:
        known = session.scalar(_of_chat(chat).where(Message.id == after))
        query = query if known is None else _of_chat(chat).where(Message.order_no > known.order_no)
    return list(session.scalars(query.order_by(Message.order_no).limit(AT_ONCE)))


def reply_to(session: Session, update: InboxUpdate) -> list[Message]:
    """The person's message of a finished update and what was said to it: the same however late it is asked for."""
    own = session.scalars(select(Message).where(Message.update_id == update.id)).one()
    chat = session.get_one(Conversation, own.conversation_id).chat
    query = _of_chat(chat).where(Message.order_no > own.order_no)
    if update.state == "done":
        query = query.where(Message.at <= update.finished_at)
    said = []
    for message in session.scalars(query.order_by(Message.order_no).limit(AT_ONCE)):
        if message.author == "person":
            break
        said.append(message)
    return [own, *said]


def fetch(desk: Desk, read: Callable[[Session], Sequence[Message]]) -> list[ShownMessage]:
    """The messages that ``read`` finds; what was still to be delivered among them is delivered by this.

    Polling mostly finds nothing new, and then no writing transaction is begun.
    """
    with desk.store.reading() as session:
        messages = read(session)
        rows = deliveries.of_messages(session, [message.order_no for message in messages]).values()
        if not any(row.state in _UNDELIVERED for row in rows):
            return shown(session, messages, desk.now())
    with desk.store.writing() as session:
        messages = read(session)
        for conversation_id in {message.conversation_id for message in messages}:
            deliveries.fetched(session, conversation_id, desk.now())
        return shown(session, messages, desk.now())


def shown(session: Session, messages: Sequence[Message], at: dt.datetime) -> list[ShownMessage]:
    """Messages with the buttons that still work."""
    buttons: dict[str, list[dict[str, str]]] = {message.id: [] for message in messages}
    usable = select(Button).where(Button.message_id.in_(buttons), Button.expires_at > at)
    for button in session.scalars(usable.order_by(Button.position)):
        buttons[button.message_id].append({"id": button.id, "title": button.title})
    case_ids = {message.case_id for message in messages if message.case_id}
    numbers = {case.id: case.number for case in session.scalars(select(Case).where(Case.id.in_(case_ids)))}
    conversation_ids = {message.conversation_id for message in messages}
    spoken = select(Conversation).where(Conversation.id.in_(conversation_ids))
    languages = {conversation.id: conversation.language for conversation in session.scalars(spoken)}
    return [
        ShownMessage(
            id=message.id,
            author=message.author,
            text=message.text,
            blocks=(message.content or {}).get("blocks", []),
            buttons=buttons[message.id],
            entry=message.entry,
            version=message.version,
            case=numbers.get(message.case_id) if message.case_id else None,
            at=message.at,
            conversation=message.conversation_id,
            language=languages[message.conversation_id],
        )
        for message in messages
    ]


def _of_chat(chat: Chat) -> Select[Message]:
    return (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.chat_id == chat.id)
    )
