"""Deleting what a person wrote and who they are, because they want it: as the retention does, and more thoroughly.

Their stars become nobody's, copies in officers' chats go, and the chat is no longer known. What is an enterprise's
stays with the enterprise (decision 57); what is held stays until the hold is lifted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.base import Executable

from desk.accounts import service as accounts
from desk.cases import case_words
from desk.cases.model import OPEN_STATES, Case
from desk.conversations import inbox
from desk.conversations import service as conversations
from desk.conversations.model import FORGOTTEN, Button, Chat, Conversation, Message, Person
from desk.deliveries.model import ON_THE_WAY, Delivery
from desk.enterprises import addressee
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership, MembershipKind, MembershipState
from desk.letters.model import Letter, LetterState
from desk.people.model import OfficerLink
from desk.privacy import held
from desk.privacy.forgetting import forget, forget_cases, forget_person, sever
from desk.questionnaires.model import Invitation, InvitationState, Response
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.subscriptions import service as subscriptions

#: Whose stars are nobody's.
NOBODY = "nobody"
#: So many conversations are forgotten in one transaction.
AT_ONCE = 20


@dataclass(frozen=True)
class Deleted:
    """How much was deleted, and how much stays since it is held. ``is_all``: the rest is for another turn otherwise."""

    conversations: int
    cases: int
    ratings: int
    held: int
    is_all: bool

    @property
    def counts(self) -> dict[str, int]:
        return {name: int(value) for name, value in vars(self).items() if name != "is_all"}


def is_officer(session: Session, person: Person) -> bool:
    """Whether somebody who works here writes as this person: whose data the administrator ends, not a button."""
    linked = select(OfficerLink.officer_id).join(Chat, Chat.id == OfficerLink.chat_id)
    return session.scalar(linked.where(Chat.person_id == person.id).limit(1)) is not None


def open_cases(session: Session, person: Person) -> list[Case]:
    """Cases that would have nobody to speak to without the person, and are not settled yet."""
    colleague = aliased(Membership)
    has_another = exists().where(
        colleague.enterprise_id == Case.enterprise_id,
        colleague.person_id != person.id,
        colleague.kind == MembershipKind.STAFF.value,
        colleague.state == MembershipState.VERIFIED.value,
    )
    query = (
        select(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(Case.state.in_(OPEN_STATES), or_(Case.person_id == person.id, Chat.person_id == person.id), ~has_another)
    )
    return list(session.scalars(query.order_by(Case.id)))


def is_held(session: Session, person: Person) -> bool:
    """Whether something of the person is covered by a legal hold."""
    return _held_count(session, person) > 0


def is_busy(session: Session, person: Person) -> bool:
    """Whether something that the person sent is still being worked on."""
    return any(inbox.is_at_work_for(session, chat.channel, chat.address) for chat in chats_of(session, person))


def is_being_told(session: Session, person: Person) -> bool:
    """Whether a message is on its way to the person in a channel that messages are carried to."""
    query = (
        select(Delivery.id)
        .join(Chat, Chat.id == Delivery.chat_id)
        .where(Chat.person_id == person.id, Delivery.channel == "telegram", Delivery.state.in_(ON_THE_WAY))
        .where(Delivery.bulk.is_(False), Chat.blocked_at.is_(None))
    )
    return session.scalar(query.limit(1)) is not None


def chats_of(session: Session, person: Person) -> list[Chat]:
    query = select(Chat).where(Chat.person_id == person.id).order_by(Chat.created_at, Chat.id)
    return [chat for chat in session.scalars(query) if not chat.is_forgotten]


def delete_person(session: Session, person: Person, at: dt.datetime) -> Deleted:
    """Delete what may be deleted now, so much that nobody waits for long; ``is_all`` says whether it was all.

    What is held stays, and with it who the person is and for whom they act: that goes when the hold is lifted.
    """
    is_partly_held = is_held(session, person)
    chats = chats_of(session, person)
    for chat in chats:
        _end_talking(session, chat, at)
    ratings = 0
    if not is_partly_held:
        _leave(session, person, chats, at)
        ratings = _make_nobodys(session, person, at)
        _forget_letters(session, person, at)
    cases = list(session.scalars(select(Case.id).where(_own_to_forget(person))))
    numbers = list(session.scalars(select(Case.number).where(Case.id.in_(cases))))
    forget_cases(session, cases, at)
    _forget_copies(session, [number for number in numbers if number], at)
    said = _kept_of(session, person)
    forgotten = sum(forget(session, each, at) for each in said[:AT_ONCE])
    if len(said) > AT_ONCE:
        return Deleted(forgotten, len(cases), ratings, 0, is_all=False)
    if not is_partly_held:
        forget_person(session, person, at)
        for chat in chats_of(session, person):
            sever(session, chat)
    session.flush()
    return Deleted(forgotten, len(cases), ratings, _held_count(session, person), is_all=True)


def _end_talking(session: Session, chat: Chat, at: dt.datetime) -> None:
    last = conversations.latest(session, chat)
    if last is not None and last.ended_at is None:
        conversations.end(session, last, "deleted", at)


def _leave(session: Session, person: Person, chats: list[Chat], at: dt.datetime) -> None:
    """The person acts for nobody any more and gets no news; what was only planned to be sent to them is not."""
    for membership in enterprises.of_person(session, person):
        enterprises.end(session, membership, at)
        addressee.ended(session, membership, at)
    _leave_cases_to_enterprises(session, person)
    for chat in chats:
        subscriptions.unsubscribe(session, chat, subscriptions.TOPICS, at)
        invited = select(Invitation.id).where(Invitation.chat_id == chat.id)
        for response in session.scalars(select(Response).where(Response.invitation_id.in_(invited))):
            if response.finished:
                response.invitation_id = None
            else:
                session.delete(response)
        session.flush()
        waits = Invitation.chat_id == chat.id, Invitation.state == InvitationState.WAITING.value
        _quietly(session, update(Invitation).where(*waits).values(state=InvitationState.LEFT_OUT.value))


def _leave_cases_to_enterprises(session: Session, person: Person) -> None:
    """Cases that the person opened for an enterprise stay its cases; how the person is reached goes from them."""
    theirs = Case.person_id == person.id, Case.enterprise_id.is_not(None)
    for case in session.scalars(select(Case).where(*theirs, ~held.case_is_held())):
        case.contact = None
        case_words.keep(session, case)
    session.flush()


def _own_to_forget(person: Person) -> ColumnElement[bool]:
    own = Case.person_id == person.id, Case.enterprise_id.is_(None), Case.question != ""
    return and_(*own, ~held.case_is_held(), ~held.speaks_where_held())


def _kept_of(session: Session, person: Person) -> list[str]:
    """The conversations that are still to be forgotten, and may be."""
    query = (
        select(Conversation.id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(Chat.person_id == person.id, Conversation.end_reason.is_distinct_from(FORGOTTEN))
        .where(~held.conversation_is_held())
    )
    return list(session.scalars(query.order_by(Conversation.started_at, Conversation.id)))


def _forget_copies(session: Session, numbers: list[str], at: dt.datetime) -> None:
    """Lists and summaries in officers' chats repeat a case's question beside its number."""
    of_officers = select(Conversation.id).where(Conversation.chat_id.in_(select(OfficerLink.chat_id)))
    for number in numbers:
        on_a_button = select(Button.message_id).where(
            Button.conversation_id.in_(of_officers), Button.title.contains(number, autoescape=True)
        )
        named = or_(Message.text.contains(number, autoescape=True), Message.id.in_(on_a_button))
        ids = list(session.scalars(select(Message.id).where(Message.conversation_id.in_(of_officers), named)))
        _quietly(session, update(Message).where(Message.id.in_(ids)).values(text="", content=None))
        under = update(Button).where(Button.message_id.in_(ids))
        _quietly(session, under.values(title="", argument="", expires_at=at))


def _make_nobodys(session: Session, person: Person, at: dt.datetime) -> int:
    """The stars stay and are nobody's; in the person's chats nothing more is asked, and nobody is reminded."""
    if session.get(Person, NOBODY) is None:
        session.add(Person(id=NOBODY, created_at=at))
        session.flush()
    here = select(Conversation.id).join(Chat, Chat.id == Conversation.chat_id).where(Chat.person_id == person.id)
    asked_here = RatingRequest.conversation_id.in_(here)
    for request in session.scalars(select(RatingRequest).where(asked_here, RatingRequest.case_id.is_not(None))):
        case = session.get_one(Case, request.case_id)
        if case.enterprise_id is not None:
            request.conversation_id = case.conversation_id
    session.flush()
    unasked = asked_here, RatingRequest.asked_at.is_(None), ~exists().where(Rating.request_id == RatingRequest.id)
    ids = list(session.scalars(select(RatingRequest.id).where(*unasked)))
    _quietly(session, delete(RatingPart).where(RatingPart.request_id.in_(ids)))
    _quietly(session, delete(RatingRequest).where(RatingRequest.id.in_(ids)))
    still_open = asked_here, RatingRequest.open_until >= at
    _quietly(session, update(RatingRequest).where(*still_open).values(open_until=at - dt.timedelta(seconds=1)))
    stars = session.scalar(select(func.count()).select_from(Rating).where(Rating.person_id == person.id)) or 0
    _quietly(session, update(Rating).where(Rating.person_id == person.id).values(person_id=NOBODY, comment=None))
    _quietly(session, update(RatingRequest).where(RatingRequest.person_id == person.id).values(person_id=NOBODY))
    return stars


def _forget_letters(session: Session, person: Person, at: dt.datetime) -> None:
    address = accounts.email_of(session, person)
    if address is None:
        return
    written = Letter.recipient == address
    waits = written, Letter.state == LetterState.WAITING.value
    _quietly(session, update(Letter).where(*waits).values(state=LetterState.EXPIRED.value, settled_at=at))
    settled = written, Letter.settled_at.is_not(None)
    _quietly(session, update(Letter).where(*settled).values(recipient="", subject="", text="", error=None))


def _held_count(session: Session, person: Person) -> int:
    """How many conversations and cases of the person are held; the person themselves count as one."""
    said = (
        select(func.count())
        .select_from(Conversation)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(
            Chat.person_id == person.id,
            Conversation.end_reason.is_distinct_from(FORGOTTEN),
            held.conversation_is_held(),
        )
    )
    own = (
        select(func.count())
        .select_from(Case)
        .where(Case.person_id == person.id, Case.enterprise_id.is_(None), held.case_is_held())
    )
    themselves = session.scalar(select(Person.id).where(Person.id == person.id, Person.id.in_(held.persons())))
    return (session.scalar(said) or 0) + (session.scalar(own) or 0) + (themselves is not None)


def _quietly(session: Session, statement: Executable) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
