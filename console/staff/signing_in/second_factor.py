"""An officer's second factor: setting it up with a QR code, its recovery codes, and switching it off."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template

from console.web.guard import STAFF, roles
from console.web.limiting import few_attempts
from console.web.site import Form, HttpRequest, OfSite, Site, officer_in, page, see_other, sign_in_of
from desk.people import second_factor, sessions
from desk.people.second_factor import FactorRefused
from desk.people.sign_in import Duty

_TOWARDS = roles(STAFF, towards=Duty.SECOND_FACTOR)
_TOWARDS_FRESHLY = roles(STAFF, towards=Duty.SECOND_FACTOR, freshly=True)


@get("/me/second-factor", opt=_TOWARDS, sync_to_thread=True)
def set_up_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """The way to set it up, step by step; whoever has it sees it on their own page."""
    return _set_up(request, site)


@post("/me/second-factor/begin", opt=_TOWARDS_FRESHLY, sync_to_thread=True)
def begin(request: HttpRequest, site: OfSite) -> Redirect:
    """Make a secret for the app, in place of one that was begun and not confirmed."""
    try:
        with site.desk.store.writing() as session:
            second_factor.begin(session, officer_in(request, session), site.signing_in.seal)
    except FactorRefused:
        return see_other("/desk/me")
    return see_other("/desk/me/second-factor")


@get("/me/second-factor/code.svg", opt=_TOWARDS, sync_to_thread=True)
def qr_code(request: HttpRequest, site: OfSite) -> Response[bytes]:
    """The secret as a picture for the app's camera; gone as soon as it is confirmed."""
    with site.desk.store.reading() as session:
        waiting = second_factor.to_set_up(officer_in(request, session), site.signing_in.seal)
    if waiting is None:
        raise NotFoundException
    picture = io.BytesIO()
    segno.make(waiting.address, error="m").save(picture, kind="svg", scale=5, dark="#000", light="#fff")
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"cache-control": "no-store"})


@post("/me/second-factor/confirm", opt=_TOWARDS_FRESHLY, sync_to_thread=True, guards=[few_attempts])
def confirm(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Switch it on for whoever has a code of the app, sign out elsewhere, and show the recovery codes once."""
    now, token = site.desk.now(), ""
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            codes = second_factor.confirm(session, officer, data.get("code", ""), site.signing_in.seal, now)
            if codes is not None:
                sessions.end_own(session, officer, now, but=site.token_of(request) or "")
                token = sessions.in_place_of(session, officer, sign_in_of(request), at=now, two_factors=True)
    except FactorRefused:
        return see_other("/desk/me")
    if codes is None:
        return _set_up(request, site, refused=True)
    return _codes(request, site, codes, is_new=True, cookies=[site.sign_in_cookie(token)])


@post("/me/second-factor/recovery-codes", opt=roles(STAFF, freshly=True), sync_to_thread=True)
def make_recovery_codes(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """Ten new codes, shown once."""
    try:
        with site.desk.store.writing() as session:
            codes = second_factor.new_recovery_codes(session, officer_in(request, session), site.desk.now())
    except FactorRefused:
        return see_other("/desk/me")
    return _codes(request, site, codes, is_new=False)


@get("/me/second-factor/off", opt=roles(STAFF), sync_to_thread=False)
def switch_off_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    if sign_in_of(request).officer.second_factor_since is None:
        return see_other("/desk/me")
    return page(request, site, "staff/signing_in/second_factor_off.html", here="/desk/me", refused=False)


@post("/me/second-factor/off", opt=roles(STAFF), sync_to_thread=True, guards=[few_attempts])
def switch_off(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Switch it off for whoever knows the password and has a code."""
    password, code = data.get("password", ""), data.get("code", "")
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            is_off = second_factor.switch_off(session, officer, password, code, site.signing_in.seal, site.desk.now())
    except FactorRefused:
        return see_other("/desk/me")
    if not is_off:
        return page(request, site, "staff/signing_in/second_factor_off.html", here="/desk/me", status=409, refused=True)
    return see_other("/desk/me?done=second_factor_off")


def _set_up(request: HttpRequest, site: Site, *, refused: bool = False) -> Template | Redirect:
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        if officer.second_factor_since is not None:
            return see_other("/desk/me")
        waiting = second_factor.to_set_up(officer, site.signing_in.seal)
        is_duty = officer.has_any(*site.signing_in.second_factor_for) and not sign_in_of(request).two_factors
    secret = waiting.secret if waiting is not None else ""
    return page(
        request,
        site,
        "staff/signing_in/second_factor.html",
        here="/desk/me",
        status=409 if refused else 200,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        is_duty=is_duty,
        refused=refused,
    )


def _codes(
    request: HttpRequest, site: Site, codes: list[str], *, is_new: bool, cookies: Sequence[Cookie] = ()
) -> Template:
    name = "staff/signing_in/recovery_codes.html"
    return page(request, site, name, here="/desk/me", codes=codes, is_new=is_new, cookies=cookies)
