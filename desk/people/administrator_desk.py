"""What administrators do with officers that has something follow for others, from whichever door."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers import notices
from desk.desk import Desk
from desk.people import administration
from desk.people.model import Officer, Role
from desk.units.model import Unit


def dismiss(
    desk: Desk, session: Session, officer: Officer, role: Role, unit: Unit, *, by: Officer | None
) -> list[Case]:
    """Take a role from an officer, and tell colleagues of the cases that wait again, which are returned.

    ``by`` is None for the operator. Raises AdministrationRefused.
    """
    returned = administration.dismiss(session, officer, role, unit, by=by, at=desk.now())
    return _told(desk, session, returned)


def deactivate(desk: Desk, session: Session, officer: Officer, *, by: Officer | None) -> list[Case]:
    """Shut an officer out, and tell colleagues of the cases that wait again, which are returned.

    ``by`` is None for the operator. Raises AdministrationRefused.
    """
    returned = administration.deactivate(session, officer, by=by, at=desk.now())
    return _told(desk, session, returned)


def _told(desk: Desk, session: Session, returned: list[Case]) -> list[Case]:
    for case in returned:
        notices.put_before(desk, session, case)
    return returned
