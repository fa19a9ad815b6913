"""Signing in to the staff console with a password, and out of it."""

from __future__ import annotations

import logging
from urllib.parse import quote

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.staff.navigation import first_page_of
from console.web.browsers import browser_of
from console.web.guard import ANYBODY, STAFF, WHATEVER_COMES_FIRST, roles
from console.web.limiting import few_attempts
from console.web.site import (
    Form,
    HttpRequest,
    OfSite,
    Site,
    local_path,
    officer_of,
    page,
    see_other,
    sign_in_of,
)
from desk.people import known_browsers, sessions, sign_in
from desk.people.model import Method
from desk.people.sign_in import Entered

log = logging.getLogger(__name__)

#: What may be told at the top of the page, by the address; each names a text ``page.enter.told_<name>``.
TOLD = ("too_late", "away", "refused", "no_officer", "out", "out_authority")


@get("/", opt=roles(STAFF), sync_to_thread=False)
def first_page(request: HttpRequest) -> Redirect:
    """The page on which an officer's day begins."""
    officer = officer_of(request)
    return Redirect(first_page_of(officer) if officer is not None else "/desk/sign-in", status_code=302)


@get("/sign-in", opt=roles(ANYBODY), sync_to_thread=False)
def sign_in_page(request: HttpRequest, site: OfSite, told: FromQuery[str] = "") -> Template:
    way_back = local_path(request.query_params.get("next", ""), "")
    return _page(request, site, way_back=way_back, told=told if told in TOLD else "")


@post("/sign-in", opt=roles(ANYBODY), sync_to_thread=True, guards=[few_attempts])
def enter(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Begin a session, or ask for a code; who is refused is not told whether the name exists or is locked."""
    username, way_back = data.get("username", "").strip(), local_path(data.get("next", ""), "/desk/")
    with site.desk.store.writing() as session:
        entered = sign_in.with_password(
            session,
            username,
            data.get("password", ""),
            site.desk.now(),
            browser=browser_of(request),
            known=site.sent_cookie(request, "known"),
        )
    if entered is None:
        told_of(request, "a password")
        return _page(request, site, status=401, way_back=way_back, refused=True, username=username)
    return goes_on(request, site, entered, way_back)


@post("/sign-out", opt=roles(STAFF, towards=WHATEVER_COMES_FIRST), sync_to_thread=True)
def leave(request: HttpRequest, site: OfSite) -> Redirect:
    """End the session here; whoever came by the authority's sign-in is offered to leave that one, too."""
    token = site.token_of(request)
    if token:
        with site.desk.store.writing() as session:
            sessions.sign_out(session, token, site.desk.now())
    by_authority = sign_in_of(request).method == Method.SINGLE_SIGN_ON and site.signing_in.provider is not None
    told = "out_authority" if by_authority else "out"
    return see_other(f"/desk/sign-in?told={told}", cookies=[site.without("officer")])


def told_of(request: HttpRequest, what: str) -> None:
    """Log that somebody was not let in, and from where. Not the name: a password may have been typed in its place."""
    log.warning("somebody was not let in with %s, from %s", what, request.client.host if request.client else "nowhere")


def goes_on(request: HttpRequest, site: Site, entered: Entered, way_back: str) -> Redirect:
    """After the first factor: to the page that was asked for, or to the second factor."""
    if entered.awaits_code:
        lasts = int(sign_in.CODE_AWAITED_FOR.total_seconds())
        cookie = site.cookie("code", entered.token, lasts)
        return see_other(f"/desk/sign-in/code?next={quote(way_back)}", cookies=[cookie])
    return comes_in(request, site, entered.token, way_back)


def comes_in(request: HttpRequest, site: Site, token: str, way_back: str) -> Redirect:
    """With a new session, which takes the place of the one that this browser had. The browser is known from now on."""
    former, now = site.token_of(request), site.desk.now()
    with site.desk.store.writing() as session:
        if former:
            sessions.sign_out(session, former, now)
        begun = sessions.signed_in(session, token, now)
        known = (
            known_browsers.remember(session, site.sent_cookie(request, "known"), begun.officer, now) if begun else ""
        )
    cookies = [site.sign_in_cookie(token), site.without("code")]
    if known:
        cookies.append(site.cookie("known", known, int(known_browsers.REMEMBERED_FOR.total_seconds())))
    return see_other(way_back, cookies=cookies)


def _page(
    request: HttpRequest,
    site: Site,
    *,
    status: int = 200,
    way_back: str,
    refused: bool = False,
    username: str = "",
    told: str = "",
) -> Template:
    return page(
        request,
        site,
        "staff/signing_in/sign_in.html",
        status=status,
        way_back=way_back,
        refused=refused,
        username=username,
        told=told,
        has_authority=site.signing_in.provider is not None,
    )
