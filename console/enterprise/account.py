"""A person's account: how they are known, for whom they act, language, news, and the browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import account_view, who
from console.enterprise.who import Who
from console.web.language_switch import cookie_of, speak
from console.web.site import Form, HttpRequest, OfSite, Site, page, see_other
from console.web.typed import whole_number
from desk.accounts import service as accounts
from desk.accounts import sessions
from desk.conversations.model import Chat, Person
from desk.enterprises import acting, person_desk
from desk.enterprises.model import Membership
from desk.enterprises.service import EnterpriseRefused
from desk.guidance.record import Language
from desk.subscriptions import service as subscriptions


@get("/account", sync_to_thread=True)
def account_page(request: HttpRequest, site: OfSite, done: FromQuery[str] = "") -> Template:
    return account_view.show(request, site, who.who_is(request, site), done=done)


@post("/account/language", sync_to_thread=True)
def choose_language(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    language: Language = "en" if data.get("lang") == "en" else "vi"
    speak(site, who.who_is(request, site), language)
    return see_other("/account?done=language", cookies=[cookie_of(site, language)])


@post("/account/news", sync_to_thread=True)
def choose_news(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    """The topics that were ticked are told in one chat of the person: this web chat, or the one that is named."""
    wanted = [topic for topic in subscriptions.TOPICS if data.get(f"topic_{topic}")]

    def act(session: Session, person: Person, there: Who) -> None:
        named = session.get(Chat, data.get("chat", ""))
        chat = named if named is not None else _chat(site, session, person, there)
        if chat.person_id != person.id:
            raise NotFoundException
        subscriptions.choose(session, chat, wanted, site.desk.now())

    return _do(request, site, act, "news")


@post("/account/acting", sync_to_thread=True)
def choose_enterprise(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Act for an enterprise from now on, or for nobody."""

    def act(session: Session, person: Person, _there: Who) -> None:
        acting.choose(site.desk, session, person, whole_number(data.get("enterprise")) or None)

    return _guarded(request, site, act, "acting")


@get("/account/memberships/{membership:str}/end", sync_to_thread=True)
def end_page(request: HttpRequest, site: OfSite, membership: FromPath[str]) -> Template:
    """Asked once more: only an officer or a code brings it back."""
    there = who.who_is(request, site)
    with site.desk.store.reading() as session:
        held = _own(session, there, whole_number(membership))
        name, is_verified = held.enterprise.name, held.state == "verified"
    return page(
        request,
        site,
        "enterprise/account_end.html",
        here="/account",
        membership=membership,
        called=name,
        is_verified=is_verified,
    )


@post("/account/memberships/{membership:str}/end", sync_to_thread=True)
def end_membership(request: HttpRequest, site: OfSite, membership: FromPath[str]) -> Template | Redirect:
    def act(session: Session, _person: Person, there: Who) -> None:
        person_desk.leave(site.desk, session, _own(session, there, whole_number(membership)))

    return _guarded(request, site, act, "ended")


@post("/account/sign-ins/{sign_in:str}/end", sync_to_thread=True)
def end_sign_in(request: HttpRequest, site: OfSite, sign_in: FromPath[str]) -> Redirect:
    """Sign out one browser of the person; this one goes by /sign-out."""

    def act(session: Session, person: Person, there: Who) -> None:
        if there.person is not None:
            sessions.end(session, person, whole_number(sign_in), site.desk.now())

    return _do(request, site, act, "sign_in_ended")


Act = Callable[[Session, Person, Who], None]


def _do(request: HttpRequest, site: Site, act: Act, done: str) -> Redirect:
    """Carry out an act of whoever is there; a visitor who has said nothing yet has no account to change."""
    there = who.who_is(request, site)
    with site.desk.store.writing() as session:
        person = who.person_of(session, there)
        if person is None:
            return see_other("/sign-in")
        act(session, person, there)
    return see_other(f"/account?done={done}")


def _guarded(request: HttpRequest, site: Site, act: Act, done: str) -> Template | Redirect:
    try:
        return _do(request, site, act, done)
    except EnterpriseRefused as refused:
        return account_view.show(request, site, who.who_is(request, site), refused=refused.reason)


def _chat(site: Site, session: Session, person: Person, there: Who) -> Chat:
    """The web chat in which the person is told; for who is signed in it is made where they never wrote."""
    chat = who.chat_of(session, there)
    return chat if chat is not None else accounts.make_own_chat(site.desk, session, person)


def _own(session: Session, there: Who, membership_id: int) -> Membership:
    person = who.person_of(session, there)
    if person is None:
        raise NotFoundException
    try:
        return person_desk.own(session, person, membership_id)
    except EnterpriseRefused as refused:
        raise NotFoundException from refused
