"""Finding cases: by number, key and enquiry, in a state, and those of an officer's units."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseState
from desk.people.model import Officer, Role
from desk.units.model import Unit

#: Roles that see the cases of their unit and of those below it.
SEEING_ROLES = (Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR)


def of_enquiry(session: Session, enquiry_id: str) -> Case | None:
    """The case that the enquiry opened."""
    return session.scalar(select(Case).where(Case.enquiry_id == enquiry_id))


def by_number(session: Session, number: str) -> Case | None:
    return session.scalar(select(Case).where(Case.number == number.strip()))


def by_key(session: Session, key: str) -> Case | None:
    """The case of a private link."""
    return session.scalar(select(Case).where(Case.key == key))


def in_state(session: Session, *states: CaseState, of: Officer | None = None) -> list[Case]:
    """The cases in these states, the one that is due first at the top; those that ``of`` sees, where it is given."""
    query = select(Case).where(Case.state.in_(states)).order_by(Case.due_at, Case.id)
    if of is not None:
        query = query.where(seen_by(of))
    return list(session.scalars(query))


def held_by(session: Session, officer: Officer) -> list[Case]:
    """The cases that the officer holds, the one that is due first at the top."""
    return list(session.scalars(select(Case).where(Case.holder_id == officer.id).order_by(Case.due_at, Case.id)))


def seen_by(officer: Officer) -> ColumnElement[bool]:
    """Whether a case is in one of the officer's units, or is held by the officer."""
    paths = {appointment.unit.path for appointment in officer.appointments if appointment.role in SEEING_ROLES}
    below = [Unit.path.startswith(path) for path in paths]
    mine = Case.holder_id == officer.id
    return or_(mine, Case.unit_id.in_(select(Unit.id).where(or_(*below)))) if below else mine
