"""Browsers signed in as a person: begun, recognised by a token, listed, and ended by the person or by silence."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import one_time
from desk.accounts.model import PersonSignIn
from desk.audit.service import record_act
from desk.conversations.model import Person

#: A browser that opened no page for so long is signed out; one on a shared computer much sooner, and at the latest
#: after SHARED_LASTS, however busy it is.
IDLE_AFTER = dt.timedelta(days=30)
SHARED_IDLE_AFTER = dt.timedelta(minutes=30)
SHARED_LASTS = dt.timedelta(hours=8)
#: However busy a browser of one's own is, now and then the person proves anew who they are.
LASTS = dt.timedelta(days=90)
#: An act that could lock the person out is allowed only so soon after they proved who they are.
FRESH_FOR = dt.timedelta(minutes=15)
#: When a page was last opened is kept to within this, so that not every page writes.
_SEEN_EVERY = dt.timedelta(minutes=5)


def begin(session: Session, person: Person, *, how: str, shared: bool, device: str, at: dt.datetime) -> str:
    """Sign a browser in; returns the token that it is to keep."""
    token = one_time.fresh_token()
    session.add(
        PersonSignIn(
            token_hash=one_time.digest(token),
            person_id=person.id,
            how=how,
            shared=shared,
            device=device[:100],
            created_at=at,
            seen_at=at,
        )
    )
    session.flush()
    detail = {"how": how, "shared": shared}
    record_act(session, actor="person", act="person.signed_in", subject=person.id, at=at, detail=detail)
    return token


def current(session: Session, token: str, at: dt.datetime) -> PersonSignIn | None:
    """The session whose token this is; None when it is unknown, ended, or was idle for too long."""
    found = session.scalar(select(PersonSignIn).where(PersonSignIn.token_hash == one_time.digest(token)))
    return found if found is not None and is_open(found, at) else None


def is_open(sign_in: PersonSignIn, at: dt.datetime) -> bool:
    if sign_in.revoked_at is not None:
        return False
    if at >= sign_in.created_at + (SHARED_LASTS if sign_in.shared else LASTS):
        return False
    return at < sign_in.seen_at + (SHARED_IDLE_AFTER if sign_in.shared else IDLE_AFTER)


def is_due_to_be_seen(sign_in: PersonSignIn, at: dt.datetime) -> bool:
    """Whether it is time to write down again that the person is still there."""
    return at >= sign_in.seen_at + _SEEN_EVERY


def seen(session: Session, sign_in: PersonSignIn, at: dt.datetime) -> None:
    session.execute(update(PersonSignIn).where(PersonSignIn.id == sign_in.id).values(seen_at=at))


def is_fresh(sign_in: PersonSignIn, at: dt.datetime) -> bool:
    """Whether who the person is was proved a short time ago."""
    return at < sign_in.created_at + FRESH_FOR


def open_ones(session: Session, person: Person, at: dt.datetime) -> list[PersonSignIn]:
    """Where the person is signed in now, the newest first."""
    query = select(PersonSignIn).where(
        PersonSignIn.person_id == person.id, PersonSignIn.revoked_at.is_(None), PersonSignIn.seen_at > at - IDLE_AFTER
    )
    return [held for held in session.scalars(query.order_by(PersonSignIn.id.desc())) if is_open(held, at)]


def end(session: Session, person: Person, sign_in_id: int, at: dt.datetime) -> None:
    """Sign one of the person's browsers out; nothing happens for anybody else's."""
    mine = PersonSignIn.person_id == person.id, PersonSignIn.id == sign_in_id, PersonSignIn.revoked_at.is_(None)
    ended = session.execute(update(PersonSignIn).where(*mine).values(revoked_at=at).returning(PersonSignIn.id))
    if ended.scalar() is not None:
        record_act(session, actor="person", act="person.signed_out", subject=person.id, at=at)


def end_all(session: Session, person: Person, at: dt.datetime, *, but: int | None = None, by: str = "person") -> int:
    """Sign the person out everywhere, except in the session ``but``; returns how many sessions ended."""
    mine = PersonSignIn.person_id == person.id, PersonSignIn.revoked_at.is_(None), PersonSignIn.id.is_distinct_from(but)
    ended = session.scalars(update(PersonSignIn).where(*mine).values(revoked_at=at).returning(PersonSignIn.id)).all()
    if ended:
        detail = {"sessions": len(ended)}
        record_act(session, actor=by, act="person.signed_out", subject=person.id, at=at, detail=detail)
    return len(ended)
