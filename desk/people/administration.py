"""What an administrator may do with officers: each act within the units that they administer, and what it refuses.

An administrator is an appointment in a unit: what they do is limited to that unit and those below. ``by`` is the
officer who acts; None is the operator at the command line, whom units do not limit.
"""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case
from desk.people import attempts, passwords, telegram_link
from desk.people import service as people
from desk.people.model import Appointment, Officer, OfficerIdentity, Role
from desk.units.model import DEPARTMENT, Unit

NAME_LENGTH = 100
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


class AdministrationRefused(Exception):
    """The act is not possible, or not to this administrator; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def administered(officer: Officer) -> list[Unit]:
    """The units in which, and below which, the officer is administrator; of a unit below another only the other."""
    return officer.topmost(Role.ADMINISTRATOR)


def of_department(officer: Officer) -> bool:
    """Whether the officer administers the whole department."""
    return any(unit.code == DEPARTMENT for unit in administered(officer))


def may_see(by: Officer, officer: Officer) -> bool:
    """Whether the officer has a role in a unit that ``by`` administers; who has none is the department's matter."""
    if of_department(by):
        return True
    return any(by.may(held.unit, Role.ADMINISTRATOR) for held in officer.appointments)


def may_change(by: Officer, officer: Officer) -> bool:
    """Whether all the officer's roles lie in units that ``by`` administers."""
    if not officer.appointments:
        return of_department(by)
    return all(by.may(held.unit, Role.ADMINISTRATOR) for held in officer.appointments)


def add(
    session: Session,
    *,
    username: str,
    name: str,
    role: Role,
    unit: Unit,
    by: Officer | None,
    at: dt.datetime,
) -> tuple[Officer, str]:
    """Add an officer; returns them and the password for their first sign-in. Raises AdministrationRefused."""
    _must_administer(by, unit)
    if not _USERNAME.fullmatch(username):
        raise AdministrationRefused("page.people.refused_username")
    if people.by_username(session, username) is not None:
        raise AdministrationRefused("page.people.refused_taken")
    password = passwords.temporary(username)
    officer = people.add_officer(
        session,
        username=username,
        name=_name(name),
        role=role,
        password=password,
        by=_actor(by),
        at=at,
        unit=unit,
        must_change=True,
    )
    return officer, password


def rename(session: Session, officer: Officer, name: str, *, by: Officer | None, at: dt.datetime) -> None:
    """Change the name that others see; raises AdministrationRefused."""
    _must_change(by, officer)
    new = _name(name)
    if new == officer.name:
        return
    detail = {"name": [officer.name, new]}
    officer.name = new
    record_act(session, actor=_actor(by), act="officer.renamed", subject=officer.username, detail=detail, at=at)


def appoint(session: Session, officer: Officer, role: Role, unit: Unit, *, by: Officer | None, at: dt.datetime) -> None:
    """Give an officer a role in a unit and all below it; raises AdministrationRefused."""
    _must_change(by, officer)
    _must_administer(by, unit)
    if any((held.role, held.unit_id) == (role, unit.id) for held in officer.appointments):
        raise AdministrationRefused("page.people.refused_held")
    people.appoint(session, officer, role, unit, by=_actor(by), at=at)


def dismiss(
    session: Session, officer: Officer, role: Role, unit: Unit, *, by: Officer | None, at: dt.datetime
) -> list[Case]:
    """Take a role in a unit from an officer; returns the cases that wait again. Raises AdministrationRefused.

    Nobody gives up being administrator by themselves, and the department keeps one.
    """
    _must_change(by, officer)
    if not any((held.role, held.unit_id) == (role, unit.id) for held in officer.appointments):
        raise AdministrationRefused("page.people.refused_not_held")
    if role is Role.ADMINISTRATOR:
        _must_be_another(by, officer)
        if unit.code == DEPARTMENT:
            _must_leave_an_administrator(session, officer)
    return people.dismiss(session, officer, role, unit, by=_actor(by), at=at)


