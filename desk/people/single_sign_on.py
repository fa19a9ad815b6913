"""Single sign-on: the way to the authority's own sign-in and back, and which officer comes back from it.

Who the officers are and what they may do stays the desk's: nobody is added here.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.one_time import digest, fresh_token
from desk.people import sessions, sign_in
from desk.people.model import Method, Officer, OfficerIdentity, SingleSignOnAttempt

#: How long somebody may take at the authority's sign-in.
LASTS = dt.timedelta(minutes=10)

#: Whose second factor counts: the one that the authority says it asked for, any sign-in of the authority, or ours only.
SecondFactorOf = Literal["told", "provider", "desk"]

#: The kinds of proof of RFC 8176; two of different kinds are two factors.
_KINDS = {
    **dict.fromkeys(("pwd", "pin", "kba"), "known"),
    **dict.fromkeys(("otp", "hwk", "swk", "sc", "pop", "sms", "tel"), "owned"),
    **dict.fromkeys(("face", "fpt", "iris", "retina", "vbm"), "innate"),
}


class EntryRefused(Exception):
    """Nobody of this desk can be let in with what the authority's sign-in told."""


@dataclass(frozen=True)
class Outward:
    """What goes with the browser to the authority's sign-in, and what stays in it as a cookie."""

    state: str
    nonce: str
    verifier: str
    cookie: str


@dataclass(frozen=True)
class Return:
    """What belongs to the one way out that a browser comes back from."""

    nonce: str
    verifier: str
    way_back: str


@dataclass(frozen=True)
class Identity:
    """Who somebody is by the authority's sign-in: ``name`` is what should be a user name here, ``amr`` how proved.

    ``proved_at``: when they proved it there; None where the provider does not tell, though it was asked.
    """

    issuer: str
    subject: str
    name: str
    amr: tuple[str, ...] = ()
    proved_at: dt.datetime | None = None


def go_out(session: Session, way_back: str, at: dt.datetime) -> Outward:
    """Write down that a browser goes to the authority's sign-in; the store keeps state and cookie as hashes."""
    session.execute(delete(SingleSignOnAttempt).where(SingleSignOnAttempt.expires_at <= at))
    outward = Outward(
        state=fresh_token(), nonce=fresh_token(), verifier=secrets.token_urlsafe(48), cookie=fresh_token()
    )
    session.add(
        SingleSignOnAttempt(
            state_hash=digest(outward.state),
            cookie_hash=digest(outward.cookie),
            nonce=outward.nonce,
            verifier=outward.verifier,
            way_back=way_back,
            expires_at=at + LASTS,
        )
    )
    return outward


def come_back(session: Session, state: str, cookie: str, at: dt.datetime) -> Return | None:
    """Take up the way out of this state and browser; None where there is none, or it was taken up before."""
    taken = session.execute(
        delete(SingleSignOnAttempt)
        .where(SingleSignOnAttempt.state_hash == digest(state), SingleSignOnAttempt.cookie_hash == digest(cookie))
        .where(SingleSignOnAttempt.expires_at > at)
        .returning(SingleSignOnAttempt.nonce, SingleSignOnAttempt.verifier, SingleSignOnAttempt.way_back)
    ).one_or_none()
    return Return(*taken) if taken is not None else None


def enter(
    session: Session, identity: Identity, at: dt.datetime, *, counts: SecondFactorOf, browser: str = ""
) -> sign_in.Entered:
    """Sign in the officer who this is; raises EntryRefused for whoever is no officer, or is another one already."""
    officer = _officer_of(session, identity, at)
    if not officer.active:
        raise EntryRefused("the officer is not active")
    two_factors = counts == "provider" or (counts == "told" and is_two_factors(identity.amr))
    # Where the provider does not say when, it may have been long ago: what needs a fresh proof asks for one of ours.
    proved_at = identity.proved_at or at - sessions.PROVED_FOR
    return sign_in.proved(
        session, officer, Method.SINGLE_SIGN_ON, at, browser=browser, two_factors=two_factors, proved_at=proved_at
    )


def is_two_factors(amr: Collection[str]) -> bool:
    """Whether the ways of proof that the authority tells (RFC 8176) amount to two factors."""
    return "mfa" in amr or len({_KINDS[way] for way in amr if way in _KINDS}) > 1


def _officer_of(session: Session, identity: Identity, at: dt.datetime) -> Officer:
    named = session.scalar(select(Officer).where(Officer.username == identity.name)) if identity.name else None
    known = session.scalar(
        select(OfficerIdentity).where(
            OfficerIdentity.issuer == identity.issuer, OfficerIdentity.subject == identity.subject
        )
    )
    if known is not None:
        # A name that changed is the same person; one that has become somebody else's is a doubt.
        if named is not None and named.id != known.officer_id:
            raise EntryRefused("the account is another officer's")
        return known.officer
    if named is None or not named.active:
        raise EntryRefused("there is no such officer")
    if session.get(OfficerIdentity, named.id) is not None:
        raise EntryRefused("the officer has another account")
    session.add(OfficerIdentity(officer_id=named.id, issuer=identity.issuer, subject=identity.subject, linked_at=at))
    session.flush()
    record_act(session, actor=named.actor, act="officer.identity_linked", subject=named.username, at=at)
    return named
