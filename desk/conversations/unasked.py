"""Saying something that nobody asked for: in which language and conversation, and whom it would disturb."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Session

from desk.conversations.language import choose
from desk.conversations.model import Chat, Conversation
from desk.guidance.record import Language


def language_for(chat: Chat, last: Conversation | None) -> Language:
    """The language of a chat whose newest conversation is ``last``."""
    spoken = last.language if last is not None else None
    return choose(choice=chat.person.language_choice, text="", conversation=spoken, channel_hint=chat.language_hint)


def conversation_for(
    session: Session, chat: Chat, last: Conversation | None, language: Language, now: dt.datetime, reason: str
) -> Conversation:
    """Where it is said: the open conversation, without its counting as activity, else one of its own.

    One of its own is over as soon as it is said, for this ``reason``: nobody is asked to rate it, and nothing waits
    in it.
    """
    if last is not None and last.ended_at is None:
        return last
    own = Conversation(chat=chat, language=language, started_at=now, last_activity_at=now)
    own.ended_at, own.end_reason = now, reason
    session.add(own)
    session.flush()
    return own


def would_be_disturbed(now: dt.datetime) -> ColumnElement[bool]:
    """Whether a chat fills in the form for an officer, or was asked for a comment and may still give it."""
    return exists().where(
        Conversation.chat_id == Chat.id,
        or_(
            and_(Conversation.awaiting == "form", Conversation.ended_at.is_(None)),
            and_(Conversation.awaiting == "rating_comment", Conversation.awaiting_until > now),
        ),
    )
