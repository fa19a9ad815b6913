"""Signing in: with a password or by the authority's sign-in, then with a second factor where the officer has one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.one_time import digest, fresh_token
from desk.people import attempts, known_browsers, passwords, second_factor, sessions
from desk.people.model import KnownBrowser, Method, Officer, PendingSignIn, Role, SignIn
from desk.people.sealing import Seal

#: How long the second factor is waited for.
CODE_AWAITED_FOR = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Entered:
    """The token of a session, or, where ``awaits_code``, of a sign-in that is half done."""

    token: str
    awaits_code: bool = False


class Duty(StrEnum):
    """What an officer who signed in has to do before any other page."""

    PASSWORD = "password"
    SECOND_FACTOR = "second_factor"


def with_password(
    session: Session, username: str, password: str, at: dt.datetime, *, browser: str = "", known: str = ""
) -> Entered | None:
    """Begin to sign in; None when the name or password is wrong, or the officer is locked out or shut out.

    ``known``: the token by which the browser is known, where it has one (known_browsers.py).
    """
    officer = session.scalar(select(Officer).where(Officer.username == username))
    right = passwords.verified(officer.password_hash if officer else None, password)
    if officer is None or not officer.active:
        return None
    own_browser = known_browsers.known(session, known, officer, at)
    if attempts.is_locked_out(officer, at, own_browser):
        return None
    if not right:
        attempts.failed(session, officer, at, own_browser)
        return None
    if passwords.is_outdated(officer.password_hash):
        officer.password_hash = passwords.hashed(password)
    return proved(session, officer, Method.PASSWORD, at, browser=browser, known=own_browser)


def proved(
    session: Session,
    officer: Officer,
    method: Method,
    at: dt.datetime,
    *,
    browser: str,
    two_factors: bool = False,
    known: KnownBrowser | None = None,
    proved_at: dt.datetime | None = None,
) -> Entered:
    """Go on with an officer whose first factor is proved; ``two_factors`` where the second one is, too.

    ``proved_at``: when, where that was earlier than now.
    """
    if two_factors or officer.second_factor_since is None:
        attempts.forgiven(officer, known)
        return Entered(
            sessions.begin(
                session, officer, method, two_factors=two_factors, browser=browser, at=at, proved_at=proved_at
            )
        )
    # Failures are not forgiven yet: whoever knows the password only may not try codes without end.
    session.execute(delete(PendingSignIn).where(PendingSignIn.expires_at <= at))
    token = fresh_token()
    session.add(
        PendingSignIn(
            token_hash=digest(token), officer_id=officer.id, method=method.value, expires_at=at + CODE_AWAITED_FOR
        )
    )
    return Entered(token, awaits_code=True)


def is_awaited(session: Session, token: str, at: dt.datetime) -> bool:
    """Whether the second factor of this sign-in is still waited for."""
    return _pending(session, token, at) is not None


def with_code(
    session: Session, token: str, code: str, seal: Seal, at: dt.datetime, *, browser: str = "", known: str = ""
) -> str | None:
    """The token of a new session for whoever has the second factor of a sign-in that is half done; else None."""
    pending = _pending(session, token, at)
    if pending is None:
        return None
    own_browser = known_browsers.known(session, known, pending.officer, at)
    if not second_factor.accepts(session, pending.officer, code, seal, at, own_browser):
        return None
    taken = session.scalar(
        delete(PendingSignIn).where(PendingSignIn.token_hash == pending.token_hash).returning(PendingSignIn.officer_id)
    )
    if taken is None:
        return None
    attempts.forgiven(pending.officer, own_browser)
    return sessions.begin(session, pending.officer, Method(pending.method), two_factors=True, browser=browser, at=at)


def change_password(session: Session, officer: Officer, present: str, new: str, at: dt.datetime) -> bool:
    """Change an officer's own password and end all their sessions; False where the present one is wrong.

    A wrong one counts as a failed sign-in, so that an open console is no way to guess it. Raises PasswordRefused for a
    new one that is easy to guess.
    """
    if attempts.is_locked_out(officer, at):
        return False
    if not passwords.verified(officer.password_hash, present):
        attempts.failed(session, officer, at)
        return False
    choose_password(session, officer, new, at)
    return True


def choose_password(session: Session, officer: Officer, new: str, at: dt.datetime) -> None:
    """Give an officer the password that they chose, and end all their sessions; raises PasswordRefused."""
    passwords.check_new(new, officer.username)
    if passwords.verified(officer.password_hash, new):
        raise passwords.PasswordRefused("the_same")
    officer.password_hash, officer.must_change_password = passwords.hashed(new), False
    attempts.forgiven(officer)
    sessions.end(session, officer, at)
    record_act(session, actor=officer.actor, act="officer.password_changed", subject=officer.username, at=at)


def prove_again(session: Session, officer: Officer, password: str, code: str, seal: Seal, at: dt.datetime) -> bool:
    """Whether an officer who is signed in proves it once more: with the password, and a code where they have an app.

    What is wrong counts as a failed sign-in, so that an open console is no way to guess.
    """
    if attempts.is_locked_out(officer, at):
        return False
    if not passwords.verified(officer.password_hash, password):
        attempts.failed(session, officer, at)
        return False
    if officer.second_factor_since is not None and not second_factor.accepts(session, officer, code, seal, at):
        return False
    attempts.forgiven(officer)
    return True


def duty_of(sign_in: SignIn, second_factor_for: Collection[Role]) -> Duty | None:
    """What has to be done first: a password of one's own, then a second factor where a role demands one."""
    officer = sign_in.officer
    if officer.must_change_password and sign_in.method == Method.PASSWORD:
        return Duty.PASSWORD
    if officer.second_factor_since is None and not sign_in.two_factors and officer.has_any(*second_factor_for):
        return Duty.SECOND_FACTOR
    return None


def _pending(session: Session, token: str, at: dt.datetime) -> PendingSignIn | None:
    found = session.get(PendingSignIn, digest(token))
    return found if found is not None and found.expires_at > at and found.officer.active else None
