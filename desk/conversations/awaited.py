"""Texts that the desk itself asked for: what the person's next text is, by what their conversation awaits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from desk.cases.alike import sending as alike_sending
from desk.cases.persons import chat as person_chat
from desk.conversations import other_day
from desk.conversations import service as conversations
from desk.conversations.model import Conversation
from desk.conversations.turn import Turn
from desk.enterprises import chat
from desk.questionnaires import awaiting
from desk.questionnaires import chat as questionnaires

AWAITED: dict[str, Callable[[Turn, str], None]] = {
    **chat.AWAITED,
    person_chat.ADDITION: person_chat.addition,
    alike_sending.AWAITED: alike_sending.take_text,
    other_day.DAY: other_day.take_day,
    awaiting.AWAITED: questionnaires.take_text,
}
#: What tells nothing of the language in which one wants to go on: a name, a code, an officer's text for others, an
#: answer to a questionnaire.
_NOT_OWN_WORDS = frozenset({*chat.AWAITED, alike_sending.AWAITED, other_day.DAY, awaiting.AWAITED})


def is_awaited(conversation: Conversation | None, at: dt.datetime, text: str = "") -> bool:
    """Whether the next text of an open conversation is one that the desk asked for.

    Where a day was asked for, a question goes on as one.
    """
    if conversation is None or conversation.ended_at is not None or conversation.awaiting not in AWAITED:
        return False
    if conversation.awaiting == other_day.DAY and not other_day.is_a_day(text):
        return False
    return conversations.is_awaiting(conversation, conversation.awaiting, at)


def takes_files(conversation: Conversation | None, at: dt.datetime) -> bool:
    """Whether a file without words is what the desk asked for."""
    return conversation is not None and is_awaited(conversation, at) and conversation.awaiting == person_chat.ADDITION


def says_nothing_of_language(conversation: Conversation | None, at: dt.datetime, text: str) -> bool:
    return conversation is not None and is_awaited(conversation, at, text) and conversation.awaiting in _NOT_OWN_WORDS


def take(turn: Turn) -> None:
    """Take the text for what was awaited."""
    AWAITED[turn.conversation.awaiting or ""](turn, turn.conversation.awaiting_argument or "")
