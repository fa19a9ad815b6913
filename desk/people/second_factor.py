"""The second factor: codes of an authenticator app, and recovery codes for the day on which it is lost."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import logging
import re
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.one_time import digest
from desk.people import attempts, passwords
from desk.people.model import KnownBrowser, Officer, RecoveryCode
from desk.people.sealing import CannotBeOpened, Seal

log = logging.getLogger(__name__)

RECOVERY_CODES = 10
#: 120 random bits: so many that a code may be kept as a plain hash.
_BYTES_OF_A_CODE = 15
#: How the app names the account.
ISSUER = "Customs enquiry desk"
#: Clocks of telephones go wrong: the code before and the code after count, too.
_STEPS = (0, -1, 1)


class FactorRefused(ValueError):
    """The second factor is on already, or is not on."""


@dataclass(frozen=True)
class ToSetUp:
    """What an authenticator app needs: the secret to type, and the address in the QR code."""

    secret: str
    address: str


def begin(session: Session, officer: Officer, seal: Seal) -> None:
    """Make a secret for the officer to put into an app; nothing is on before a code of it was given.

    Raises FactorRefused where the second factor is on.
    """
    if officer.second_factor_since is not None:
        raise FactorRefused("it is on already")
    officer.totp_secret, officer.totp_last_step = seal.close(pyotp.random_base32()), None


def to_set_up(officer: Officer, seal: Seal) -> ToSetUp | None:
    """The secret that waits for its first code; None where there is none, or the second factor is on."""
    if officer.second_factor_since is not None:
        return None
    secret = _secret(officer, seal)
    if secret is None:
        return None
    address = pyotp.TOTP(secret).provisioning_uri(name=officer.username, issuer_name=ISSUER)
    return ToSetUp(secret=secret, address=address)


def confirm(session: Session, officer: Officer, code: str, seal: Seal, at: dt.datetime) -> list[str] | None:
    """Switch the second factor on for whoever has the code of the app; returns the recovery codes, or None.

    Raises FactorRefused where it is on, or nothing was begun.
    """
    if officer.second_factor_since is not None or officer.totp_secret is None:
        raise FactorRefused("there is nothing to be confirmed")
    if not _is_code_of_now(session, officer, _plain(code), seal, at):
        return None
    officer.second_factor_since = at
    record_act(session, actor=officer.actor, act="officer.second_factor_set_up", subject=officer.username, at=at)
    return _fresh_codes(session, officer)


def accepts(
    session: Session, officer: Officer, code: str, seal: Seal, at: dt.datetime, known: KnownBrowser | None = None
) -> bool:
    """Whether this is the app's code of now or an unused recovery code; either is used up by it.

    A wrong one counts as a failed sign-in. Nothing is accepted from an officer who is locked out, but from a browser
    that is ``known``.
    """
    if attempts.is_locked_out(officer, at, known):
        return False
    plain = _plain(code)
    if _is_code_of_now(session, officer, plain, seal, at) or _is_recovery_code(session, officer, plain, at):
        return True
    attempts.failed(session, officer, at, known)
    return False


def new_recovery_codes(session: Session, officer: Officer, at: dt.datetime) -> list[str]:
    """Ten new codes; those before are worth nothing. Raises FactorRefused where no second factor is on."""
    if officer.second_factor_since is None:
        raise FactorRefused("it is not on")
    record_act(session, actor=officer.actor, act="officer.recovery_codes_made", subject=officer.username, at=at)
    return _fresh_codes(session, officer)


def recovery_codes_left(session: Session, officer: Officer) -> int:
    query = select(func.count()).where(RecoveryCode.officer_id == officer.id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def switch_off(session: Session, officer: Officer, password: str, code: str, seal: Seal, at: dt.datetime) -> bool:
    """Switch the second factor off for whoever knows the password and has a code; wrong ones are failed sign-ins."""
    if officer.second_factor_since is None:
        raise FactorRefused("it is not on")
    if attempts.is_locked_out(officer, at):
        return False
    if not passwords.verified(officer.password_hash, password):
        attempts.failed(session, officer, at)
        return False
    if not accepts(session, officer, code, seal, at):
        return False
    attempts.forgiven(officer)
    forget(session, officer)
    record_act(session, actor=officer.actor, act="officer.second_factor_off", subject=officer.username, at=at)
    return True


def forget(session: Session, officer: Officer) -> None:
    """Take away the secret and the recovery codes; the audit entry is the caller's."""
    officer.totp_secret, officer.totp_last_step, officer.second_factor_since = None, None, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == officer.id))


def _is_code_of_now(session: Session, officer: Officer, code: str, seal: Seal, at: dt.datetime) -> bool:
    secret = _secret(officer, seal)
    if secret is None or not re.fullmatch(r"[0-9]{6}", code):
        return False
    totp = pyotp.TOTP(secret)
    found = [step for step in _STEPS if hmac.compare_digest(totp.at(at, counter_offset=step), code)]
    return bool(found) and _uses_up(session, officer, totp.timecode(at) + found[0])


def _uses_up(session: Session, officer: Officer, step: int) -> bool:
    """Whether the code of this step was not used before; of two who send it at once, one is let in."""
    used = session.scalar(
        update(Officer)
        .where(Officer.id == officer.id, func.coalesce(Officer.totp_last_step, 0) < step)
        .values(totp_last_step=step)
        .returning(Officer.id)
    )
    return used is not None


def _is_recovery_code(session: Session, officer: Officer, code: str, at: dt.datetime) -> bool:
    if officer.second_factor_since is None:
        return False
    used = session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == _hash(officer, code), RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.officer_id)
    )
    if used is None:
        return False
    record_act(session, actor=officer.actor, act="officer.recovery_code_used", subject=officer.username, at=at)
    return True


def _fresh_codes(session: Session, officer: Officer) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == officer.id))
    codes = [base64.b32encode(secrets.token_bytes(_BYTES_OF_A_CODE)).decode().lower() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_hash(officer, code), officer_id=officer.id) for code in codes)
    session.flush()
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def _hash(officer: Officer, code: str) -> str:
    return digest(f"{officer.id}:{code}")


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _secret(officer: Officer, seal: Seal) -> str | None:
    if officer.totp_secret is None:
        return None
    try:
        return seal.open(officer.totp_secret)
    except CannotBeOpened:
        log.error("the second factor of an officer was sealed with another key; an administrator can reset it")
        return None
