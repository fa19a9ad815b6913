"""Officers: adding them, signing in with a password, and linking their Telegram account by a one-time code."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases import service as cases
from desk.cases.model import Case
from desk.people.model import Appointment, LinkCode, Officer, OfficerLink, Role, SignIn
from desk.units import service as units
from desk.units.model import Unit

SIGN_IN_LASTS = dt.timedelta(hours=12)
LINK_CODE_LASTS = dt.timedelta(minutes=10)
FAILED_SIGN_INS_ALLOWED = 5
LOCKED_FOR = dt.timedelta(minutes=15)
PASSWORD_LENGTH_AT_LEAST = 10

_hasher = PasswordHasher()
#: Verified when the username is unknown, so that the time taken does not tell which usernames exist.
_nobody = _hasher.hash(secrets.token_urlsafe(16))


class PersonRefused(ValueError):
    """What was given for an officer cannot be used; the message says why."""


class LinkRefused(ValueError):
    """The code is unknown, used or expired, or the account is linked already."""


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
) -> Officer:
    """Add an officer with a role in a unit, the department where none is given.

    Raises PersonRefused for a taken name or a short password.
    """
    if len(password) < PASSWORD_LENGTH_AT_LEAST:
        raise PersonRefused(f"a password has at least {PASSWORD_LENGTH_AT_LEAST} characters")
    if not username or session.scalar(select(Officer).where(Officer.username == username)):
        raise PersonRefused(f"the user name {username!r} cannot be used or is taken")
    officer = Officer(username=username, name=name, password_hash=_hasher.hash(password), created_at=at)
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
    _end_sessions(session, officer, at)
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


def set_password(session: Session, officer: Officer, password: str, *, by: str, at: dt.datetime) -> None:
    """Give an officer a new password and end all their sessions; raises PersonRefused for a short one."""
    if len(password) < PASSWORD_LENGTH_AT_LEAST:
        raise PersonRefused(f"a password has at least {PASSWORD_LENGTH_AT_LEAST} characters")
    officer.password_hash = _hasher.hash(password)
    officer.failed_sign_ins, officer.locked_until = 0, None
    _end_sessions(session, officer, at)
    record_act(session, actor=by, act="officer.password_set", subject=officer.username, at=at)


def by_username(session: Session, username: str) -> Officer | None:
    return session.scalar(select(Officer).where(Officer.username == username))


def sign_in(session: Session, username: str, password: str, at: dt.datetime) -> str | None:
    """The token of a new console session; None when the name or password is wrong or the officer is locked out."""
    officer = by_username(session, username)
    right = _verified(officer.password_hash if officer else _nobody, password)
    if officer is None or not officer.active or (officer.locked_until and officer.locked_until > at):
        return None
    if not right:
        officer.failed_sign_ins += 1
        if officer.failed_sign_ins >= FAILED_SIGN_INS_ALLOWED:
            officer.failed_sign_ins, officer.locked_until = 0, at + LOCKED_FOR
            record_act(session, actor=officer.actor, act="officer.locked_out", subject=username, at=at)
        return None
    officer.failed_sign_ins, officer.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    session.add(SignIn(token_hash=_digest(token), officer_id=officer.id, created_at=at, expires_at=at + SIGN_IN_LASTS))
    record_act(session, actor=officer.actor, act="officer.signed_in", subject=username, at=at)
    return token


def signed_in(session: Session, token: str, at: dt.datetime) -> Officer | None:
    """The officer whose session the token is; None when it is unknown, expired or revoked."""
    found = session.get(SignIn, _digest(token))
    if found is None or found.revoked_at is not None or found.expires_at <= at or not found.officer.active:
        return None
    return found.officer


def sign_out(session: Session, token: str, at: dt.datetime) -> None:
    found = session.get(SignIn, _digest(token))
    if found is not None and found.revoked_at is None:
        found.revoked_at = at


def make_link_code(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> str:
    """A code of 22 characters by which the officer links a Telegram account once within ten minutes."""
    code = secrets.token_urlsafe(16)
    session.add(LinkCode(code_hash=_digest(code), officer_id=officer.id, expires_at=at + LINK_CODE_LASTS))
    record_act(session, actor=by, act="officer.link_code_made", subject=officer.username, at=at)
    return code


def link_telegram(session: Session, code: str, telegram_user: str, chat_id: str, at: dt.datetime) -> Officer:
    """Link the officer of the code to a Telegram user and private chat; raises LinkRefused.

    The code is used up by a conditional update, so that of two who send it at once only one is linked.
    """
    officer_id = session.scalar(
        update(LinkCode)
        .where(LinkCode.code_hash == _digest(code), LinkCode.used_at.is_(None), LinkCode.expires_at > at)
        .values(used_at=at)
        .returning(LinkCode.officer_id)
    )
    if officer_id is None:
        raise LinkRefused("the code is unknown, used or expired")
    other = session.scalar(select(OfficerLink).where(OfficerLink.telegram_user == telegram_user))
    if other is not None and other.officer_id != officer_id:
        raise LinkRefused("this Telegram account is linked to another officer")
    link = session.get(OfficerLink, officer_id) or OfficerLink(officer_id=officer_id)
    link.telegram_user, link.chat_id, link.linked_at = telegram_user, chat_id, at
    session.add(link)
    session.flush()
    officer = session.get_one(Officer, officer_id)
    record_act(session, actor=officer.actor, act="officer.linked", subject=officer.username, at=at)
    return officer


def unlink_telegram(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> None:
    link = session.get(OfficerLink, officer.id)
    if link is not None:
        session.delete(link)
        record_act(session, actor=by, act="officer.unlinked", subject=officer.username, at=at)


def officer_of_telegram(session: Session, telegram_user: str | None) -> Officer | None:
    """The active officer whose linked account this is."""
    if telegram_user is None:
        return None
    link = session.scalar(select(OfficerLink).where(OfficerLink.telegram_user == telegram_user))
    return link.officer if link is not None and link.officer.active else None


def officer_in_chat(session: Session, chat_id: str) -> Officer | None:
    """The officer who is reached in this chat."""
    return session.scalar(select(Officer).join(OfficerLink).where(OfficerLink.chat_id == chat_id))


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


def _end_sessions(session: Session, officer: Officer, at: dt.datetime) -> None:
    session.execute(
        update(SignIn).where(SignIn.officer_id == officer.id, SignIn.revoked_at.is_(None)).values(revoked_at=at)
    )


def _verified(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
