"""The Telegram account of an officer: linked by a one-time code, which the officer sends from it."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.one_time import digest
from desk.people.model import LinkCode, Officer, OfficerLink

LINK_CODE_LASTS = dt.timedelta(minutes=10)


class LinkRefused(ValueError):
    """The code is unknown, used or expired, or the account is linked already."""


def make_link_code(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> str:
    """A code of 22 characters by which the officer links a Telegram account once within ten minutes."""
    code = secrets.token_urlsafe(16)
    session.add(LinkCode(code_hash=digest(code), officer_id=officer.id, expires_at=at + LINK_CODE_LASTS))
    record_act(session, actor=by, act="officer.link_code_made", subject=officer.username, at=at)
    return code


def link_telegram(session: Session, code: str, telegram_user: str, chat_id: str, at: dt.datetime) -> Officer:
    """Link the officer of the code to a Telegram user and private chat; raises LinkRefused.

    The code is used up by a conditional update, so that of two who send it at once only one is linked.
    """
    officer_id = session.scalar(
        update(LinkCode)
        .where(LinkCode.code_hash == digest(code), LinkCode.used_at.is_(None), LinkCode.expires_at > at)
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


#: Put together once, for it is asked for every message.
_LINK = select(OfficerLink).where(OfficerLink.telegram_user == bindparam("user"))


def officer_of_telegram(session: Session, telegram_user: str | None) -> Officer | None:
    """The active officer whose linked account this is."""
    if telegram_user is None:
        return None
    link = session.scalar(_LINK, {"user": telegram_user})
    return link.officer if link is not None and link.officer.active else None


def officer_in_chat(session: Session, chat_id: str) -> Officer | None:
    """The officer who is reached in this chat."""
    return session.scalar(select(Officer).join(OfficerLink).where(OfficerLink.chat_id == chat_id))
