"""Enterprises and who acts for them: asked for, verified, refused, ended; each act with its audit entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.conversations.model import Chat, Person
from desk.enterprises.model import Enterprise, Membership, MembershipKind, MembershipState
from desk.people.model import Officer, OfficerLink, Role
from desk.units import service as units

#: Roles that verify who acts for the enterprises of their unit and of those below it.
SETTLING_ROLES = (Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR)
#: At most so many requests of one person wait at a time.
ASKED_AT_ONCE = 5
#: Longest name and introduction, in characters.
NAME_LENGTH, INTRODUCTION_LENGTH = 200, 300
OPEN = (MembershipState.ASKED, MembershipState.VERIFIED)


class EnterpriseRefused(Exception):
    """The act is not possible, or not to this person; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def by_tax_code(session: Session, tax_code: str) -> Enterprise | None:
    return session.scalar(select(Enterprise).where(Enterprise.tax_code == tax_code))


def find_or_make(session: Session, tax_code: str, name: str, at: dt.datetime) -> Enterprise:
    """The enterprise of a checked tax code; ``name`` is kept only where the enterprise was not known before."""
    known = by_tax_code(session, tax_code)
    if known is not None:
        return known
    made = Enterprise(tax_code=tax_code, name=name, created_at=at)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another was a moment earlier
        return session.scalars(select(Enterprise).where(Enterprise.tax_code == tax_code)).one()
    return made


def ask(
    session: Session,
    person: Person,
    *,
    tax_code: str,
    kind: MembershipKind,
    name: str,
    introduction: str,
    at: dt.datetime,
) -> Membership:
    """A person asks to act for the enterprise of a checked tax code; raises EnterpriseRefused.

    Asking otherwise while a request waits ends that request: what an officer has on the screen, or a letter speaks of,
    is never another by the time it is settled.
    """
    enterprise = find_or_make(session, tax_code, name, at)
    open_ones = of_person(session, person)
    known = next((held for held in open_ones if held.enterprise_id == enterprise.id), None)
    if known is not None and known.state == MembershipState.VERIFIED:
        raise EnterpriseRefused("enterprise.verified_before")
    if known is not None and (known.kind, known.introduction) == (kind, introduction):
        return known
    if known is not None:
        end(session, known, at)
    elif sum(held.state == MembershipState.ASKED for held in open_ones) >= ASKED_AT_ONCE:
        raise EnterpriseRefused("enterprise.too_many")
    asked = Membership(
        enterprise=enterprise,
        person=person,
        kind=kind.value,
        introduction=introduction,
        state=MembershipState.ASKED.value,
        asked_at=at,
    )
    session.add(asked)
    session.flush()
    _record(session, asked, "asked", "person", at)
    return asked


def may_settle(session: Session, officer: Officer, enterprise: Enterprise) -> bool:
    """Whether the officer verifies for this enterprise: by a role in its unit; where it has none, in the department."""
    return officer.active and officer.may(enterprise.unit or units.department(session), *SETTLING_ROLES)


def verify(session: Session, membership: Membership, officer: Officer, at: dt.datetime) -> None:
    """An officer finds that the person acts for the enterprise; raises EnterpriseRefused."""
    _must_settle(session, officer, membership)
    _settle(session, membership, MembershipState.VERIFIED, at, officer=officer, how="officer")
    _record(session, membership, "verified", officer.actor, at)


def verify_by_code(session: Session, membership: Membership, at: dt.datetime) -> None:
    """The person gave the code that was sent to the enterprise's contact; raises EnterpriseRefused."""
    _settle(session, membership, MembershipState.VERIFIED, at, how="code")
    _record(session, membership, "verified", "person", at)


def refuse(session: Session, membership: Membership, officer: Officer, reason: str, at: dt.datetime) -> None:
    """An officer turns a request down with the reason, which the person is told; raises EnterpriseRefused."""
    _must_settle(session, officer, membership)
    if not reason.strip():
        raise EnterpriseRefused("enterprise.reason_missing")
    _settle(session, membership, MembershipState.REFUSED, at, officer=officer)
    _record(session, membership, "refused", officer.actor, at, reason_length=len(reason.strip()))


