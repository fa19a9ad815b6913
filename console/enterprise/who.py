"""Who is at an enterprise's browser: a person who signed in, else a visitor known by a cookie; and their web chat."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.enterprise.chat_messages import chat_at
from console.web.site import HttpRequest, Site
from desk.accounts import service as accounts
from desk.accounts import sessions
from desk.accounts.model import PersonSignIn
from desk.conversations.model import Chat, Person


@dataclass(frozen=True)
class Who:
    """Whose web chat a request is about. ``address`` is the chat's; None for who comes for the first time.

    ``sign_in`` and ``person`` are ids, set while somebody is signed in. ``ended``: the browser was signed in, and is
    no more; what it sends now was meant for somebody's own chat.
    """

    address: str | None
    visitor: str | None
    person: str | None = None
    sign_in: int | None = None
    ended: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.sign_in is not None


def who_is(request: HttpRequest, site: Site, *, opens_a_page: bool = True) -> Who:
    """Who is there; ``opens_a_page`` is False where a page only asks by itself, which keeps nobody signed in."""
    visitor = site.visitor_of(request)
    token = site.sent_cookie(request, "person")
    if not token:
        return Who(visitor, visitor)
    now = site.desk.now()
    with site.desk.store.reading() as session:
        held = sessions.current(session, token, now)
    if held is None:
        return Who(visitor, visitor, ended=True)
    if opens_a_page and sessions.is_due_to_be_seen(held, now):
        with site.desk.store.writing() as session:
            sessions.seen(session, held, now)
    return Who(accounts.own_address(held.person_id), visitor, held.person_id, held.id)


def chat_of(session: Session, who: Who) -> Chat | None:
    """The web chat, where something was said in it."""
    return chat_at(session, who.address) if who.address is not None else None


def person_of(session: Session, who: Who) -> Person | None:
    """The person, signed in or known by what they wrote; None for a visitor who wrote nothing yet."""
    if who.person is not None:
        return session.get(Person, who.person)
    chat = chat_of(session, who)
    return chat.person if chat is not None else None


def visitors_chat(session: Session, who: Who) -> Chat | None:
    """What the browser said as a visitor, whether or not somebody is signed in."""
    return chat_at(session, who.visitor) if who.visitor is not None else None


def sign_in_of(session: Session, who: Who) -> PersonSignIn | None:
    return session.get(PersonSignIn, who.sign_in) if who.sign_in is not None else None
