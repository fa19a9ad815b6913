"""Signing in to the staff console and out of it."""

from __future__ import annotations

from litestar import get, post
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.response import Redirect, Template

from console.staff.navigation import first_page_of
from console.web.guard import ANYBODY, STAFF, roles
from console.web.site import Form, HttpRequest, OfSite, local_path, officer_of, page, see_other
from desk.people import service as people

#: Each attempt costs a password hash and a write; the lockout is per officer, this is per address.
_ATTEMPTS = RateLimitConfig(rate_limit=("minute", 30), store="sign_in_attempts", set_rate_limit_headers=False)


@get("/", opt=roles(STAFF), sync_to_thread=False)
def first_page(request: HttpRequest) -> Redirect:
    """The page on which an officer's day begins."""
    officer = officer_of(request)
    return Redirect(first_page_of(officer) if officer is not None else "/desk/sign-in", status_code=302)


@get("/sign-in", opt=roles(ANYBODY), sync_to_thread=False)
def sign_in_page(request: HttpRequest, site: OfSite) -> Template:
    way_back = local_path(request.query_params.get("next", ""), "")
    return page(request, site, "staff/signing_in/sign_in.html", way_back=way_back, refused=False, username="")


@post("/sign-in", opt=roles(ANYBODY), sync_to_thread=True, middleware=[_ATTEMPTS.middleware])
def sign_in(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Begin a session; whoever is refused is not told whether the name exists or is locked."""
    username, way_back = data.get("username", "").strip(), local_path(data.get("next", ""), "/desk/")
    with site.desk.store.writing() as session:
        token = people.sign_in(session, username, data.get("password", ""), site.desk.now())
    if token is None:
        return page(
            request,
            site,
            "staff/signing_in/sign_in.html",
            status=401,
            way_back=way_back,
            refused=True,
            username=username,
        )
    return see_other(way_back, cookies=[site.sign_in_cookie(token)])


@post("/sign-out", opt=roles(STAFF), sync_to_thread=True)
def sign_out(request: HttpRequest, site: OfSite) -> Redirect:
    token = site.token_of(request)
    if token:
        with site.desk.store.writing() as session:
            people.sign_out(session, token, site.desk.now())
    return see_other("/desk/sign-in", cookies=[site.cookie("officer", "", 0)])
