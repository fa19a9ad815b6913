"""Failed attempts to sign in: counted per officer, whatever was wrong, and after five of them a quarter of an hour."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.people.model import Officer

ALLOWED = 5
LOCKED_FOR = dt.timedelta(minutes=15)


def is_locked_out(officer: Officer, at: dt.datetime) -> bool:
    return officer.locked_until is not None and officer.locked_until > at


def failed(session: Session, officer: Officer, at: dt.datetime) -> None:
    """Count a wrong password or code; the fifth in a row locks the officer out."""
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


def forgiven(officer: Officer) -> None:
    """Whoever proved everything that is asked begins again with no failure."""
    officer.failed_sign_ins, officer.locked_until = 0, None
