"""Invitations go along when a visitor's chat becomes part of a person's own."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.conversations.model import Chat
from desk.questionnaires.model import Invitation


def to(session: Session, chat: Chat, own: Chat) -> None:
    """Hand the invitations of a chat over to another; one that was asked the same there stays the only one."""
    asked = select(Invitation.questionnaire_id).where(Invitation.chat_id == own.id)
    theirs = update(Invitation).where(Invitation.chat_id == chat.id, Invitation.questionnaire_id.not_in(asked))
    session.execute(theirs.values(chat_id=own.id))
