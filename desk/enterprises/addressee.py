"""Whose chat a case speaks to: always one of somebody who has a part in it.

Replies go where ``Case.conversation_id`` points. It moves to the chat that wrote last, and away from whoever no longer
acts for the enterprise. Where nobody is left it points to a chat that no visitor can open: what is said there waits
until somebody is verified anew.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.enterprises.model import Enterprise, Membership, MembershipKind, MembershipState
from desk.ids import new_id


def wrote(session: Session, case: Case, message: Message) -> None:
    """The person wrote in this case: from now on it speaks to the chat where they did."""
    here = session.get_one(Conversation, message.conversation_id)
    if here.chat_id != case.conversation.chat_id:
        case.conversation = here


def ended(session: Session, membership: Membership, at: dt.datetime) -> None:
    """Take the enterprise's cases away from somebody who no longer acts for it.

    Cases that spoke to them speak to another, and the private links that they may have kept open nothing any more.
    """
    seen = Case.enterprise_id == membership.enterprise_id
    if membership.kind == MembershipKind.BROKER:
        seen = and_(seen, Case.person_id == membership.person_id)
    successor: Conversation | None = None
    for case in session.scalars(select(Case).where(seen)):
        case.key = new_id()
        if case.conversation.chat.person_id == membership.person_id:
            successor = successor or _of_staff(session, membership) or _of_nobody(session, membership.enterprise, at)
            case.conversation = successor
    session.flush()


def verified(session: Session, membership: Membership) -> None:
    """Give the cases that spoke to nobody to the first who is verified as staff."""
    theirs = latest_of(session, Chat.person_id == membership.person_id)
    if membership.kind != MembershipKind.STAFF or theirs is None:
        return
    nobodys = select(Conversation.id).join(Chat).where(Chat.address == _address(membership.enterprise))
    for case in session.scalars(select(Case).where(Case.conversation_id.in_(nobodys))):
        case.conversation = theirs
    session.flush()


def latest_of(session: Session, whose: ColumnElement[bool]) -> Conversation | None:
    """The conversation in which somebody was active last, open or ended."""
    query = select(Conversation).join(Chat, Chat.id == Conversation.chat_id).where(whose)
    newest = query.order_by(Conversation.last_activity_at.desc(), Conversation.ended_at.is_(None).desc())
    return session.scalar(newest.limit(1))


def _of_staff(session: Session, membership: Membership) -> Conversation | None:
    staff = select(Membership.person_id).where(
        Membership.enterprise_id == membership.enterprise_id,
        Membership.kind == MembershipKind.STAFF,
        Membership.state == MembershipState.VERIFIED,
    )
    return latest_of(session, Chat.person_id.in_(staff))


def _of_nobody(session: Session, enterprise: Enterprise, at: dt.datetime) -> Conversation:
    """A conversation, over already, of a chat that has no visitor."""
    address = _address(enterprise)
    chat = session.scalar(select(Chat).where(Chat.channel == "web", Chat.address == address))
    if chat is None:
        chat = Chat(channel="web", address=address, person=Person(name=enterprise.name, created_at=at), created_at=at)
    conversation = Conversation(
        chat=chat, language="vi", started_at=at, last_activity_at=at, ended_at=at, end_reason="nobody"
    )
    session.add(conversation)
    session.flush()
    return conversation


def _address(enterprise: Enterprise) -> str:
    """No visitor's id has a colon in it."""
    return f"enterprise:{enterprise.id}"
