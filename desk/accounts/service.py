"""Signing a browser in as a person, by a code or by a link from Telegram, and the e-mail address of a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk.accounts import codes, links, sessions
from desk.accounts.codes import AccountRefused
from desk.accounts.model import PersonEmail, PersonSignIn, SignInCode
from desk.audit.service import record_act
from desk.conversations.model import Chat, Person
from desk.desk import Desk
from desk.letters import service as letters

WEB = "web"


@dataclass(frozen=True)
class SignedIn:
    """A browser that was just signed in: the token that it keeps, as whom, and whether others use the computer."""

    token: str
    person: Person
    shared: bool


def own_address(person_id: str) -> str:
    """The address of the web chat that all browsers of a person share. No visitor's id has a colon in it."""
    return f"person:{person_id}"


def own_chat(session: Session, person: Person) -> Chat | None:
    """The web chat of a person, where they have written in it."""
    return session.scalar(select(Chat).where(Chat.channel == WEB, Chat.address == own_address(person.id)))


def make_own_chat(desk: Desk, session: Session, person: Person) -> Chat:
    """The web chat of a person, made where there is none yet."""
    chat = own_chat(session, person)
    if chat is None:
        chat = Chat(channel=WEB, address=own_address(person.id), person=person, created_at=desk.now())
        session.add(chat)
        session.flush()
    return chat


def email_of(session: Session, person: Person) -> str | None:
    known = session.get(PersonEmail, person.id)
    return known.address if known is not None else None


def by_email(session: Session, address: str) -> Person | None:
    known = session.scalar(select(PersonEmail).where(PersonEmail.address == address))
    return known.person if known is not None else None


def sign_in_by_code(desk: Desk, session: Session, ticket: str, typed: str, device: str) -> SignedIn | None:
    """Sign in whoever has the address of the ticket; a person is made for an address that comes for the first time.

    None for a wrong code, a try that must be committed. Raises AccountRefused.
    """
    code = codes.take(session, ticket, typed, desk.now())
    if code is None:
        return None
    if code.person_id is not None:
        raise AccountRefused("account.code_void")
    person = by_email(session, code.address) or _person_of(desk, session, code)
    token = sessions.begin(session, person, how="email", shared=code.shared, device=device, at=desk.now())
    return SignedIn(token, person, code.shared)


def sign_in_by_link(desk: Desk, session: Session, token: str, device: str, *, shared: bool) -> SignedIn:
    """Sign in as the person of the Telegram chat that the link was given to, who is told; raises AccountRefused."""
    chat = links.use(session, token, desk.now())
    begun = sessions.begin(session, chat.person, how="telegram", shared=shared, device=device, at=desk.now())
    links.tell_of_sign_in(desk, session, chat, device)
    return SignedIn(begun, chat.person, shared)


def ask_for_email(desk: Desk, session: Session, sign_in: PersonSignIn, typed: str, source: str) -> str:
    """The first step to an address of one's own, or to another one; returns the ticket. Raises AccountRefused.

    Who has just proved who they are may do so only: whoever finds a browser that was left signed in shall not make the
    account theirs.
    """
    address = codes.checked_address(typed)
    if not sessions.is_fresh(sign_in, desk.now()):
        raise AccountRefused("account.prove_again")
    return codes.send(desk, session, address, source=source, shared=sign_in.shared, person=sign_in.person)


def keep_email(desk: Desk, session: Session, sign_in: PersonSignIn, ticket: str, typed: str) -> str | None:
    """The second step: the address is the person's from now on. None for a wrong code; raises AccountRefused.

    All other browsers are signed out, and the address of before is told.
    """
    code = codes.take(session, ticket, typed, desk.now())
    if code is None:
        return None
    person, now = sign_in.person, desk.now()
    if code.person_id != person.id:
        raise AccountRefused("account.code_void")
    other = by_email(session, code.address)
    if other is not None and other.id != person.id:
        raise AccountRefused("account.address_of_another")
    before = email_of(session, person)
    if before is not None and before != code.address:
        _tell_old_address(desk, session, before)
        codes.make_void(session, before, now)
    session.merge(PersonEmail(person_id=person.id, address=code.address, proven_at=now))
    person.contact = code.address if person.contact in (None, before) else person.contact
    sessions.end_all(session, person, now, but=sign_in.id)
    record_act(session, actor="person", act="person.address_kept", subject=person.id, at=now)
    return code.address


def forget(session: Session, person: Person) -> None:
    """The person is forgotten: how they signed in, too."""
    session.execute(update(SignInCode).where(SignInCode.person_id == person.id).values(person_id=None))
    for table in (PersonEmail, PersonSignIn):
        session.execute(delete(table).where(table.person_id == person.id))
    person.contact = None


def _person_of(desk: Desk, session: Session, code: SignInCode) -> Person:
    """A new person, who can be reached at the address."""
    person = Person(contact=code.address, created_at=desk.now())
    session.add(person)
    session.flush()
    session.add(PersonEmail(person_id=person.id, address=code.address, proven_at=desk.now()))
    session.flush()
    return person


def _tell_old_address(desk: Desk, session: Session, address: str) -> None:
    say, now = desk.texts.say, desk.now()
    text = "\n\n---\n\n".join(say("account.moved_letter_text", language) for language in ("vi", "en")) + "\n"
    subject = f"{say('account.moved_letter_subject', 'vi')} / {say('account.moved_letter_subject', 'en')}"
    letters.write(session, to=address, subject=subject, text=text, expires_at=now + 24 * codes.LASTS, at=now)
