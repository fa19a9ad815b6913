"""Browsers from which officers signed in before: what strangers try elsewhere locks nobody out of them.

A stranger who keeps typing wrong passwords keeps an officer locked out of every browser but those. A browser that is
known gives no right to anything: the password is asked for as anywhere, and after a few wrong ones it is a stranger's.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk.one_time import digest, fresh_token
from desk.people.model import KnownBrowser, Officer

#: A browser that was not signed in from for so long is a stranger's.
REMEMBERED_FOR = dt.timedelta(days=180)
#: So many browsers of one officer are known, those used last.
OF_ONE_OFFICER = 10


def known(session: Session, token: str, officer: Officer, at: dt.datetime) -> KnownBrowser | None:
    """The browser that sent this token, where this officer signed in from it lately."""
    found = session.get(KnownBrowser, digest(token)) if token else None
    is_theirs = found is not None and found.officer_id == officer.id and found.last_used_at > at - REMEMBERED_FOR
    return found if is_theirs else None


def remember(session: Session, token: str, officer: Officer, at: dt.datetime) -> str:
    """The officer has signed in: know the browser that sent this token from now on; returns the token for it."""
    before = known(session, token, officer, at)
    if before is not None:
        before.last_used_at, before.failed_sign_ins = at, 0
        return token
    fresh = fresh_token()
    session.add(KnownBrowser(token_hash=digest(fresh), officer_id=officer.id, failed_sign_ins=0, last_used_at=at))
    session.flush()
    _forget_beyond_the_newest(session, officer)
    return fresh


def failed(session: Session, browser: KnownBrowser, allowed: int) -> None:
    """Count a wrong password or code; after so many the browser is a stranger's."""
    # By the database, so that of attempts at the same moment each is counted.
    count = session.scalar(
        update(KnownBrowser)
        .where(KnownBrowser.token_hash == browser.token_hash)
        .values(failed_sign_ins=KnownBrowser.failed_sign_ins + 1)
        .returning(KnownBrowser.failed_sign_ins)
    )
    if count is not None and count >= allowed:
        session.execute(delete(KnownBrowser).where(KnownBrowser.token_hash == browser.token_hash))


def forget_all(session: Session, officer: Officer) -> None:
    """Whatever the officer signed in from is a stranger's."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.officer_id == officer.id))


def _forget_beyond_the_newest(session: Session, officer: Officer) -> None:
    own = select(KnownBrowser.token_hash).where(KnownBrowser.officer_id == officer.id)
    ranked = own.order_by(KnownBrowser.last_used_at.desc(), KnownBrowser.token_hash).offset(OF_ONE_OFFICER)
    older = session.scalars(ranked).all()
    if older:
        session.execute(delete(KnownBrowser).where(KnownBrowser.token_hash.in_(older)))
