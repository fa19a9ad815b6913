"""Signing in as a person: by a code sent by letter or a link from Telegram; taking along what was said; signing out."""

from __future__ import annotations

from litestar import get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect, Template

from console.enterprise import who
from console.web.browsers import browser_of
from console.web.language_switch import cookie_of
from console.web.limiting import source_of
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from desk.accounts import codes, joining, links, sessions
from desk.accounts import service as accounts
from desk.accounts.codes import AccountRefused
from desk.accounts.service import SignedIn
from desk.conversations.model import Person
from desk.guidance.record import LANGUAGES
from desk.ids import new_id

_TICKET_LASTS = int(codes.LASTS.total_seconds())


@get("/sign-in", sync_to_thread=True)
def sign_in_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    if who.who_is(request, site).is_signed_in:
        return see_other("/account")
    return _address_page(request, site)


@post("/sign-in", sync_to_thread=True)
def ask_for_code(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Send a code to the address, whoever's it is; only this browser can give it."""
    typed, shared = data.get("email", ""), bool(data.get("shared"))
    try:
        address = codes.checked_address(typed)
        with site.desk.store.writing() as session:
            ticket = codes.send(site.desk, session, address, source=source_of(request), shared=shared)
    except AccountRefused as refused:
        return _address_page(request, site, refused=refused.reason, typed=typed, shared=shared)
    return see_other("/sign-in/code", cookies=[site.cookie("ticket", ticket, _TICKET_LASTS)])


@get("/sign-in/code", sync_to_thread=True)
def code_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    return _code_page(request, site)


@post("/sign-in/code", sync_to_thread=True)
def give_code(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    ticket = site.sent_cookie(request, "ticket")
    try:
        with site.desk.store.writing() as session:
            signed_in = accounts.sign_in_by_code(site.desk, session, ticket, data.get("code", ""), _device(request))
    except AccountRefused as refused:
        return _address_page(request, site, refused=refused.reason)
    if signed_in is None:
        return _code_page(request, site, refused="account.code_wrong")
    return _let_in(request, site, signed_in)


@get("/sign-in/link/{token:str}", sync_to_thread=True)
def link_page(request: HttpRequest, site: OfSite, token: FromPath[str]) -> Template:
    """Say as whom the link signs in, and ask: opening it alone does nothing, for programs open links as well."""
    with site.desk.store.reading() as session:
        chat = links.chat_of(session, token, site.desk.now())
        name = (chat.person.name or "") if chat is not None else ""
    if chat is None:
        return _address_page(request, site, refused="account.link_void")
    return page(request, site, "enterprise/sign_in_link.html", here="/sign-in", token=token, called=name)


@post("/sign-in/link/{token:str}", sync_to_thread=True)
def open_link(request: HttpRequest, site: OfSite, token: FromPath[str], data: Form) -> Template | Redirect:
    try:
        with site.desk.store.writing() as session:
            device, shared = _device(request), bool(data.get("shared"))
            signed_in = accounts.sign_in_by_link(site.desk, session, token, device, shared=shared)
    except AccountRefused as refused:
        return _address_page(request, site, refused=refused.reason)
    return _let_in(request, site, signed_in)


@get("/sign-in/join", sync_to_thread=True)
def join_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    return _join_page(request, site)


@post("/sign-in/join", sync_to_thread=True)
def join(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Take along what the browser said as a visitor, or leave it where it is."""
    there = who.who_is(request, site)
    if there.person is None:
        return see_other("/sign-in")
    if data.get("act") != "join":
        return see_other("/chat?done=left_apart")
    try:
        with site.desk.store.writing() as session:
            chat, person = who.visitors_chat(session, there), session.get_one(Person, there.person)
            if joining.found(session, chat, person) is not None and chat is not None:
                joining.join(site.desk, session, chat, person)
    except AccountRefused as refused:
        return _join_page(request, site, refused=refused.reason)
    return see_other("/chat?done=joined#latest", cookies=[site.visitor_cookie(new_id())])


@post("/sign-out", sync_to_thread=True)
def sign_out(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    """Sign this browser out, or all of the person's; what was said as a visitor is not shown to who comes next."""
    there = who.who_is(request, site)
    if there.person is not None and there.sign_in is not None:
        with site.desk.store.writing() as session:
            person = session.get_one(Person, there.person)
            if data.get("everywhere"):
                sessions.end_all(session, person, site.desk.now())
            else:
                sessions.end(session, person, there.sign_in, site.desk.now())
    return see_other("/chat?done=signed_out", cookies=[site.without("person"), site.without("ticket")])


def _let_in(request: HttpRequest, site: Site, signed_in: SignedIn) -> Redirect:
    """The browser keeps its token; who was signed in here before is not any more."""
    before = who.who_is(request, site, opens_a_page=False)
    with site.desk.store.writing() as session:
        if before.person is not None and before.sign_in is not None:
            sessions.end(session, session.get_one(Person, before.person), before.sign_in, site.desk.now())
        person = session.get_one(Person, signed_in.person.id)
        is_there = joining.found(session, who.visitors_chat(session, before), person) is not None
        spoken = next((one for one in LANGUAGES if person.language_choice == one), None)
    cookies: list[Cookie] = [
        site.person_cookie(signed_in.token, shared=signed_in.shared),
        site.without("ticket"),
        *([cookie_of(site, spoken)] if spoken is not None else []),
    ]
    return see_other("/sign-in/join" if is_there else "/chat?done=signed_in", cookies=cookies)


def _address_page(
    request: HttpRequest, site: Site, *, refused: str = "", typed: str = "", shared: bool = False
) -> Template:
    about_address = refused in ("account.address_refused", "account.codes_used_up")
    return page(
        request,
        site,
        "enterprise/sign_in.html",
        here="/sign-in",
        status=429 if refused == "account.codes_used_up" else 422 if refused else 200,
        by_email=site.desk.post is not None,
        bot=site.bot_name,
        refused="" if about_address else refused,
        error=site.desk.texts.say(refused, language_of(request)) if about_address else "",
        typed=typed[: codes.ADDRESS_LENGTH],
        shared=shared,
    )


def _code_page(request: HttpRequest, site: Site, *, refused: str = "") -> Template | Redirect:
    with site.desk.store.reading() as session:
        waiting = codes.waiting_for(session, site.sent_cookie(request, "ticket"), site.desk.now())
        address = waiting.address if waiting is not None and waiting.person_id is None else None
    if address is None:
        return _address_page(request, site, refused="account.code_void") if refused else see_other("/sign-in")
    return page(
        request,
        site,
        "enterprise/sign_in_code.html",
        here="/sign-in",
        status=422 if refused else 200,
        address=address,
        minutes=_TICKET_LASTS // 60,
        error=site.desk.texts.say(refused, language_of(request)) if refused else "",
        action="/sign-in/code",
        other_way="/sign-in",
    )


def _join_page(request: HttpRequest, site: Site, *, refused: str = "") -> Template | Redirect:
    there = who.who_is(request, site)
    if there.person is None:
        return see_other("/sign-in")
    with site.desk.store.reading() as session:
        person = session.get_one(Person, there.person)
        found = joining.found(session, who.visitors_chat(session, there), person)
    if found is None:
        return see_other("/chat")
    return page(
        request,
        site,
        "enterprise/sign_in_join.html",
        here="/sign-in",
        status=409 if refused else 200,
        found=found,
        refused=refused,
    )


def _device(request: HttpRequest) -> str:
    """The browser as the account page and a message in Telegram name it."""
    return browser_of(request, " · ") or "–"
