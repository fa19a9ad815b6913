"""The officers of an administrator: found by name, filtered, in pages; and what is to be known of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.audit.model import AuditEntry
from desk.cases.model import OPEN_STATES, Case
from desk.paging import Page, page_of
from desk.people import administration, sessions
from desk.people.model import Appointment, Officer, OfficerIdentity, OfficerLink, Role
from desk.units.model import Unit

PAGE = 50
STATES = ("active", "inactive", "locked", "no_second_factor")


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to: words of name or user name, a unit with all below it, a role, one of STATES."""

    words: str = ""
    unit: Unit | None = None
    role: Role | None = None
    state: str = ""


@dataclass(frozen=True)
class Known:
    """What is to be known of an officer beside what stands in their own row.

    ``sessions`` are open ones; ``has_identity``: whether they came by the authority's sign-in; moments may be missing.
    """

    cases: int
    sessions: int
    linked_at: dt.datetime | None
    has_identity: bool
    last_act_at: dt.datetime | None


def listed(
    session: Session,
    by: Officer,
    wanted: Wanted,
    *,
    at: dt.datetime,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> Page[Officer]:
    """A page of the officers whom ``by`` administers, in the order of their user names; raises BadCursor."""
    query = _narrowed(by, wanted, at)
    if wanted.words.strip():
        query = query.where(Officer.id.in_(_named(session, query, wanted.words)))
    return page_of(
        session,
        query,
        (Officer.username,),
        key=lambda officer: (officer.username,),
        limit=limit,
        after=after,
        before=before,
    )


def cases_of(session: Session, officers: Iterable[Officer]) -> dict[int, int]:
    """How many open cases each of the officers holds, by their ids; none where that is none."""
    ids = [officer.id for officer in officers]
    query = (
        select(Case.holder_id, func.count(Case.id))
        .where(Case.holder_id.in_(ids), Case.state.in_(OPEN_STATES))
        .group_by(Case.holder_id)
    )
    return {holder: count for holder, count in session.execute(query) if holder is not None}


def known_of(session: Session, officer: Officer, at: dt.datetime) -> Known:
    link = session.get(OfficerLink, officer.id)
    last = select(AuditEntry.at).where(AuditEntry.actor == officer.actor).order_by(AuditEntry.id.desc()).limit(1)
    return Known(
        cases=cases_of(session, [officer]).get(officer.id, 0),
        sessions=len(sessions.open_sessions(session, officer, at)),
        linked_at=link.linked_at if link is not None else None,
        has_identity=session.get(OfficerIdentity, officer.id) is not None,
        last_act_at=session.scalar(last),
    )


def _narrowed(by: Officer, wanted: Wanted, at: dt.datetime) -> Select[Officer]:
    query = select(Officer)
    if not administration.of_department(by):
        query = query.where(_has_role_in(administration.administered(by)))
    if wanted.unit is not None or wanted.role is not None:
        query = query.where(_has_role_in([wanted.unit] if wanted.unit else None, wanted.role))
    if wanted.state:
        query = query.where(_in_state(wanted.state, at))
    return query


def _has_role_in(units: list[Unit] | None, role: Role | None = None) -> ColumnElement[bool]:
    """Whether an officer has a role, or this one, in one of the units or below it; None is for any unit at all."""
    held = exists().where(Appointment.officer_id == Officer.id)
    if role is not None:
        held = held.where(Appointment.role == role.value)
    if units is not None:
        below = or_(false(), *(Unit.path.startswith(unit.path) for unit in units))
        held = held.where(Appointment.unit_id == Unit.id, below)
    return held


def _in_state(state: str, at: dt.datetime) -> ColumnElement[bool]:
    if state == "locked":
        return Officer.locked_until > at
    if state == "no_second_factor":
        return and_(Officer.active, Officer.second_factor_since.is_(None))
    return Officer.active.is_(state == "active")


def _named(session: Session, query: Select[Officer], words: str) -> list[int]:
    """The ids of those in whose name or user name all the words are; capitals and marks do not count."""
    wanted = folded(words).split()
    rows = session.execute(query.with_only_columns(Officer.id, Officer.username, Officer.name))
    return [id_ for id_, *names in rows if all(word in folded(" ".join(names)) for word in wanted)]
