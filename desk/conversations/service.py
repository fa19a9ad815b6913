"""Conversations: finding a person's chat and conversation, recording what was said, and bringing it to an end."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations.incoming import Incoming
from desk.conversations.language import choose
from desk.conversations.model import Button, Chat, Conversation, Message, Person
from desk.deliveries import service as deliveries
from desk.guidance.record import Language
from desk.speech import Utterance
from desk.store import others_write

#: As shipped; an administrator may set another time.
IDLE_AFTER = dt.timedelta(minutes=15)
BUTTON_LASTS = dt.timedelta(days=14)
#: What is awaited for longer than a silent conversation lasts: until ``awaiting_until`` it does not end by itself.
AWAITED_IN_SILENCE = ("questionnaire_text",)
#: The longest text that the desk keeps of one message; what is beyond is cut, and the person is told.
TEXT_KEPT = 8000

# What is asked for every message is put together once: that takes longer than asking it.
_CHAT = select(Chat).where(Chat.channel == bindparam("channel"), Chat.address == bindparam("address"))
_LATEST = (
    select(Conversation)
    .where(Conversation.chat_id == bindparam("chat"))
    .order_by(Conversation.started_at.desc(), Conversation.ended_at.is_(None).desc())
    .limit(1)
)
_BUTTONS = select(Button).where(Button.message_id == bindparam("message")).order_by(Button.position)


def known_chat(session: Session, incoming: Incoming) -> Chat | None:
    """The chat of an update; None at first contact."""
    return session.scalar(_CHAT, {"channel": incoming.channel, "address": incoming.chat})


def chat_of(session: Session, incoming: Incoming, at: dt.datetime, *, found: Chat | None = None) -> Chat:
    """The chat of an update, with its person; both are made at first contact.

    ``found`` is the chat in which the update's message was kept: it is not looked up again, unless it was forgotten.
    """
    chat = found if found is not None and found.address == incoming.chat else known_chat(session, incoming)
    if chat is None:
        person = Person(name=incoming.person_name, created_at=at)
        chat = Chat(channel=incoming.channel, address=incoming.chat, person=person, created_at=at)
        session.add(chat)
    # What is as it was is not told to the session: it would look through all that it has.
    if incoming.language_hint and chat.language_hint != incoming.language_hint:
        chat.language_hint = incoming.language_hint
    if incoming.person_name and chat.person.name != incoming.person_name:
        chat.person.name = incoming.person_name
    session.flush()
    return chat


def latest(session: Session, chat: Chat) -> Conversation | None:
    """The chat's newest conversation, ended or not."""
    return session.scalar(_LATEST, {"chat": chat.id})


def current(session: Session, chat: Chat, text: str, at: dt.datetime) -> Conversation:
    """The chat's open conversation in the language of the next answer; a new one where the last has ended."""
    return going_on(session, chat, latest(session, chat), text, at)


def language_ahead(chat: Chat, last: Conversation | None, incoming: Incoming) -> Language:
    """In which language an update will be answered, before it is taken."""
    return choose(
        choice=chat.person.language_choice,
        text=incoming.text,
        conversation=last.language if last else None,
        channel_hint=incoming.language_hint or chat.language_hint,
    )


def going_on(session: Session, chat: Chat, last: Conversation | None, text: str, at: dt.datetime) -> Conversation:
    """As ``current``, where the chat's latest conversation is known."""
    language = choose(
        choice=chat.person.language_choice,
        text=text,
        conversation=last.language if last else None,
        channel_hint=chat.language_hint,
    )
    if last is not None and last.ended_at is None:
        last.language, last.last_activity_at = language, at
        return last
    conversation = Conversation(chat=chat, language=language, started_at=at, last_activity_at=at)
    session.add(conversation)
    session.flush()
    return conversation


def language_of(conversation: Conversation) -> Language:
    return "en" if conversation.language == "en" else "vi"


def person_said(
    session: Session, conversation: Conversation, text: str, update_id: int | None, at: dt.datetime
) -> Message:
    """Record what a person wrote; of one update once, which whoever calls has made sure of."""
    _take_turn(session, conversation.chat)
    message = Message(
        conversation_id=conversation.id, author="person", text=text[:TEXT_KEPT], update_id=update_id, at=at
    )
    session.add(message)
    session.flush()
    return message


