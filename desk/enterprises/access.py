"""Which cases a person sees: one rule, asked by every door at every act.

Whoever acts for nobody sees their own cases that belong to no enterprise. Whoever acts for an enterprise sees its
cases only: as its staff all of them, as a broker those that they opened themselves.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select
from sqlalchemy.orm import Session

from desk.cases.model import OPEN_STATES, Case
from desk.conversations.model import Chat, Conversation, Person
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership, MembershipKind, MembershipState

#: Put together once, for it is asked for every message.
_OPEN_IN = (
    select(Case.id)
    .join(Conversation, Conversation.id == Case.conversation_id)
    .where(Conversation.chat_id == bindparam("chat"), Case.state.in_(OPEN_STATES))
    .limit(1)
)


def acting_for(session: Session, person: Person) -> Membership | None:
    """The verified membership by which the person acts now; None where they act for themselves."""
    if person.acting_for_id is None:
        return None
    return enterprises.verified(session, person, person.acting_for_id)


def visible_to(session: Session, person: Person) -> ColumnElement[bool]:
    """Whether the person sees a case while they act as they do now."""
    membership = acting_for(session, person)
    if membership is None:
        return visible_as(session, person, None)
    return _of(membership)


def visible_as(session: Session, person: Person, enterprise_id: int | None) -> ColumnElement[bool]:
    """Whether the person would see a case if they acted for this enterprise, or for nobody (None).

    Nothing at all where they are not verified for it: whom a page asks about is typed in its address.
    """
    if enterprise_id is None:
        return and_(Case.person_id == person.id, Case.enterprise_id.is_(None))
    membership = enterprises.verified(session, person, enterprise_id)
    return _of(membership) if membership is not None else false()


def may_see(session: Session, person: Person, case: Case) -> bool:
    """Whether the person may read this case, add to it and open it again, while they act as they do now."""
    return _is(session, case, visible_to(session, person))


def has_part_in(session: Session, person: Person, case: Case) -> bool:
    """Whether the case would be seen by the person, for whomever they acted: its replies may reach them."""
    verified = select(Membership).where(
        Membership.person_id == person.id, Membership.state == MembershipState.VERIFIED.value
    )
    own = and_(Case.person_id == person.id, Case.enterprise_id.is_(None))
    return _is(session, case, or_(own, *(_of(membership) for membership in session.scalars(verified))))


def has_open_case(session: Session, chat: Chat) -> bool:
    """Whether a case of the chat is neither resolved nor closed, whoever may see it."""
    return session.scalar(_OPEN_IN, {"chat": chat.id}) is not None


def open_case_of(session: Session, chat: Chat) -> Case | None:
    """The newest case of a chat that is neither resolved nor closed, and that its person sees now."""
    return session.scalar(
        select(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Conversation.chat_id == chat.id, Case.state.in_(OPEN_STATES), visible_to(session, chat.person))
        .order_by(Case.id.desc())
        .limit(1)
    )


def known_of(session: Session, person: Person) -> dict[str, str | None]:
    """Name and tax code of whom the person acts for, else what they once told of themselves; fields of a case."""
    membership = acting_for(session, person)
    if membership is None:
        return {"enterprise_name": person.enterprise_name, "tax_code": person.tax_code}
    return {"enterprise_name": membership.enterprise.name, "tax_code": membership.enterprise.tax_code}


def _of(membership: Membership) -> ColumnElement[bool]:
    of_enterprise = Case.enterprise_id == membership.enterprise_id
    if membership.kind == MembershipKind.STAFF:
        return of_enterprise
    return and_(of_enterprise, Case.person_id == membership.person_id)


def _is(session: Session, case: Case, rule: ColumnElement[bool]) -> bool:
    return session.scalar(select(Case.id).where(Case.id == case.id, rule)) is not None
