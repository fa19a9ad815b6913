"""What a browser said as a visitor becomes a person's own, after they agreed to it.

Rights to act for an enterprise never go from one person to another: they are kept only where the visitor *becomes* the
person, who was nobody before.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.accounts.codes import AccountRefused
from desk.accounts.model import PersonEmail, PersonSignIn, SignInCode
from desk.audit.service import record_act
from desk.cases.model import Case
from desk.conversations import closing, inbox
from desk.conversations import service as conversations
from desk.conversations.model import Button, Chat, Conversation, Message, Person
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.enterprises import acting, person_desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership
from desk.ids import new_id
from desk.questionnaires import going_over
from desk.subscriptions import service as subscriptions


@dataclass(frozen=True)
class Found:
    """What a visitor's chat holds: messages, own cases, the enterprises they act or ask to act for.

    ``becomes``: whether the rights go along, since the person was nobody before.
    """

    messages: int
    cases: int
    enterprises: tuple[str, ...]
    becomes: bool


def found(session: Session, chat: Chat | None, person: Person) -> Found | None:
    """What there is to take along from a visitor's chat; None where nothing was said in it."""
    if chat is None or chat.person_id == person.id:
        return None
    said = select(func.count()).select_from(Message).join(Conversation).where(Conversation.chat_id == chat.id)
    messages = session.scalar(said) or 0
    if not messages:
        return None
    cases = session.scalar(select(func.count()).select_from(Case).where(*_own_cases(chat.person))) or 0
    held = tuple(membership.enterprise.name for membership in enterprises.of_person(session, chat.person))
    return Found(messages, cases, held, _was_nobody(session, person))


def join(desk: Desk, session: Session, chat: Chat, person: Person) -> Person:
    """Take the visitor's chat along, and return as whom its browser is signed in from now on; raises AccountRefused.

    The visitor's cookie opens nothing afterwards, wherever there is a copy of it.
    """
    if inbox.is_at_work_for(session, chat.channel, chat.address):
        raise AccountRefused("account.busy")
    visitor = chat.person
    if _was_nobody(session, person):
        _become(session, chat, person)
        kept, how = visitor, "became"
    else:
        _merge(desk, session, chat, person)
        kept, how = person, "merged"
    session.flush()
    detail = {"how": how, "visitor": visitor.id}
    record_act(session, actor="person", act="person.joined", subject=kept.id, at=desk.now(), detail=detail)
    return kept


def _was_nobody(session: Session, person: Person) -> bool:
    """Whether nothing is known of the person but how they signed in."""
    for table in (Chat, Membership, Case):
        if session.scalar(select(table.person_id).where(table.person_id == person.id).limit(1)) is not None:
            return False
    return True


def _become(session: Session, chat: Chat, nobody: Person) -> None:
    """The visitor is the person: address and sessions are theirs, and nothing that they had changes."""
    visitor = chat.person
    for table in (PersonEmail, PersonSignIn, SignInCode):
        session.execute(update(table).where(table.person_id == nobody.id).values(person_id=visitor.id))
    visitor.contact = visitor.contact or nobody.contact
    chat.address = accounts.own_address(visitor.id)
    session.flush()
    session.expire_all()
    session.delete(session.get_one(Person, nobody.id))


def _merge(desk: Desk, session: Session, chat: Chat, person: Person) -> None:
    """Conversations, own cases and subscriptions go over; rights end, and with them what they opened."""
    visitor = chat.person
    for membership in enterprises.of_person(session, visitor):
        person_desk.leave(desk, session, membership)
    last = conversations.latest(session, chat)
    if last is not None and last.ended_at is None:
        closing.close(desk, session, last, "joined")
    own = accounts.make_own_chat(desk, session, person)
    moved = list(session.scalars(select(Conversation.id).where(Conversation.chat_id == chat.id)))
    void = Button.conversation_id.in_(moved), Button.act.in_(acting.LEADING_TO_A_CASE)
    # A case of what was written before would be that of whomever the person acts for now.
    session.execute(update(Button).where(*void).values(expires_at=desk.now()))
    session.execute(update(Conversation).where(Conversation.id.in_(moved)).values(chat_id=own.id))
    session.execute(update(Delivery).where(Delivery.chat_id == chat.id).values(chat_id=own.id))
    going_over.to(session, chat, own)
    session.execute(update(Case).where(*_own_cases(visitor)).values(person_id=person.id))
    for topic in subscriptions.unsubscribe(session, chat, subscriptions.TOPICS, desk.now()):
        subscriptions.subscribe(session, own, topic, desk.now())
    visitor.name = visitor.enterprise_name = visitor.tax_code = visitor.contact = None
    chat.address = f"joined:{new_id()}"
    session.flush()
    session.expire_all()


def _own_cases(person: Person) -> tuple[ColumnElement[bool], ...]:
    return Case.person_id == person.id, Case.enterprise_id.is_(None)
