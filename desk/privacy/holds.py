"""Legal holds: placed with a reason and a day of review, prolonged, lifted, listed; each act with its audit entry.

``by`` is the officer who acts, a head or an administrator of the unit that the matter lies in; None is the operator at
the command line, whom units do not limit.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case
from desk.conversations.model import Person
from desk.desk import Desk
from desk.enterprises.model import Enterprise
from desk.people.model import Officer, Role
from desk.privacy.known_names import labels_of, names_in, names_of
from desk.privacy.masking import masked
from desk.privacy.model import Hold
from desk.units import service as units
from desk.units.model import Unit

#: Roles that hold, and that answer for what is done with a person's data.
KEEPERS = (Role.HEAD, Role.ADMINISTRATOR)
#: Somebody looks again after a year at the latest.
LONGEST = dt.timedelta(days=366)
LENGTH = 500

Thing = Case | Person | Enterprise


class HoldRefused(Exception):
    """The act is not possible, or not to this officer; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def place(desk: Desk, session: Session, thing: Thing, *, reason: str, review_on: dt.date, by: Officer | None) -> Hold:
    """Hold a case, a person or an enterprise until the hold is lifted; raises HoldRefused."""
    _must_keep(session, thing, by)
    hold = Hold(
        case_id=thing.id if isinstance(thing, Case) else None,
        person_id=thing.id if isinstance(thing, Person) else None,
        enterprise_id=thing.id if isinstance(thing, Enterprise) else None,
        reason=_given(reason),
        review_on=_day(desk, review_on),
        placed_by=_actor(by),
        placed_at=desk.now(),
    )
    if on(session, thing) is not None:
        raise HoldRefused("hold.refused.held_already")
    session.add(hold)
    session.flush()
    _record(desk, session, hold, "placed", by, hold.reason)
    return hold


def prolong(desk: Desk, session: Session, hold: Hold, *, reason: str, review_on: dt.date, by: Officer | None) -> None:
    """The hold was reviewed and is still needed, until another day of review; raises HoldRefused."""
    _must_be_open(session, hold, by)
    hold.reason, hold.review_on = _given(reason), _day(desk, review_on)
    session.flush()
    _record(desk, session, hold, "prolonged", by, hold.reason)


def lift(desk: Desk, session: Session, hold: Hold, *, reason: str, by: Officer | None) -> None:
    """The hold ends: what it covered is forgotten in its time, and what somebody wanted deleted is deleted.

    Raises HoldRefused.
    """
    _must_be_open(session, hold, by)
    hold.lifted_reason, hold.lifted_by, hold.lifted_at = _given(reason), _actor(by), desk.now()
    session.flush()
    _record(desk, session, hold, "lifted", by, hold.lifted_reason)


def on(session: Session, thing: Thing) -> Hold | None:
    """The hold that is placed on the thing itself, and is not lifted."""
    if isinstance(thing, Case):
        its_own = Hold.case_id == thing.id
    else:
        its_own = Hold.person_id == thing.id if isinstance(thing, Person) else Hold.enterprise_id == thing.id
    return session.scalar(select(Hold).where(its_own, Hold.lifted_at.is_(None)))


def listed(session: Session, officer: Officer | None, *, lifted: bool = False) -> list[Hold]:
    """The holds that are placed, that with the next review first, or those that were lifted, the newest first.

    Those of the officer's units, where one is given.
    """
    if lifted:
        query = select(Hold).where(Hold.lifted_at.is_not(None)).order_by(Hold.lifted_at.desc(), Hold.id.desc())
    else:
        query = select(Hold).where(Hold.lifted_at.is_(None)).order_by(Hold.review_on, Hold.id)
    found = list(session.scalars(query))
    return [hold for hold in found if officer is None or may_keep(session, held(hold), officer)]


def by_id(session: Session, hold_id: int) -> Hold | None:
    return session.get(Hold, hold_id)


def is_to_be_reviewed(hold: Hold, today: dt.date) -> bool:
    return hold.lifted_at is None and hold.review_on <= today


def held(hold: Hold) -> Thing:
    """What the hold is placed on."""
    thing = hold.case or hold.person or hold.enterprise
    if thing is None:
        raise LookupError("a hold of nothing")
    return thing


def named(thing: Thing) -> str:
    """How the audit and lists name what is held: a case's number, a tax code, a person's id."""
    if isinstance(thing, Case):
        return thing.number or ""
    return thing.tax_code if isinstance(thing, Enterprise) else thing.id


def may_keep(session: Session, thing: Thing, officer: Officer) -> bool:
    """Whether the officer is a head or an administrator where the matter lies; the department is above all."""
    return officer.active and any(officer.may(unit, *KEEPERS) for unit in _units(session, thing))


def may_answer_for(session: Session, person: Person, officer: Officer) -> bool:
    """Whether the officer is a head or an administrator above all cases of a person: whose data hold those of all.

    A person without a case is the department's.
    """
    of_cases = select(Unit).where(Unit.id.in_(select(Case.unit_id).where(Case.person_id == person.id)))
    places = list(session.scalars(of_cases)) or [units.department(session)]
    return officer.active and all(officer.may(unit, *KEEPERS) for unit in places)


def _units(session: Session, thing: Thing) -> list[Unit]:
    """Where the matter lies: a person's where one of their cases does; without any it is the department's."""
    if isinstance(thing, Case):
        return [thing.unit]
    if isinstance(thing, Enterprise):
        return [thing.unit or units.department(session)]
    of_cases = select(Unit).where(Unit.id.in_(select(Case.unit_id).where(Case.person_id == thing.id)))
    return [units.department(session), *session.scalars(of_cases)]


def _must_keep(session: Session, thing: Thing, by: Officer | None) -> None:
    if by is not None and not may_keep(session, thing, by):
        raise HoldRefused("hold.refused.not_yours")


def _must_be_open(session: Session, hold: Hold, by: Officer | None) -> None:
    _must_keep(session, held(hold), by)
    locked = session.scalar(select(Hold.lifted_at).where(Hold.id == hold.id).with_for_update())
    if locked is not None or not hold.is_open:
        raise HoldRefused("hold.refused.lifted_already")


def _record(desk: Desk, session: Session, hold: Hold, act: str, by: Officer | None, reason: str) -> None:
    """The audit stays when what is held is forgotten: the reason is kept there without what tells who it is about."""
    thing = held(hold)
    if isinstance(thing, Case):
        known = names_in(session, thing)
    else:
        known = names_of(session, thing.id) if isinstance(thing, Person) else []
    told = masked(reason, labels_of(desk.texts, "vi"), known)
    detail = {"hold": hold.id, "reason": told, "review_on": hold.review_on.isoformat()}
    record_act(session, actor=_actor(by), act=f"hold.{act}", subject=named(thing), detail=detail, at=desk.now())


def _given(reason: str) -> str:
    if not reason.strip():
        raise HoldRefused("hold.refused.reason_missing")
    return reason.strip()[:LENGTH]


def _day(desk: Desk, review_on: dt.date) -> dt.date:
    if not desk.today() < review_on <= desk.today() + LONGEST:
        raise HoldRefused("hold.refused.review_day")
    return review_on


def _actor(by: Officer | None) -> str:
    return by.actor if by is not None else "operator"