def end(
    session: Session,
    membership: Membership,
    at: dt.datetime,
    *,
    officer: Officer | None = None,
    staff: Person | None = None,
) -> None:
    """End a request or a verified membership; raises EnterpriseRefused when it is over already.

    ``officer`` or, for a broker, ``staff`` of the enterprise does it; where neither is given, the person themselves.
    """
    if officer is not None:
        _must_settle(session, officer, membership)
    ended = session.scalar(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state.in_(OPEN))
        .values(state=MembershipState.ENDED.value, settled_at=at, settled_by=officer.id if officer else None)
        .returning(Membership.id)
    )
    if ended is None:
        raise EnterpriseRefused("enterprise.over_already")
    session.refresh(membership)
    by = {"staff": staff.id} if staff is not None else {}
    _record(session, membership, "ended", officer.actor if officer else "person", at, **by)


def of_person(session: Session, person: Person) -> list[Membership]:
    """The person's open memberships, the oldest first."""
    query = select(Membership).where(Membership.person_id == person.id, Membership.state.in_(OPEN))
    return list(session.scalars(query.order_by(Membership.id)))


def verified(session: Session, person: Person, enterprise_id: int) -> Membership | None:
    """The verified membership by which the person may act for the enterprise."""
    return session.scalar(
        select(Membership).where(
            Membership.person_id == person.id,
            Membership.enterprise_id == enterprise_id,
            Membership.state == MembershipState.VERIFIED,
        )
    )


def people_of(session: Session, enterprise: Enterprise, *states: MembershipState) -> list[Membership]:
    """Who acts, asks to act or acted for an enterprise, the newest first; all states where none is given."""
    query = select(Membership).where(Membership.enterprise_id == enterprise.id).order_by(Membership.id.desc())
    return list(session.scalars(query.where(Membership.state.in_(states)) if states else query))


def waiting(session: Session, officer: Officer | None = None) -> list[Membership]:
    """The requests that wait, the oldest first; those that ``officer`` may settle, where it is given."""
    query = select(Membership).where(Membership.state == MembershipState.ASKED).order_by(Membership.id)
    requests = list(session.scalars(query))
    return [held for held in requests if officer is None or may_settle(session, officer, held.enterprise)]


def found(session: Session, wanted: str, limit: int = 50) -> Sequence[Enterprise]:
    """Enterprises whose tax code begins with, or whose name has, what is wanted; all where nothing is."""
    query = select(Enterprise).order_by(Enterprise.name, Enterprise.id).limit(limit)
    if wanted.strip():
        named = func.lower(Enterprise.name).contains(wanted.strip().lower(), autoescape=True)
        query = query.where(Enterprise.tax_code.startswith(wanted.strip(), autoescape=True) | named)
    return session.scalars(query).all()


def _must_settle(session: Session, officer: Officer, membership: Membership) -> None:
    if not may_settle(session, officer, membership.enterprise):
        raise EnterpriseRefused("enterprise.not_your_unit")
    link = session.get(OfficerLink, officer.id)
    if link is not None and session.get_one(Chat, link.chat_id).person_id == membership.person_id:
        raise EnterpriseRefused("enterprise.not_your_own")


def _settle(
    session: Session,
    membership: Membership,
    state: MembershipState,
    at: dt.datetime,
    *,
    officer: Officer | None = None,
    how: str | None = None,
) -> None:
    """Settle a request that waits, once: of two officers only one gets to."""
    settled = session.scalar(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state == MembershipState.ASKED)
        .values(state=state.value, settled_at=at, settled_by=officer.id if officer else None, how=how)
        .returning(Membership.id)
    )
    if settled is None:
        raise EnterpriseRefused("enterprise.settled_before")
    session.refresh(membership)


def _record(
    session: Session, membership: Membership, act: str, actor: str, at: dt.datetime, **detail: str | int
) -> None:
    told = {"membership": membership.id, "kind": membership.kind, "how": membership.how, **detail}
    tax_code = membership.enterprise.tax_code
    record_act(session, actor=actor, act=f"membership.{act}", subject=tax_code, at=at, detail=told)
