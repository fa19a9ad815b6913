"""An officer's own page: linking a Telegram account by a one-time code, and a new password."""

from __future__ import annotations

from litestar import get, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.web.guard import STAFF, roles
from console.web.site import Form, HttpRequest, OfSite, Site, officer_of, page, see_other
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Officer, OfficerLink

DONE = ("password", "unlinked")


@get("/me", opt=roles(STAFF), sync_to_thread=True)
def my_page(request: HttpRequest, site: OfSite, done: FromQuery[str] = "") -> Template:
    return _page(request, site, done=done if done in DONE else "")


@post("/me/link-code", opt=roles(STAFF), sync_to_thread=True)
def make_link_code(request: HttpRequest, site: OfSite) -> Template:
    """Show a code once; only its hash is kept."""
    with site.desk.store.writing() as session:
        officer = session.get_one(Officer, _own_id(request))
        code = telegram_link.make_link_code(session, officer, by=officer.actor, at=site.desk.now())
    return _page(request, site, code=code)


@post("/me/unlink", opt=roles(STAFF), sync_to_thread=True)
def unlink(request: HttpRequest, site: OfSite) -> Redirect:
    with site.desk.store.writing() as session:
        officer = session.get_one(Officer, _own_id(request))
        telegram_link.unlink_telegram(session, officer, by=officer.actor, at=site.desk.now())
    return see_other("/desk/me?done=unlinked")


@post("/me/password", opt=roles(STAFF), sync_to_thread=True)
def change_password(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Set a new password for whoever knows the present one; all other sessions of the officer end."""
    new = data.get("new", "")
    if new != data.get("again", ""):
        return _page(request, site, refused="page.me.not_the_same")
    if len(new) < people.PASSWORD_LENGTH_AT_LEAST:
        return _page(request, site, refused="page.me.too_short")
    now = site.desk.now()
    with site.desk.store.writing() as session:
        officer = session.get_one(Officer, _own_id(request))
        # A wrong present password counts as a failed sign-in, so that an open console is no way to guess it.
        token = people.sign_in(session, officer.username, data.get("present", ""), now)
        if token is not None:
            people.set_password(session, officer, new, by=officer.actor, at=now)
            token = people.sign_in(session, officer.username, new, now)
    if token is None:
        return _page(request, site, refused="page.me.wrong_password")
    return see_other("/desk/me?done=password", cookies=[site.sign_in_cookie(token)])


def _own_id(request: HttpRequest) -> int:
    officer = officer_of(request)
    if officer is None:
        raise NotAuthorizedException
    return officer.id


def _page(request: HttpRequest, site: Site, *, code: str = "", done: str = "", refused: str = "") -> Template:
    with site.desk.store.reading() as session:
        link = session.get(OfficerLink, _own_id(request))
        linked_at = link.linked_at if link is not None else None
    return page(
        request,
        site,
        "staff/signing_in/me.html",
        here="/desk/me",
        status=409 if refused else 200,
        code=code,
        minutes=int(telegram_link.LINK_CODE_LASTS.total_seconds() // 60),
        linked_at=linked_at,
        done=done,
        refused=refused,
        length=people.PASSWORD_LENGTH_AT_LEAST,
    )
