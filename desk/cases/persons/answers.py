"""Which of a person's words answer an officer, so that they go to the case without asking."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases.model import OPEN_STATES, Case, CaseEntry, EntryKind
from desk.cases.persons import desk as person_desk
from desk.conversations.incoming import Incoming
from desk.conversations.model import Chat, Conversation
from desk.conversations.turn import Turn
from desk.deliveries import service as deliveries
from desk.enterprises import access

#: For so long after an officer's question the person's next text is its answer.
ANSWERED_WITHIN = dt.timedelta(hours=24)
#: Put together once, for it is asked for every message.
_ASKED_IN = (
    select(Case)
    .join(CaseEntry, CaseEntry.case_id == Case.id)
    .join(Conversation, Conversation.id == Case.conversation_id)
    .where(
        Conversation.chat_id == bindparam("chat"),
        Case.state.in_(OPEN_STATES),
        Case.paused_at.is_not(None),
        CaseEntry.kind == EntryKind.ASKED,
        CaseEntry.at > bindparam("since"),
    )
    .order_by(CaseEntry.id.desc())
    .limit(1)
)


def replied_to(session: Session, chat: Chat, incoming: Incoming) -> Case | None:
    """The open case of the officer's message that this answers, where the person still has a part in it."""
    if incoming.reply_to is None:
        return None
    message = deliveries.message_known_as(session, chat, incoming.reply_to, incoming.reply_words)
    if message is None or message.author != "officer" or message.case_id is None:
        return None
    case = session.get_one(Case, message.case_id)
    return case if case.state in OPEN_STATES and access.has_part_in(session, chat.person, case) else None


def asked_in(session: Session, chat: Chat, at: dt.datetime) -> Case | None:
    """The case of this chat that waits for the person's answer to a question of the last 24 hours; the newest one's."""
    return session.scalar(_ASKED_IN, {"chat": chat.id, "since": at - ANSWERED_WITHIN})


def take(turn: Turn) -> None:
    """Put the person's words into the case that they answer; the way to ask them as a new question stays open."""
    case = replied_to(turn.session, turn.chat, turn.incoming) or asked_in(turn.session, turn.chat, turn.now)
    as_new = turn.choice("new_question", turn.message.id, title=turn.text("case.it_is_new"))
    if case is None:
        turn.say_text("case.answer_too_late", [as_new])
        return
    try:
        person_desk.add(turn.desk, turn.session, case, turn.message)
    except permissions.CaseRefused as refused:
        turn.say_text(refused.reason, [as_new], number=case.number)
        return
    turn.say_text("case.answer_added", [as_new], number=case.number)