def say(
    session: Session,
    conversation: Conversation,
    utterance: Utterance,
    at: dt.datetime,
    *,
    author: str = "assistant",
    case_id: int | None = None,
    bulk_from: dt.datetime | None = None,
    any_hour: bool = False,
    buttons_until: dt.datetime | None = None,
) -> Message:
    """Record a message of the desk with its buttons, and put it on its way to the conversation's chat.

    ``bulk_from`` is given for one of many messages that go out at once: from then on it is carried, after all answers,
    and at night only if it may go at ``any_hour``. Its buttons serve until ``buttons_until``, else for BUTTON_LASTS.
    """
    _take_turn(session, conversation.chat)
    message = Message(
        conversation_id=conversation.id,
        author=author,
        text=utterance.as_text(),
        content={"blocks": utterance.as_json()["blocks"]},
        entry=utterance.entry,
        version=utterance.version,
        case_id=case_id or _case_id(session, utterance),
        at=at,
    )
    session.add(message)
    for position, choice in enumerate(utterance.choices):
        session.add(
            Button(
                message=message,
                conversation_id=conversation.id,
                position=position,
                act=choice.act,
                argument=choice.argument,
                title=choice.title,
                expires_at=buttons_until
                or at + (BUTTON_LASTS if choice.days is None else dt.timedelta(days=choice.days)),
            )
        )
    # All of it is written at once, when it is put on its way.
    deliveries.create(session, message, conversation.chat, at, bulk_from, any_hour=any_hour)
    return message


def _take_turn(session: Session, chat: Chat) -> None:
    """Wait until what others are saying in the chat is kept, so that its messages are numbered as they become known.

    Else an officer's answer and one of the assistant, made at the same moment, could be carried the wrong way round,
    and a visitor who asks for what came after the later one would never see the other.
    """
    if others_write(session):
        session.execute(select(Chat.id).where(Chat.id == chat.id).with_for_update(key_share=True))


def said_lately(session: Session, conversation: Conversation, text: str, since: dt.datetime) -> bool:
    """Whether the assistant said these very words in the conversation since then."""
    said = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.author == "assistant",
        Message.text == text,
        Message.at >= since,
    )
    return session.scalar(said.limit(1)) is not None


def _case_id(session: Session, utterance: Utterance) -> int | None:
    """The case that a message speaks of."""
    return session.scalar(select(Case.id).where(Case.number == utterance.case)) if utterance.case else None


def pressed(session: Session, button_id: str, chat: Chat, at: dt.datetime) -> Button | None:
    """The button of this chat with that id; None for a foreign, forged or expired one."""
    button = session.get(Button, button_id) if button_id else None
    if button is None or button.expires_at <= at:
        return None
    conversation = session.get_one(Conversation, button.conversation_id)
    return button if conversation.chat_id == chat.id else None


def buttons_of(session: Session, message: Message) -> list[Button]:
    return list(session.scalars(_BUTTONS, {"message": message.id}))


def awaits(
    conversation: Conversation, what: str | None, argument: str | None = None, until: dt.datetime | None = None
) -> None:
    """Note what the person's next text is taken for."""
    conversation.awaiting, conversation.awaiting_argument, conversation.awaiting_until = what, argument, until


def is_awaiting(conversation: Conversation | None, what: str, at: dt.datetime) -> bool:
    if conversation is None or conversation.awaiting != what:
        return False
    return conversation.awaiting_until is None or at < conversation.awaiting_until


def end(session: Session, conversation: Conversation, reason: str, at: dt.datetime) -> bool:
    """End a conversation; False when somebody else ended it first."""
    ended = session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.ended_at.is_(None))
        .values(ended_at=at, end_reason=reason, awaiting=None, awaiting_argument=None, awaiting_until=None)
        .returning(Conversation.id)
    )
    session.refresh(conversation)
    return ended is not None


def idle(session: Session, at: dt.datetime, after: dt.timedelta = IDLE_AFTER) -> list[Conversation]:
    """Open conversations in which nothing was said for ``after``."""
    return list(
        session.scalars(
            select(Conversation).where(
                Conversation.ended_at.is_(None), Conversation.last_activity_at <= at - after, ~_waits_on(at)
            )
        )
    )


def _waits_on(at: dt.datetime) -> ColumnElement[bool]:
    return and_(
        Conversation.awaiting.is_not(None),
        Conversation.awaiting.in_(AWAITED_IN_SILENCE),
        Conversation.awaiting_until > at,
    )


def still_idle(
    session: Session, conversation_id: str, at: dt.datetime, after: dt.timedelta = IDLE_AFTER
) -> Conversation | None:
    """The conversation, where it is open and silent still."""
    conversation = session.get_one(Conversation, conversation_id)
    waits_on = any(is_awaiting(conversation, what, at) for what in AWAITED_IN_SILENCE)
    is_idle = conversation.ended_at is None and conversation.last_activity_at <= at - after and not waits_on
    return conversation if is_idle else None
