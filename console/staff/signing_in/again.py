"""Proving once more who one is: before what could lock an officer out, or let somebody else in."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect, Template

from console.staff.signing_in.sign_in import told_of
from console.web.guard import STAFF, WHATEVER_COMES_FIRST, roles
from console.web.limiting import few_attempts
from console.web.site import Form, HttpRequest, OfSite, Site, local_path, officer_in, page, see_other, sign_in_of
from desk.people import sessions, sign_in

_OPEN = roles(STAFF, towards=WHATEVER_COMES_FIRST)


@get("/again", opt=_OPEN, sync_to_thread=False)
def again_page(request: HttpRequest, site: OfSite) -> Template:
    return _page(request, site, way_back=local_path(request.query_params.get("next", ""), "/desk/me"))


@post("/again", opt=_OPEN, sync_to_thread=True, guards=[few_attempts])
def prove_again(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Begin the session anew for whoever has the password, and a code where a second factor is on."""
    way_back = local_path(data.get("next", ""), "/desk/me")
    former, now = sign_in_of(request), site.desk.now()
    with site.desk.store.writing() as session:
        officer = officer_in(request, session)
        is_proved = sign_in.prove_again(
            session, officer, data.get("password", ""), data.get("code", ""), site.signing_in.seal, now
        )
        token = sessions.in_place_of(session, officer, former, at=now) if is_proved else None
    if token is None:
        told_of(request, "a proof of who one is")
        return _page(request, site, way_back=way_back, refused=True)
    return see_other(way_back, cookies=[site.sign_in_cookie(token)])


def _page(request: HttpRequest, site: Site, *, way_back: str, refused: bool = False) -> Template:
    return page(
        request,
        site,
        "staff/signing_in/again.html",
        here="/desk/me",
        status=409 if refused else 200,
        way_back=way_back,
        refused=refused,
        needs_code=sign_in_of(request).officer.second_factor_since is not None,
        has_authority=site.signing_in.provider is not None,
        minutes=int(sessions.PROVED_FOR.total_seconds() // 60),
    )
