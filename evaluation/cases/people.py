"""The people of a measurement: officers, enterprises in their chats, cases that wait, and subscribers of a topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import service as cases
from desk.cases.model import Case, Urgency
from desk.cases.promises.deadlines import Deadline
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Chat, Conversation
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.subscriptions import service as subscriptions
from desk.units import service as units

CHANNEL = "telegram"
QUESTION = "Lô hàng của tôi bị giữ ở cảng, tôi cần nộp thêm giấy tờ gì?"


def add_officers(session: Session, how_many: int, at: dt.datetime) -> list[str]:
    """Officers of the department, who never sign in; returns their user names."""
    names = [f"officer{number:02d}" for number in range(1, how_many + 1)]
    for name in names:
        officer = Officer(username=name, name=name.title(), password_hash="", created_at=at)
        session.add(officer)
        session.flush()
        people.appoint(session, officer, Role.OFFICER, units.department(session), by="operator", at=at)
    return names


def officer_named(session: Session, username: str) -> Officer:
    return session.scalars(select(Officer).where(Officer.username == username)).one()


def conversation_in(session: Session, address: int, at: dt.datetime) -> Conversation:
    """The open conversation of a Telegram chat; chat and person are made with it."""
    chat = conversations.chat_of(session, Incoming(CHANNEL, str(address), Kind.TEXT, language_hint="vi"), at)
    return conversations.current(session, chat, "", at)


def open_cases(session: Session, addresses: Iterable[int], at: dt.datetime) -> None:
    """A case that waits in the department's queue, in a chat of its own for each address."""
    queue = cases.Assignment(units.department(session))
    deadline = Deadline(at + dt.timedelta(hours=6), at + dt.timedelta(hours=8))
    for address in addresses:
        conversation = conversation_in(session, address, at)
        message = conversations.person_said(session, conversation, QUESTION, None, at)
        opening = cases.Opening(Urgency.NOT_URGENT, queue, deadline)
        cases.open_case(session, enquiry=message, conversation=conversation, opening=opening, at=at)


def case_in(session: Session, address: int) -> Case:
    """The case of a chat."""
    query = select(Case).join(Conversation, Conversation.id == Case.conversation_id).join(Chat)
    return session.scalars(query.where(Chat.channel == CHANNEL, Chat.address == str(address))).one()


def subscribe(session: Session, addresses: Iterable[int], topic: str, at: dt.datetime) -> None:
    """Chats that are told of a topic."""
    for address in addresses:
        subscriptions.subscribe(session, conversation_in(session, address, at).chat, topic, at)
