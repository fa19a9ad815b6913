"""What people do about acting for an enterprise, from whichever chat: ask, prove it by a code, leave, end a broker."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases.fields import FieldRefused, check_tax_code
from desk.conversations.model import Person
from desk.desk import Desk
from desk.enterprises import acting, addressee, codes, officer_desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership, MembershipKind, MembershipState
from desk.enterprises.service import EnterpriseRefused


def checked_tax_code(text: str) -> str:
    """The tax code in what was typed; raises EnterpriseRefused."""
    try:
        return check_tax_code(text)
    except FieldRefused as refused:
        raise EnterpriseRefused("enterprise.tax_code_refused") from refused


def checked_words(text: str, length: int) -> str:
    """A name or an introduction on one line; raises EnterpriseRefused when it is empty or too long."""
    kept = " ".join(text.split())
    if not any(character.isalpha() for character in kept) or len(kept) > length:
        raise EnterpriseRefused("enterprise.words_refused")
    return kept


def own(session: Session, person: Person, membership_id: int) -> Membership:
    """A membership of this person; raises EnterpriseRefused for anybody else's."""
    membership = session.get(Membership, membership_id)
    if membership is None or membership.person_id != person.id:
        raise EnterpriseRefused("enterprise.over_already")
    return membership


def prove(desk: Desk, session: Session, membership: Membership, code: str) -> bool:
    """Give the code: when it is right the person is verified, and acts for the enterprise from now on.

    False for a wrong code; raises EnterpriseRefused when no code can be tried any more. A wrong try is to be kept: the
    transaction must be committed.
    """
    if membership.state != MembershipState.ASKED:
        raise EnterpriseRefused("enterprise.settled_before")
    if not codes.is_right(session, membership, code, desk.now()):
        return False
    enterprises.verify_by_code(session, membership, desk.now())
    addressee.verified(session, membership)
    acting.choose(desk, session, membership.person, membership.enterprise_id)
    return True


def leave(desk: Desk, session: Session, membership: Membership) -> None:
    """The person no longer acts, or asks to act, for the enterprise; raises EnterpriseRefused."""
    enterprises.end(session, membership, desk.now())
    officer_desk.take_away(desk, session, membership)


def colleagues(session: Session, person: Person, enterprise: Enterprise) -> list[Membership]:
    """Who acts for the enterprise, as its staff may see; raises EnterpriseRefused for anybody else."""
    _must_be_staff(session, person, enterprise.id)
    return enterprises.people_of(session, enterprise, MembershipState.VERIFIED)


def end_broker(desk: Desk, session: Session, person: Person, membership_id: int) -> Membership:
    """Staff end a broker's acting for their enterprise, and the broker is told; raises EnterpriseRefused.

    Other staff only an officer can end: a newcomer shall not shut the enterprise out of its own account.
    """
    membership = session.get(Membership, membership_id)
    if membership is None:
        raise EnterpriseRefused("enterprise.only_staff")
    _must_be_staff(session, person, membership.enterprise_id)
    if membership.kind != MembershipKind.BROKER:
        raise EnterpriseRefused("enterprise.only_brokers")
    enterprises.end(session, membership, desk.now(), staff=person)
    officer_desk.take_away(desk, session, membership)
    officer_desk.tell(desk, session, membership.person, "enterprise.told_ended", name=membership.enterprise.name)
    return membership


def _must_be_staff(session: Session, person: Person, enterprise_id: int) -> None:
    held = enterprises.verified(session, person, enterprise_id)
    if held is None or held.kind != MembershipKind.STAFF or person.acting_for_id != enterprise_id:
        raise EnterpriseRefused("enterprise.only_staff")
