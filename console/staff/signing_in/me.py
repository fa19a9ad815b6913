"""An officer's own page: password, second factor, sessions, linked Telegram account, duty."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.staff.signing_in.my_sessions import sessions_of
from console.web.guard import STAFF, roles
from console.web.limiting import few_attempts
from console.web.site import Form, HttpRequest, OfSite, Site, officer_in, page, see_other, sign_in_of
from desk.people import passwords, second_factor, sessions, sign_in, telegram_link
from desk.people import service as people
from desk.people.model import OfficerLink
from desk.people.passwords import PasswordRefused

DONE = ("password", "unlinked", "duty", "second_factor_off", "session_ended", "sessions_ended")


@get("/me", opt=roles(STAFF), sync_to_thread=True)
def my_page(request: HttpRequest, site: OfSite, done: FromQuery[str] = "") -> Template:
    return _page(request, site, done=done if done in DONE else "")


@post("/me/link-code", opt=roles(STAFF, freshly=True), sync_to_thread=True)
def make_link_code(request: HttpRequest, site: OfSite) -> Template:
    """Show a code once; only its hash is kept."""
    with site.desk.store.writing() as session:
        officer = officer_in(request, session)
        code = telegram_link.make_link_code(session, officer, by=officer.actor, at=site.desk.now())
    return _page(request, site, code=code)


@post("/me/unlink", opt=roles(STAFF), sync_to_thread=True)
def unlink(request: HttpRequest, site: OfSite) -> Redirect:
    with site.desk.store.writing() as session:
        officer = officer_in(request, session)
        telegram_link.unlink_telegram(session, officer, by=officer.actor, at=site.desk.now())
    return see_other("/desk/me?done=unlinked")


@post("/me/duty", opt=roles(STAFF), sync_to_thread=True)
def set_duty(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    """Begin or end the officer's duty: whether they are told of new cases in Telegram."""
    with site.desk.store.writing() as session:
        officer = officer_in(request, session)
        people.set_duty(session, officer, data.get("duty") == "on", by=officer.actor, at=site.desk.now())
    return see_other("/desk/me?done=duty")


@post("/me/password", opt=roles(STAFF), sync_to_thread=True, guards=[few_attempts])
def change_password(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Set a new password for whoever knows the present one; all other sessions of the officer end."""
    new, now = data.get("new", ""), site.desk.now()
    if new != data.get("again", ""):
        return _page(request, site, error="not_the_same")
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            is_changed = sign_in.change_password(session, officer, data.get("present", ""), new, now)
            token = sessions.begin_again(session, officer, sign_in_of(request), at=now) if is_changed else None
    except PasswordRefused as refused:
        return _page(request, site, error=refused.reason)
    if token is None:
        return _page(request, site, error="wrong_password")
    return see_other("/desk/me?done=password", cookies=[site.sign_in_cookie(token)])


def _page(request: HttpRequest, site: Site, *, code: str = "", done: str = "", error: str = "") -> Template:
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        link = session.get(OfficerLink, officer.id)
        context: dict[str, Any] = {
            "linked_at": link.linked_at if link is not None else None,
            "second_factor_since": officer.second_factor_since,
            "codes_left": second_factor.recovery_codes_left(session, officer),
            "on_duty": officer.on_duty,
            "sessions": sessions_of(session, officer, sign_in_of(request), site.desk.now()),
        }
    return page(
        request,
        site,
        "staff/signing_in/me.html",
        here="/desk/me",
        status=409 if error else 200,
        code=code,
        minutes=int(telegram_link.LINK_CODE_LASTS.total_seconds() // 60),
        done=done,
        error=error,
        length=passwords.LENGTH_AT_LEAST,
        **context,
    )
