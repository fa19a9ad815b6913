"""Sessions of the console: begun, used, listed and ended. A session ends after twelve hours, or two without use."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from desk.audit.service import record_act
from desk.one_time import digest, fresh_token
from desk.people.model import Appointment, Method, Officer, PendingSignIn, SignIn

LASTS = dt.timedelta(hours=12)
IDLE_FOR = dt.timedelta(hours=2)
#: What could lock an officer out, or let somebody else in, is done only so soon after they proved who they are.
PROVED_FOR = dt.timedelta(minutes=15)
#: How often the use of a session is written down.
NOTED_EVERY = dt.timedelta(minutes=1)


def begin(
    session: Session,
    officer: Officer,
    method: Method,
    *,
    two_factors: bool,
    browser: str,
    at: dt.datetime,
    proved_at: dt.datetime | None = None,
) -> str:
    """The token of a new session; ``proved_at``, where that was earlier, is when the officer proved who they are."""
    token = fresh_token()
    session.add(
        SignIn(
            token_hash=digest(token),
            officer_id=officer.id,
            created_at=min(proved_at or at, at),
            expires_at=at + LASTS,
            last_used_at=at,
            method=method.value,
            two_factors=two_factors,
            browser=browser,
        )
    )
    detail = {"method": method.value, "two_factors": two_factors}
    record_act(session, actor=officer.actor, act="officer.signed_in", subject=officer.username, detail=detail, at=at)
    return token


def begin_again(session: Session, officer: Officer, before: SignIn, *, at: dt.datetime) -> str:
    """The token of a new session in place of one that has just been ended, proved as that one was."""
    return begin(session, officer, Method(before.method), two_factors=before.two_factors, browser=before.browser, at=at)


def in_place_of(
    session: Session, officer: Officer, before: SignIn, *, at: dt.datetime, two_factors: bool | None = None
) -> str:
    """The token of a new session, proved now, in place of one that ends with this."""
    session.execute(update(SignIn).where(SignIn.token_hash == before.token_hash).values(revoked_at=at))
    both = before.two_factors if two_factors is None else two_factors
    return begin(session, officer, Method(before.method), two_factors=both, browser=before.browser, at=at)


def is_fresh(sign_in: SignIn, at: dt.datetime) -> bool:
    """Whether the officer proved who they are a short time ago."""
    return at < sign_in.created_at + PROVED_FOR


def signed_in(session: Session, token: str, at: dt.datetime) -> SignIn | None:
    """The session of a token with its officer and their roles, in one query; None for one that ended or never was."""
    query = (
        select(SignIn)
        .join(SignIn.officer)
        .where(SignIn.token_hash == digest(token), SignIn.revoked_at.is_(None), Officer.active)
        .where(SignIn.expires_at > at, SignIn.last_used_at > at - IDLE_FOR)
        .options(joinedload(SignIn.officer).joinedload(Officer.appointments).joinedload(Appointment.unit))
    )
    return session.scalars(query).unique().one_or_none()


def is_to_be_noted(sign_in: SignIn, at: dt.datetime) -> bool:
    """Whether the last use that is written down is a minute old."""
    return at - sign_in.last_used_at >= NOTED_EVERY


def note_use(session: Session, token: str, at: dt.datetime) -> None:
    """Write down that a session was used; of several at the same moment one does it."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == digest(token), SignIn.last_used_at <= at - NOTED_EVERY)
        .values(last_used_at=at)
    )


def open_sessions(session: Session, officer: Officer, at: dt.datetime) -> list[SignIn]:
    """The officer's sessions that have not ended, the one used last first."""
    query = (
        select(SignIn)
        .where(SignIn.officer_id == officer.id, SignIn.revoked_at.is_(None))
        .where(SignIn.expires_at > at, SignIn.last_used_at > at - IDLE_FOR)
        .order_by(SignIn.last_used_at.desc(), SignIn.token_hash)
    )
    return list(session.scalars(query))


def sign_out(session: Session, token: str, at: dt.datetime) -> None:
    found = session.get(SignIn, digest(token))
    if found is not None and found.revoked_at is None:
        found.revoked_at = at


def end(session: Session, officer: Officer, at: dt.datetime, *, only: str = "", but: str = "") -> int:
    """End an officer's sessions, and sign-ins that are half done; returns how many sessions were open.

    ``only``: the hash of the token of the one to be ended; ``but``: the token of the one that goes on. The audit entry
    is the caller's: what else was done is told in it.
    """
    ending = update(SignIn).where(SignIn.officer_id == officer.id, SignIn.revoked_at.is_(None), SignIn.expires_at > at)
    if only:
        ending = ending.where(SignIn.token_hash == only)
    else:
        session.execute(delete(PendingSignIn).where(PendingSignIn.officer_id == officer.id))
    if but:
        ending = ending.where(SignIn.token_hash != digest(but))
    return len(session.scalars(ending.values(revoked_at=at).returning(SignIn.token_hash)).all())


def end_own(session: Session, officer: Officer, at: dt.datetime, *, only: str = "", but: str = "") -> int:
    """End sessions of an officer at their own wish; returns how many."""
    ended = end(session, officer, at, only=only, but=but)
    if ended:
        record_act(
            session,
            actor=officer.actor,
            act="officer.sessions_ended",
            subject=officer.username,
            detail={"sessions": ended},
            at=at,
        )
    return ended
