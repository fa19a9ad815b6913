"""What a conversation awaits while a question is to be answered in words, and when it no longer does."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.conversations.model import Conversation

#: The name of what is awaited, and for how long.
AWAITED = "questionnaire_text"
AWAITED_FOR = dt.timedelta(hours=1)


def is_awaited(conversation: Conversation | None, at: dt.datetime) -> bool:
    """Whether the next words of an open conversation answer a question."""
    is_open = conversation is not None and conversation.ended_at is None
    return is_open and conversations.is_awaiting(conversation, AWAITED, at)


def stop(session: Session, *invitation_ids: int) -> None:
    """These are finished, declined or closed, wherever that was done: words in chat are an enquiry again."""
    for conversation in session.scalars(select(Conversation).where(Conversation.awaiting == AWAITED)):
        if int((conversation.awaiting_argument or "0").split(":")[0]) in invitation_ids:
            conversations.awaits(conversation, None)
