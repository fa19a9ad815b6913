"""An officer's own sessions: which there are, and ending them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from litestar import post
from litestar.response import Redirect
from sqlalchemy.orm import Session

from console.web.guard import STAFF, roles
from console.web.site import Form, HttpRequest, OfSite, officer_in, see_other, sign_in_of
from desk.people import sessions
from desk.people.model import Officer, SignIn


@dataclass(frozen=True)
class ShownSession:
    """A session in the list; ``id`` ends it, ``browser`` is empty where it is not known."""

    id: str
    browser: str
    method: str
    begun_at: dt.datetime
    used_at: dt.datetime
    is_this: bool


def sessions_of(session: Session, officer: Officer, present: SignIn, now: dt.datetime) -> list[ShownSession]:
    """The open sessions, the present one first."""
    shown = [
        ShownSession(
            id=one.token_hash,
            browser=one.browser,
            method=one.method,
            begun_at=one.created_at,
            used_at=one.last_used_at,
            is_this=one.token_hash == present.token_hash,
        )
        for one in sessions.open_sessions(session, officer, now)
    ]
    return sorted(shown, key=lambda one: not one.is_this)


@post("/me/sessions/end", opt=roles(STAFF, freshly=True), sync_to_thread=True)
def end_session(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    """End one of the officer's own sessions; with the present one they sign out."""
    wanted = data.get("session", "")
    if not wanted:
        return see_other("/desk/me")
    with site.desk.store.writing() as session:
        sessions.end_own(session, officer_in(request, session), site.desk.now(), only=wanted)
    if wanted == sign_in_of(request).token_hash:
        return see_other("/desk/sign-in?told=out", cookies=[site.without("officer")])
    return see_other("/desk/me?done=session_ended")


@post("/me/sessions/end-others", opt=roles(STAFF, freshly=True), sync_to_thread=True)
def end_other_sessions(request: HttpRequest, site: OfSite) -> Redirect:
    with site.desk.store.writing() as session:
        sessions.end_own(session, officer_in(request, session), site.desk.now(), but=site.token_of(request) or "")
    return see_other("/desk/me?done=sessions_ended")
