"""Codes sent to an e-mail address: how many, how long and how often they can be tried, and by which browser only."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from desk import one_time
from desk.accounts.model import SignInCode
from desk.audit.service import record_act
from desk.conversations.model import Person
from desk.desk import Desk
from desk.letters import service as letters

DIGITS = 8
LASTS = dt.timedelta(minutes=10)
TRIES = 5
#: At most so many codes for one address, for one person who wants an address, and from one place: nobody shall fill a
#: mailbox, or guess on by asking for ever new codes.
AN_HOUR_AN_ADDRESS, A_DAY_AN_ADDRESS = 3, 8
A_DAY_A_PERSON = 5
AN_HOUR_A_SOURCE = 20
ADDRESS_LENGTH = 254
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_ADDRESS = re.compile(r"[^@\s<>,;:\\\"()\[\]]{1,64}@[^@\s<>,;:\\\"()\[\]]+\.[^@\s<>,;:\\\"()\[\].]+")


class AccountRefused(Exception):
    """The act is not possible, or not now; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def checked_address(typed: str) -> str:
    """The address as it is kept: in small letters, whatever was typed; raises AccountRefused."""
    address = typed.strip().lower()
    printable = address.isascii() and address.isprintable()
    if len(address) > ADDRESS_LENGTH or not printable or not _ADDRESS.fullmatch(address):
        raise AccountRefused("account.address_refused")
    return address


def send(
    desk: Desk, session: Session, address: str, *, source: str, shared: bool = False, person: Person | None = None
) -> str:
    """Put a letter with a fresh code on its way, and return the ticket by which this browser gives it.

    Whether the desk knows the address is neither looked up nor told. Raises AccountRefused.
    """
    if desk.post is None:
        raise AccountRefused("account.no_letters")
    now = desk.now()
    session.execute(delete(SignInCode).where(SignInCode.created_at < now - _DAY))
    hashed_source = one_time.digest(source)
    _must_have_room(session, address, hashed_source, person, now)
    code, ticket = one_time.fresh_code(DIGITS), one_time.fresh_token()
    session.add(
        SignInCode(
            ticket_hash=one_time.digest(ticket),
            address=address,
            person_id=person.id if person is not None else None,
            code_hash=one_time.hashed(code),
            source=hashed_source,
            shared=shared,
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    _write(desk, session, address, code)
    record_act(session, actor="person", act="person.code_sent", subject="address", at=now)
    return ticket


def take(session: Session, ticket: str, typed: str, at: dt.datetime) -> SignInCode | None:
    """Use up one try of the ticket's code; the row, once, when it is right, and None when it is wrong.

    Raises AccountRefused when there is none that can still be tried. The try is counted before the comparison and by a
    conditional update, so that of many at once no more than TRIES are compared; it must be committed.
    """
    tried = session.execute(
        update(SignInCode)
        .where(*_usable(ticket, at))
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.id, SignInCode.code_hash)
    ).one_or_none()
    if tried is None:
        raise AccountRefused("account.code_void")
    if not one_time.fits(typed, tried.code_hash):
        return None
    used = session.scalar(
        update(SignInCode)
        .where(SignInCode.id == tried.id, SignInCode.used_at.is_(None))
        .values(used_at=at)
        .returning(SignInCode.id)
    )
    if used is None:
        raise AccountRefused("account.code_void")
    return session.get_one(SignInCode, used, populate_existing=True)


def waiting_for(session: Session, ticket: str, at: dt.datetime) -> SignInCode | None:
    """The code that this browser may still give."""
    return session.scalar(select(SignInCode).where(*_usable(ticket, at)))


def make_void(session: Session, address: str, at: dt.datetime) -> None:
    """No code that was sent to this address counts any more."""
    sent = SignInCode.address == address, SignInCode.expires_at > at
    session.execute(update(SignInCode).where(*sent).values(expires_at=at))


def _usable(ticket: str, at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInCode.ticket_hash == one_time.digest(ticket),
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > at,
        SignInCode.tries < TRIES,
    )


def _must_have_room(session: Session, address: str, source: str, person: Person | None, now: dt.datetime) -> None:
    to_address, from_source = SignInCode.address == address, SignInCode.source == source
    limits = [
        (to_address, _HOUR, AN_HOUR_AN_ADDRESS),
        (to_address, _DAY, A_DAY_AN_ADDRESS),
        (from_source, _HOUR, AN_HOUR_A_SOURCE),
    ]
    if person is not None:
        limits.append((SignInCode.person_id == person.id, _DAY, A_DAY_A_PERSON))
    for whose, within, at_most in limits:
        sent = select(func.count()).select_from(SignInCode).where(whose, SignInCode.created_at > now - within)
        if (session.scalar(sent) or 0) >= at_most:
            raise AccountRefused("account.codes_used_up")


def _write(desk: Desk, session: Session, address: str, code: str) -> None:
    """The letter, in both languages. Nothing that was typed is in it: customs would be lending it its name."""
    say, minutes = desk.texts.say, LASTS // dt.timedelta(minutes=1)
    parts = [say("account.letter_text", language, code=code, minutes=minutes) for language in ("vi", "en")]
    subject = f"{say('account.letter_subject', 'vi')} / {say('account.letter_subject', 'en')}"
    text = "\n\n---\n\n".join(parts) + "\n"
    letters.write(session, to=address, subject=subject, text=text, expires_at=desk.now() + LASTS, at=desk.now())
