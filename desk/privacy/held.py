"""What legal holds cover, as conditions of queries: none of it is forgotten, and none deleted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from desk.cases.model import Case
from desk.conversations.model import Chat, Conversation, InboxUpdate, Message
from desk.privacy.model import Hold


def persons() -> Select[str]:
    return _open(Hold.person_id)


def enterprises() -> Select[int]:
    return _open(Hold.enterprise_id)


def case_is_held() -> ColumnElement[bool]:
    """Of a query over cases: held themselves, or by their person or enterprise."""
    return or_(Case.id.in_(_open(Hold.case_id)), Case.person_id.in_(persons()), Case.enterprise_id.in_(enterprises()))


def conversations() -> CompoundSelect[str]:
    """All that a held person said, and every conversation in which something of a held case was said."""
    said = select(Conversation.id).join(Chat, Chat.id == Conversation.chat_id).where(Chat.person_id.in_(persons()))
    speaking = select(Case.conversation_id).where(case_is_held())
    asked = select(Message.conversation_id).join(Case, Case.enquiry_id == Message.id).where(case_is_held())
    cases = select(Case.id).where(case_is_held()).correlate(None)
    about = select(Message.conversation_id).where(Message.case_id.in_(cases))
    # They stand by themselves, whatever the query is over in which they are asked for.
    return union(*(each.correlate(None) for each in (said, speaking, asked, about)))


def update_is_held() -> ColumnElement[bool]:
    """Of a query over updates: of held conversations, or of a held person without ever becoming a message."""
    of_messages = select(Message.update_id).where(
        Message.conversation_id.in_(conversations()), Message.update_id.is_not(None)
    )
    of_person = exists().where(
        Chat.person_id.in_(persons()), Chat.channel == InboxUpdate.channel, Chat.address == InboxUpdate.chat_address
    )
    return or_(InboxUpdate.id.in_(of_messages), of_person)


def _open(column: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(column).where(column.is_not(None), Hold.lifted_at.is_(None)).correlate(None)
