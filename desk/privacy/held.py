"""What legal holds cover, as conditions of queries: none of it is forgotten, and none deleted.

Each is asked of the rows of the query around it, by their indexes: where nothing is due, nothing is looked up.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from desk.cases.model import Case
from desk.conversations.model import Chat, Conversation, InboxUpdate, Message
from desk.privacy.model import Hold


def persons() -> Select[str]:
    return _open(Hold.person_id)


def enterprises() -> Select[int]:
    return _open(Hold.enterprise_id)


def case_is_held(case: type[Case] = Case) -> ColumnElement[bool]:
    """Of a query over cases: held themselves, or by their person or enterprise."""
    return or_(case.id.in_(_open(Hold.case_id)), case.person_id.in_(persons()), case.enterprise_id.in_(enterprises()))


def conversation_is_held() -> ColumnElement[bool]:
    """Of a query over conversations: of a held person, or something of a held case was said in it."""
    chat, about, asked = aliased(Chat), aliased(Message), aliased(Message)
    speaking, told, opened = aliased(Case), aliased(Case), aliased(Case)
    return or_(
        exists().where(chat.id == Conversation.chat_id, chat.person_id.in_(persons())),
        exists().where(speaking.conversation_id == Conversation.id, case_is_held(speaking)),
        exists().where(about.conversation_id == Conversation.id, told.id == about.case_id, case_is_held(told)),
        exists().where(asked.conversation_id == Conversation.id, opened.enquiry_id == asked.id, case_is_held(opened)),
    )


def speaks_where_held() -> ColumnElement[bool]:
    """Of a query over cases: the conversation in which a case speaks is held, by whatever."""
    return exists().where(Conversation.id == Case.conversation_id, conversation_is_held())


def update_is_held() -> ColumnElement[bool]:
    """Of a query over updates: of a held conversation, or of a held person without ever becoming a message."""
    message, chat = aliased(Message), aliased(Chat)
    of_message = and_(message.update_id == InboxUpdate.id, Conversation.id == message.conversation_id)
    of_person = and_(chat.channel == InboxUpdate.channel, chat.address == InboxUpdate.chat_address)
    return or_(
        exists().where(of_message, conversation_is_held()), exists().where(of_person, chat.person_id.in_(persons()))
    )


def _open(column: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(column).where(column.is_not(None), Hold.lifted_at.is_(None))
