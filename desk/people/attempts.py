"""Failed attempts to sign in: counted per officer, whatever was wrong, and after five of them a quarter of an hour.

What is tried from a browser that the officer signed in from before (known_browsers.py) is counted apart, so that no
stranger keeps an officer out for ever.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.people import known_browsers
from desk.people.model import KnownBrowser, Officer

ALLOWED = 5
LOCKED_FOR = dt.timedelta(minutes=15)


def is_locked_out(officer: Officer, at: dt.datetime, known: KnownBrowser | None = None) -> bool:
    """Whether nothing is accepted now; from a browser that is known it always is."""
    return known is None and officer.locked_until is not None and officer.locked_until > at


def failed(session: Session, officer: Officer, at: dt.datetime, known: KnownBrowser | None = None) -> None:
    """Count a wrong password or code; the fifth in a row locks out, or makes a stranger's of the browser."""
    if known is not None:
        known_browsers.failed(session, known, ALLOWED)
        return
    # By the database, so that of attempts at the same moment each is counted.
    count = session.scalar(
        update(Officer)
        .where(Officer.id == officer.id)
        .values(failed_sign_ins=Officer.failed_sign_ins + 1)
        .returning(Officer.failed_sign_ins)
    )
    if count is not None and count >= ALLOWED:
        officer.failed_sign_ins, officer.locked_until = 0, at + LOCKED_FOR
        record_act(session, actor=officer.actor, act="officer.locked_out", subject=officer.username, at=at)


def forgiven(officer: Officer, known: KnownBrowser | None = None) -> None:
    """Whoever proved everything that is asked begins again with no failure.

    From a browser that is known only what was tried from there: what strangers tried elsewhere still counts.
    """
    if known is not None:
        known.failed_sign_ins = 0
        return
    officer.failed_sign_ins, officer.locked_until = 0, None
