"""An e-mail address for one's account: a first one, or another; proved by a code, and only soon after signing in."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import who
from console.web.limiting import source_of
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from desk.accounts import codes
from desk.accounts import service as accounts
from desk.accounts.codes import AccountRefused
from desk.accounts.model import PersonSignIn


@get("/account/email", sync_to_thread=True)
def email_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    if not who.who_is(request, site).is_signed_in:
        return see_other("/sign-in")
    return _address_page(request, site)


@post("/account/email", sync_to_thread=True)
def ask_for_code_to_keep(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    there, typed = who.who_is(request, site), data.get("email", "")
    try:
        with site.desk.store.writing() as session:
            held = who.sign_in_of(session, there)
            if held is None:
                return see_other("/sign-in")
            ticket = accounts.ask_for_email(site.desk, session, held, typed, source_of(request))
    except AccountRefused as refused:
        return _address_page(request, site, refused=refused.reason, typed=typed)
    return see_other("/account/email/code", cookies=[site.cookie("ticket", ticket, int(codes.LASTS.total_seconds()))])


@get("/account/email/code", sync_to_thread=True)
def email_code_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    return _code_page(request, site)


@post("/account/email/code", sync_to_thread=True)
def keep_email(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    there, ticket = who.who_is(request, site), site.sent_cookie(request, "ticket")
    try:
        with site.desk.store.writing() as session:
            held = who.sign_in_of(session, there)
            if held is None:
                return see_other("/sign-in")
            kept = accounts.keep_email(site.desk, session, held, ticket, data.get("code", ""))
    except AccountRefused as refused:
        return _address_page(request, site, refused=refused.reason)
    if kept is None:
        return _code_page(request, site, refused="account.code_wrong")
    return see_other("/account?done=email", cookies=[site.without("ticket")])


def _address_page(request: HttpRequest, site: Site, *, refused: str = "", typed: str = "") -> Template:
    return page(
        request,
        site,
        "enterprise/account_email.html",
        here="/account",
        status=429 if refused == "account.codes_used_up" else 422 if refused else 200,
        error=site.desk.texts.say(refused, language_of(request)) if refused else "",
        typed=typed[: codes.ADDRESS_LENGTH],
    )


def _code_page(request: HttpRequest, site: Site, *, refused: str = "") -> Template | Redirect:
    there = who.who_is(request, site)
    with site.desk.store.reading() as session:
        address = _address(session, site, who.sign_in_of(session, there), site.sent_cookie(request, "ticket"))
    if address is None:
        return _address_page(request, site, refused="account.code_void") if refused else see_other("/account/email")
    return page(
        request,
        site,
        "enterprise/sign_in_code.html",
        here="/account",
        status=422 if refused else 200,
        address=address,
        minutes=int(codes.LASTS.total_seconds()) // 60,
        error=site.desk.texts.say(refused, language_of(request)) if refused else "",
        action="/account/email/code",
        other_way="/account/email",
    )


def _address(session: Session, site: Site, held: PersonSignIn | None, ticket: str) -> str | None:
    waiting = codes.waiting_for(session, ticket, site.desk.now())
    if waiting is None or held is None or waiting.person_id != held.person_id:
        return None
    return waiting.address
