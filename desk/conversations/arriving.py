"""An update as it arrives: what the desk knows at that moment, and the turn of the conversation that it begins."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers_chat import awaited_words as chat_words
from desk.cases.persons import answers as person_answers
from desk.conversations import awaited, files
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Button, Chat, Conversation, Message
from desk.conversations.routing import Route, Situation, readable, route
from desk.conversations.turn import Turn
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enterprises import access
from desk.observing import note
from desk.people import telegram_link
from desk.people.model import Officer
from desk.questionnaires import awaiting
from desk.ratings import chat as rating_chat
from desk.receipts import codes

#: The message that an update brought, and its conversation; put together once, for it is asked for every message.
_BROUGHT = (
    select(Message, Conversation)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .where(Message.update_id == bindparam("update"))
)


def look_ahead(desk: Desk, incoming: Incoming) -> Situation:
    """What must be known before the writing transaction: a search may take its time, and no lock is held for it.

    Where it is a question, as far as can be told, its search begins here.
    """
    with desk.store.reading() as session:
        may_be_officer = _officer_of(session, incoming) is not None
        chat = conversations.known_chat(session, incoming)
        if chat is None or incoming.kind not in (Kind.TEXT, Kind.ATTACHMENT):
            return Situation(may_be_officer=may_be_officer)
        last = conversations.latest(session, chat)
        now = desk.now()
        comment = conversations.is_awaiting(last, "rating_comment", now)
        answer = awaiting.is_awaited(last, now)
        is_open = last is not None and last.ended_at is None
        is_officers_reply, message = _officers_reply(session, chat, incoming)
        replied_to = _case_of(session, message)
        has_open_case = access.has_open_case(session, chat)
        situation = Situation(
            may_be_officer=may_be_officer,
            officer_act_is_awaited=chat_words.is_awaited(last, replied_to, now),
            replies_to_case=replied_to is not None,
            replies_to_unknown=is_officers_reply and message is None,
            replies_to_officer=person_answers.replied_to(session, chat, incoming) is not None,
            answers_officer=has_open_case and person_answers.asked_in(session, chat, now) is not None,
            form_is_open=is_open and conversations.is_awaiting(last, "form", now),
            text_is_awaited=awaited.is_awaited(last, now, incoming.text),
            answer_is_awaited=answer,
            file_is_awaited=awaited.takes_files(last, now),
            comment_is_awaited=comment,
            case_is_open=has_open_case
            and access.open_case_of(session, chat) is not None
            and not (is_open and last is not None and last.beside_case),
        )
        conversation_id = last.id if last else ""
        language = conversations.language_ahead(chat, last, incoming)
        chosen = last.as_of if last is not None and is_open else None
    if route(incoming, situation) is Route.DIALOGUE and desk.rules.small_talk.named(incoming.text) is None:
        enquiries.expect(desk, incoming.text[: conversations.TEXT_KEPT], language, chosen)
    if not (comment or answer) or not readable(incoming.text) or codes.is_meant(incoming.text):
        return situation
    question = "?" in incoming.text or enquiries.is_confident_question(desk, conversation_id, incoming.text)
    return replace(situation, looks_like_a_question=question)


def begin(desk: Desk, session: Session, update_id: int, incoming: Incoming, *, may_be_officer: bool = True) -> Turn:
    """Find or make the chat, the conversation and the person's message of this update.

    ``may_be_officer``: False where it was seen a moment ago that no linked officer wrote it.
    """
    now = desk.now()
    brought = session.execute(_BROUGHT, {"update": update_id}).one_or_none()
    if brought is not None:
        known, conversation = brought
        chat = conversations.chat_of(session, incoming, now, found=conversation.chat)
    else:
        chat = conversations.chat_of(session, incoming, now)
        button = conversations.pressed(session, incoming.button, chat, now)
        conversation = _conversation_for(session, chat, incoming, button, desk)
        text = button.title if button else incoming.text or incoming.command or incoming.attachment
        known = conversations.person_said(session, conversation, text, update_id, now)
        files.hang(desk, session, known, incoming, conversations.language_of(conversation))
    note(enquiry=known.id)
    officer = _officer_of(session, incoming) if may_be_officer else None
    return Turn(desk, session, incoming, chat, conversation, known, officer)


def _officer_of(session: Session, incoming: Incoming) -> Officer | None:
    """The linked officer who wrote it."""
    return telegram_link.officer_of_telegram(session, incoming.user) if incoming.channel == "telegram" else None


def _conversation_for(
    session: Session, chat: Chat, incoming: Incoming, button: Button | None, desk: Desk
) -> Conversation:
    """A late tap and a comment belong to the conversation that has ended; all else to an open one."""
    last = conversations.latest(session, chat)
    if button is not None and button.act in rating_chat.NAMES:
        return session.get_one(Conversation, button.conversation_id)
    comments = last is not None and conversations.is_awaiting(last, "rating_comment", desk.now())
    if last is not None and comments and button is not None and button.act.startswith("questionnaire_"):
        return last
    wrote = incoming.kind in (Kind.TEXT, Kind.ATTACHMENT)
    if wrote and last is not None and comments:
        return last
    # An officer's words to a case are in the language of the person it goes to, which is not always the officer's own.
    of_a_case = case_replied_to(session, chat, incoming)
    is_own = wrote and of_a_case is None and not chat_words.is_awaited(last, of_a_case, desk.now())
    own_words = incoming.text if is_own else ""
    if awaited.says_nothing_of_language(last, desk.now(), incoming.text) or codes.is_meant(incoming.text):
        own_words = ""
    return conversations.going_on(session, chat, last, own_words, desk.now())


def case_replied_to(session: Session, chat: Chat, incoming: Incoming) -> Case | None:
    """The case of the message that a linked officer replied to."""
    return _case_of(session, _officers_reply(session, chat, incoming)[1])


def _officers_reply(session: Session, chat: Chat, incoming: Incoming) -> tuple[bool, Message | None]:
    """Whether a linked officer uses Telegram's reply, and on which message; None where the desk does not know it."""
    if incoming.reply_to is None or telegram_link.officer_of_telegram(session, incoming.user) is None:
        return False, None
    return True, deliveries.message_known_as(session, chat, incoming.reply_to, incoming.reply_words)


def _case_of(session: Session, message: Message | None) -> Case | None:
    return session.get(Case, message.case_id) if message is not None and message.case_id else None
