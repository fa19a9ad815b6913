"""The messages of a web chat as they leave the desk, and their being fetched, which delivers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from desk.cases.model import OPEN_STATES, Case
from desk.conversations.model import Button, Chat, Conversation, InboxUpdate, Message
from desk.deliveries import service as deliveries
from desk.deliveries.model import ON_THE_WAY
from desk.desk import Desk
from desk.paging import Page, page_of

CHANNEL = "web"
#: At most so many messages leave in one answer, and are shown on one page.
AT_ONCE, A_PAGE = 200, 40


@dataclass(frozen=True)
class ShownButton:
    """A button of a message; one that was pressed stays to be seen when it works no more."""

    id: str
    title: str
    pressed: bool
    usable: bool


@dataclass(frozen=True)
class ShownMessage:
    """One message of a conversation; ``author`` is person, assistant or officer, ``case`` a case number.

    ``begins``: a new conversation begins with it; ``is_new``: it is seen for the first time; ``answerable``: an
    officer's, whose case the person can still write to.
    """

    id: str
    author: str
    text: str
    blocks: list[dict[str, Any]]
    buttons: list[ShownButton]
    entry: str | None
    version: int | None
    case: str | None
    at: dt.datetime
    conversation: str
    language: str
    answerable: bool = False
    begins: bool = False
    is_new: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "from": self.author,
            "text": self.text,
            "blocks": self.blocks,
            "buttons": [{"id": button.id, "title": button.title} for button in self.buttons if button.usable],
            "entry": self.entry,
            "version": self.version,
            "case": self.case,
            "at": self.at.isoformat(),
        }


def chat_at(session: Session, address: str) -> Chat | None:
    return session.scalar(select(Chat).where(Chat.channel == CHANNEL, Chat.address == address))


def chat_of_conversation(session: Session, conversation_id: str) -> Chat | None:
    """The visitor's chat that a conversation id opens; None for a forged one, and for chats that need more than it.

    Those have a colon in their address: a person's own chat is opened by signing in only.
    """
    conversation = session.get(Conversation, conversation_id)
    chat = conversation.chat if conversation is not None else None
    return chat if chat is not None and chat.channel == CHANNEL and ":" not in chat.address else None


def page_of_chat(session: Session, chat: Chat, before: str | None = None) -> Page[Message]:
    """The last messages of a chat, or those before a place, the oldest first; ``after`` is where older ones are."""
    found = page_of(
        session,
        _of_chat(chat),
        [Message.order_no],
        key=lambda message: [message.order_no],
        limit=A_PAGE,
        descending=True,
        after=before,
    )
    return Page(list(reversed(found.rows)), found.before, found.after)


def in_chat(session: Session, chat: Chat, message_id: str) -> Message | None:
    """The message of this chat with that id."""
    return session.scalar(_of_chat(chat).where(Message.id == message_id))


def after_message(session: Session, chat: Chat, known: Message | None) -> list[Message]:
    """What came to the chat after a message, or all where there was none."""
    query = _of_chat(chat).where(Message.order_no > (known.order_no if known is not None else 0))
    return list(session.scalars(query.order_by(Message.order_no).limit(AT_ONCE)))


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


def fetch(desk: Desk, read: Callable[[Session], Sequence[Message]], previous: str | None = None) -> list[ShownMessage]:
    """The messages that ``read`` finds; what was still to be delivered among them is delivered by this.

    ``previous`` is the conversation of the message before them. Polling mostly finds nothing new, and then no writing
    transaction is begun.
    """
    with desk.store.reading() as session:
        messages = read(session)
        new = _undelivered(session, messages)
        if not new:
            return shown(session, messages, desk.now(), previous=previous)
    with desk.store.writing() as session:
        messages = read(session)
        new = _undelivered(session, messages)
        deliveries.fetched_ones(session, list(new), desk.now())
        return shown(session, messages, desk.now(), new=new, previous=previous)


def shown(
    session: Session,
    messages: Sequence[Message],
    at: dt.datetime,
    *,
    new: frozenset[int] = frozenset(),
    previous: str | None = None,
) -> list[ShownMessage]:
    """Messages with the buttons that still work or were pressed."""
    buttons = _buttons(session, messages, at)
    cases = _cases(session, messages)
    conversation_ids = {message.conversation_id for message in messages}
    spoken = select(Conversation).where(Conversation.id.in_(conversation_ids))
    languages = {conversation.id: conversation.language for conversation in session.scalars(spoken)}
    found = []
    for message in messages:
        case = cases.get(message.case_id) if message.case_id else None
        plain = _plain(message, case, buttons[message.id], languages[message.conversation_id])
        begins = previous is not None and previous != message.conversation_id
        found.append(replace(plain, begins=begins, is_new=message.order_no in new))
        previous = message.conversation_id
    return found


def _plain(message: Message, case: Case | None, buttons: list[ShownButton], language: str) -> ShownMessage:
    return ShownMessage(
        id=message.id,
        author=message.author,
        text=message.text,
        blocks=(message.content or {}).get("blocks", []),
        buttons=buttons,
        entry=message.entry,
        version=message.version,
        case=case.number if case is not None else None,
        at=message.at,
        conversation=message.conversation_id,
        language=language,
        answerable=message.author == "officer" and case is not None and case.state in OPEN_STATES,
    )


def _undelivered(session: Session, messages: Sequence[Message]) -> frozenset[int]:
    rows = deliveries.of_messages(session, [message.order_no for message in messages])
    return frozenset(order for order, row in rows.items() if row.state in ON_THE_WAY)


def _buttons(session: Session, messages: Sequence[Message], at: dt.datetime) -> dict[str, list[ShownButton]]:
    found: dict[str, list[ShownButton]] = {message.id: [] for message in messages}
    usable_or_pressed = or_(Button.expires_at > at, Button.pressed_at.is_not(None))
    of_these = select(Button).where(Button.message_id.in_(found), usable_or_pressed)
    for button in session.scalars(of_these.order_by(Button.position)):
        one = ShownButton(button.id, button.title, button.pressed_at is not None, button.expires_at > at)
        found[button.message_id].append(one)
    return found


def _cases(session: Session, messages: Sequence[Message]) -> dict[int, Case]:
    ids = {message.case_id for message in messages if message.case_id}
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))} if ids else {}


def _of_chat(chat: Chat) -> Select[Message]:
    return (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.chat_id == chat.id)
    )
