"""Officers: adding and appointing them, and what an administrator or the operator does with their accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases import service as cases
from desk.cases.model import Case
from desk.people import attempts, known_browsers, passwords, second_factor, sessions
from desk.people.model import Appointment, Officer, OfficerIdentity, OfficerLink, Role
from desk.people.passwords import PersonRefused
from desk.units import service as units
from desk.units.model import Unit

__all__ = ["PersonRefused"]


def add_officer(
    session: Session,
    *,
    username: str,
    name: str,
    role: Role,
    password: str,
    by: str,
    at: dt.datetime,
    unit: Unit | None = None,
    must_change: bool = False,
) -> Officer:
    """Add an officer with a role in a unit, the department where none is given.

    ``must_change``: whether they choose a password of their own before anything else. Raises PersonRefused for a taken
    name or a password that is easy to guess.
    """
    passwords.check_new(password, username)
    if not username or session.scalar(select(Officer).where(Officer.username == username)):
        raise PersonRefused(f"the user name {username!r} cannot be used or is taken")
    officer = Officer(
        username=username,
        name=name,
        password_hash=passwords.hashed(password),
        must_change_password=must_change,
        created_at=at,
    )
    session.add(officer)
    session.flush()
    record_act(session, actor=by, act="officer.added", subject=username, at=at)
    appoint(session, officer, role, unit or units.department(session), by=by, at=at)
    return officer


def appoint(session: Session, officer: Officer, role: Role, unit: Unit, *, by: str, at: dt.datetime) -> None:
    """Give an officer a role in a unit, and by that in all units below it; nothing happens where it is held already.

    Raises PersonRefused for a unit that is closed.
    """
    if not unit.active:
        raise PersonRefused(f"the unit {unit.code} is closed")
    if any(held.role == role and held.unit_id == unit.id for held in officer.appointments):
        return
    officer.appointments.append(Appointment(unit=unit, role=role.value))
    session.flush()
    detail = {"role": role.value, "unit": unit.code}
    record_act(session, actor=by, act="officer.appointed", subject=officer.username, detail=detail, at=at)


def dismiss(session: Session, officer: Officer, role: Role, unit: Unit, *, by: str, at: dt.datetime) -> list[Case]:
    """Take a role in a unit from an officer; returns the cases that wait again, since they may not work on them now.

    Raises PersonRefused where the officer has not this role there.
    """
    appointment = next((held for held in officer.appointments if (held.role, held.unit_id) == (role, unit.id)), None)
    if appointment is None:
        raise PersonRefused(f"{officer.username} is not {role.value} in {unit.code}")
    officer.appointments.remove(appointment)
    session.delete(appointment)
    session.flush()
    detail = {"role": role.value, "unit": unit.code}
    record_act(session, actor=by, act="officer.dismissed", subject=officer.username, detail=detail, at=at)
    return cases.return_from(session, officer, by=by, at=at)


def deactivate(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> list[Case]:
    """End an officer's access at once, in the console and in Telegram; returns the cases that wait again.

    Raises PersonRefused where it has ended before.
    """
    if not officer.active:
        raise PersonRefused(f"{officer.username} is not active")
    officer.active = False
    sessions.end(session, officer, at)
    known_browsers.forget_all(session, officer)
    record_act(session, actor=by, act="officer.deactivated", subject=officer.username, at=at)
    return cases.return_from(session, officer, by=by, at=at)


def activate(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> None:
    """Let an officer in again; raises PersonRefused where they are not shut out."""
    if officer.active:
        raise PersonRefused(f"{officer.username} is active")
    officer.active = True
    record_act(session, actor=by, act="officer.activated", subject=officer.username, at=at)


def appointed_in(session: Session, unit: Unit) -> list[tuple[Officer, str]]:
    """The active officers with a role in this very unit, each with that role."""
    query = (
        select(Officer, Appointment.role)
        .join(Appointment)
        .where(Appointment.unit_id == unit.id, Officer.active)
        .order_by(Officer.username, Appointment.id)
    )
    return [(officer, role) for officer, role in session.execute(query)]


def working_in(session: Session, unit: Unit, roles: Collection[Role], limit: int) -> list[Officer]:
    """The first active officers by user name who have one of these roles in the unit or in one above it."""
    over = [above.id for above in units.chain(session, unit)]
    has_role = Officer.appointments.any(and_(Appointment.unit_id.in_(over), Appointment.role.in_(roles)))
    return list(
        session.scalars(select(Officer).where(Officer.active, has_role).order_by(Officer.username).limit(limit))
    )


def set_password(session: Session, officer: Officer, password: str, *, by: str, at: dt.datetime) -> None:
    """Give an officer a password until they choose another at the next sign-in; end all their sessions and a lock-out.

    Raises PasswordRefused for one that is easy to guess.
    """
    passwords.check_new(password, officer.username)
    officer.password_hash, officer.must_change_password = passwords.hashed(password), True
    attempts.forgiven(officer)
    sessions.end(session, officer, at)
    record_act(session, actor=by, act="officer.password_set", subject=officer.username, at=at)


def unlock(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> None:
    """End a lock-out before its quarter of an hour; raises PersonRefused where there is none."""
    if not attempts.is_locked_out(officer, at):
        raise PersonRefused(f"{officer.username} is not locked out")
    attempts.forgiven(officer)
    record_act(session, actor=by, act="officer.unlocked", subject=officer.username, at=at)


def end_sessions(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> int:
    """Sign an officer out everywhere; returns how many sessions there were."""
    ended = sessions.end(session, officer, at)
    detail = {"sessions": ended}
    record_act(session, actor=by, act="officer.sessions_ended", subject=officer.username, detail=detail, at=at)
    return ended


def reset_second_factor(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> None:
    """Take the second factor from an officer who lost it, with its recovery codes, and sign them out everywhere.

    Raises PersonRefused where there is none.
    """
    if officer.second_factor_since is None:
        raise PersonRefused(f"{officer.username} has no second factor")
    second_factor.forget(session, officer)
    sessions.end(session, officer, at)
    record_act(session, actor=by, act="officer.second_factor_reset", subject=officer.username, at=at)


def unlink_identity(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> None:
    """Forget which account at the authority's sign-in the officer is; the next to come under their name is linked.

    Raises PersonRefused where none is known.
    """
    identity = session.get(OfficerIdentity, officer.id)
    if identity is None:
        raise PersonRefused(f"{officer.username} has never signed in with the authority's account")
    session.delete(identity)
    sessions.end(session, officer, at)
    record_act(session, actor=by, act="officer.identity_unlinked", subject=officer.username, at=at)


def by_username(session: Session, username: str) -> Officer | None:
    return session.scalar(select(Officer).where(Officer.username == username))


def chats_on_duty(session: Session, unit: Unit, roles: Sequence[Role]) -> list[str]:
    """The chats of those who have one of these roles for the unit and want to be told of new cases now."""
    return [
        link.chat_id
        for link in session.scalars(select(OfficerLink).order_by(OfficerLink.officer_id))
        if link.officer.active and link.officer.on_duty and link.officer.may(unit, *roles)
    ]


def chats_of_heads(session: Session, unit: Unit) -> list[str]:
    """The chats of the heads of the unit; where it has no active head, of those of the nearest unit above that has.

    Empty where none of these heads has linked a chat. Heads are told whether or not they want notices of new cases.
    """
    heads = select(Appointment.officer_id).join(Officer, Officer.id == Appointment.officer_id)
    for above in units.chain(session, unit):
        of_unit = heads.where(Appointment.unit_id == above.id, Appointment.role == Role.HEAD, Officer.active)
        if found := list(session.scalars(of_unit)):
            links = select(OfficerLink).where(OfficerLink.officer_id.in_(found)).order_by(OfficerLink.officer_id)
            return [link.chat_id for link in session.scalars(links)]
    return []


def set_duty(session: Session, officer: Officer, on_duty: bool, *, by: str, at: dt.datetime) -> None:
    """Begin or end an officer's duty: whether they are told of new cases."""
    if officer.on_duty != on_duty:
        officer.on_duty = on_duty
        detail = {"on_duty": on_duty}
        record_act(session, actor=by, act="officer.duty_set", subject=officer.username, detail=detail, at=at)


def heads_of(session: Session, unit: Unit) -> list[Officer]:
    """The active heads of this very unit."""
    query = (
        select(Officer)
        .join(Appointment, Appointment.officer_id == Officer.id)
        .where(Appointment.unit_id == unit.id, Appointment.role == Role.HEAD.value, Officer.active)
        .order_by(Officer.id)
    )
    return list(session.scalars(query))