def deactivate(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> list[Case]:
    """End an officer's access at once; returns the cases that wait again. Raises AdministrationRefused."""
    _must_be_another(by, officer)
    _must_change(by, officer)
    _must_be_active(officer)
    _must_leave_an_administrator(session, officer)
    return people.deactivate(session, officer, by=_actor(by), at=at)


def activate(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> None:
    """Let an officer in again; raises AdministrationRefused."""
    _must_change(by, officer)
    if officer.active:
        raise AdministrationRefused("page.people.refused_active")
    people.activate(session, officer, by=_actor(by), at=at)


def make_link_code(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> str:
    """A code by which the officer links a Telegram account; raises AdministrationRefused."""
    _must_change(by, officer)
    _must_be_active(officer)
    return telegram_link.make_link_code(session, officer, by=_actor(by), at=at)


def unlink_telegram(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> None:
    """End the link with a Telegram account; raises AdministrationRefused."""
    _must_change(by, officer)
    telegram_link.unlink_telegram(session, officer, by=_actor(by), at=at)


def set_temporary_password(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> str:
    """Give an officer a new password, which is returned once, and end their sessions; raises AdministrationRefused.

    Nobody does this to themselves: whoever finds an open console must not be able to.
    """
    _must_change(by, officer)
    _must_be_another(by, officer)
    password = passwords.temporary(officer.username)
    people.set_password(session, officer, password, by=_actor(by), at=at)
    return password


def unlock(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> None:
    """End a lock-out before its time; raises AdministrationRefused."""
    _must_change(by, officer)
    if not attempts.is_locked_out(officer, at):
        raise AdministrationRefused("page.people.refused_not_locked")
    people.unlock(session, officer, by=_actor(by), at=at)


def end_sessions(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> int:
    """Sign an officer out everywhere; returns how many sessions there were. Raises AdministrationRefused."""
    _must_change(by, officer)
    return people.end_sessions(session, officer, by=_actor(by), at=at)


def reset_second_factor(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> None:
    """Take the second factor from another officer, who lost it; raises AdministrationRefused."""
    _must_change(by, officer)
    _must_be_another(by, officer)
    if officer.second_factor_since is None:
        raise AdministrationRefused("page.people.refused_no_second_factor")
    people.reset_second_factor(session, officer, by=_actor(by), at=at)


def unlink_identity(session: Session, officer: Officer, *, by: Officer | None, at: dt.datetime) -> None:
    """Forget which account at the authority's sign-in the officer is; raises AdministrationRefused."""
    _must_change(by, officer)
    _must_be_another(by, officer)
    if session.get(OfficerIdentity, officer.id) is None:
        raise AdministrationRefused("page.people.refused_no_identity")
    people.unlink_identity(session, officer, by=_actor(by), at=at)


def _actor(by: Officer | None) -> str:
    return by.actor if by is not None else "operator"


def _name(name: str) -> str:
    given = " ".join(name.split())
    if not given or len(given) > NAME_LENGTH:
        raise AdministrationRefused("page.people.refused_name")
    return given


def _must_administer(by: Officer | None, unit: Unit) -> None:
    if by is not None and not by.may(unit, Role.ADMINISTRATOR):
        raise AdministrationRefused("page.people.refused_unit")
    if not unit.active:
        raise AdministrationRefused("page.people.refused_closed")


def _must_change(by: Officer | None, officer: Officer) -> None:
    if by is not None and not may_change(by, officer):
        raise AdministrationRefused("page.people.refused_outside")


def _must_be_another(by: Officer | None, officer: Officer) -> None:
    if by is not None and by.id == officer.id:
        raise AdministrationRefused("page.people.refused_oneself")


def _must_be_active(officer: Officer) -> None:
    if not officer.active:
        raise AdministrationRefused("page.people.refused_not_active")


def _must_leave_an_administrator(session: Session, officer: Officer) -> None:
    """Refuse where the officer is the last active administrator of the department, whom nobody could put back."""
    administrators = (
        select(Officer.id)
        .join(Appointment)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(Officer.active, Appointment.role == Role.ADMINISTRATOR, Unit.code == DEPARTMENT)
        .order_by(Officer.id)
        .with_for_update()
    )
    if set(session.scalars(administrators)) == {officer.id}:
        raise AdministrationRefused("page.people.refused_last")
