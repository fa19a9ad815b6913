"""The page before all others for an officer whose password somebody else chose."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect, Template

from console.web.guard import STAFF, roles
from console.web.limiting import few_attempts
from console.web.site import Form, HttpRequest, OfSite, Site, officer_in, page, see_other, sign_in_of
from desk.people import passwords, sessions, sign_in
from desk.people.passwords import PasswordRefused
from desk.people.sign_in import Duty


@get("/first-password", opt=roles(STAFF, towards=Duty.PASSWORD), sync_to_thread=False)
def first_password_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    if not sign_in_of(request).officer.must_change_password:
        return see_other("/desk/me")
    return _page(request, site)


@post(
    "/first-password",
    opt=roles(STAFF, towards=Duty.PASSWORD),
    sync_to_thread=True,
    guards=[few_attempts],
)
def choose_first_password(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Take the password that an officer chose in place of the one that was given to them."""
    now_session, now = sign_in_of(request), site.desk.now()
    if not now_session.officer.must_change_password:
        return see_other("/desk/me")
    if data.get("new", "") != data.get("again", ""):
        return _page(request, site, error="not_the_same")
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            sign_in.choose_password(session, officer, data.get("new", ""), now)
            token = sessions.begin_again(session, officer, now_session, at=now)
    except PasswordRefused as refused:
        return _page(request, site, error=refused.reason)
    return see_other("/desk/", cookies=[site.sign_in_cookie(token)])


def _page(request: HttpRequest, site: Site, *, error: str = "") -> Template:
    return page(
        request,
        site,
        "staff/signing_in/first_password.html",
        status=422 if error else 200,
        error=error,
        length=passwords.LENGTH_AT_LEAST,
    )
