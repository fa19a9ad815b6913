"""An officer's account in an administrator's hands: password, lock-out, sessions, second factor, links."""

from __future__ import annotations

from collections.abc import Callable

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from console.staff.administrators.access import seen_officer
from console.staff.administrators.person import act_on, show_person
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import HttpRequest, OfSite, Site, officer_in
from desk.people import administration
from desk.people.administration import AdministrationRefused


@post(
    "/people/{username:str}/password",
    opt=roles(ADMINISTRATORS, of="officer", freshly=True),
    sync_to_thread=True,
    status_code=200,
)
def new_password(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template:
    """Show a new password once; only its hash is kept."""
    return _shows_once(request, site, username, "password", administration.set_temporary_password)


@post(
    "/people/{username:str}/link-code",
    opt=roles(ADMINISTRATORS, of="officer", freshly=True),
    sync_to_thread=True,
    status_code=200,
)
def make_link_code(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template:
    """Show a code for Telegram once; only its hash is kept."""
    return _shows_once(request, site, username, "code", administration.make_link_code)


@post("/people/{username:str}/unlock", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def unlock(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    return act_on(request, site, username, "unlocked", administration.unlock)


@post("/people/{username:str}/end-sessions", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def end_sessions(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    return act_on(request, site, username, "sessions_ended", administration.end_sessions)


@post(
    "/people/{username:str}/second-factor", opt=roles(ADMINISTRATORS, of="officer", freshly=True), sync_to_thread=True
)
def reset_second_factor(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    return act_on(request, site, username, "second_factor_reset", administration.reset_second_factor)


@post("/people/{username:str}/identity", opt=roles(ADMINISTRATORS, of="officer", freshly=True), sync_to_thread=True)
def unlink_identity(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    return act_on(request, site, username, "identity_unlinked", administration.unlink_identity)


@post("/people/{username:str}/unlink", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def unlink(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    return act_on(request, site, username, "unlinked", administration.unlink_telegram)


def _shows_once(request: HttpRequest, site: Site, username: str, name: str, make: Callable[..., str]) -> Template:
    made: list[str] = []
    refused = ""
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            made.append(make(session, seen_officer(session, username, by), by=by, at=site.desk.now()))
    except AdministrationRefused as error:
        refused = error.reason
    return show_person(request, site, username, refused=refused, once=(name, made[0]) if made else None)
