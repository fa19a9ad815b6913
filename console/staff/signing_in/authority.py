"""Signing in with the authority's own account: the way there, the way back, and out of it."""

from __future__ import annotations

import logging

from litestar import get
from litestar.params import FromQuery
from litestar.response import Redirect

from console.staff.signing_in.sign_in import goes_on
from console.web.browsers import browser_of
from console.web.guard import ANYBODY, roles
from console.web.identity_provider import IdentityProvider, ProviderAway, ProviderRefused
from console.web.limiting import few_attempts
from console.web.site import HttpRequest, OfSite, Site, local_path, see_other
from desk.people import single_sign_on
from desk.people.single_sign_on import EntryRefused, Identity, Return

log = logging.getLogger(__name__)


@get("/sign-in/authority", opt=roles(ANYBODY), sync_to_thread=True, guards=[few_attempts])
def go_out(request: HttpRequest, site: OfSite) -> Redirect:
    """Send the browser to the authority's sign-in. A link, not a form: forms may lead nowhere but to this site."""
    provider = site.signing_in.provider
    if provider is None:
        return _back_to_sign_in("refused")
    way_back = local_path(request.query_params.get("next", ""), "/desk/")
    with site.desk.store.writing() as session:
        outward = single_sign_on.go_out(session, way_back, site.desk.now())
    try:
        address = provider.address(
            state=outward.state,
            nonce=outward.nonce,
            verifier=outward.verifier,
            again=bool(request.query_params.get("again")),
        )
    except ProviderAway as error:
        log.error("the authority's sign-in cannot be used: %s", error)
        return _back_to_sign_in("away")
    cookie = site.cookie("authority", outward.cookie, int(single_sign_on.LASTS.total_seconds()))
    return see_other(address, cookies=[cookie])


@get("/sign-in/authority/return", opt=roles(ANYBODY), sync_to_thread=True, guards=[few_attempts])
def come_back(request: HttpRequest, site: OfSite, code: FromQuery[str] = "") -> Redirect:
    """Take up what the authority's sign-in answered; each answer serves once, in the browser that asked."""
    provider, query = site.signing_in.provider, request.query_params
    cookie = site.sent_cookie(request, "authority")
    with site.desk.store.writing() as session:
        way = single_sign_on.come_back(session, query.get("state", ""), cookie, site.desk.now())
    if provider is None or query.get("error") or query.get("iss", provider.issuer) != provider.issuer:
        log.warning("the authority's sign-in let nobody in")
        return _back_to_sign_in("refused")
    if way is None or not code:
        return _back_to_sign_in("too_late")
    identity = _identity(site, provider, code, way)
    return identity if isinstance(identity, Redirect) else _enters(request, site, identity, way.way_back)


@get("/sign-in/authority/leave", opt=roles(ANYBODY), sync_to_thread=True, guards=[few_attempts])
def leave_authority(site: OfSite) -> Redirect:
    """Send the browser to where it signs out of the authority's account."""
    provider = site.signing_in.provider
    try:
        address = provider.leave_address(f"{site.desk.web_address}/desk/sign-in") if provider is not None else None
    except ProviderAway as error:
        log.error("the authority's sign-in cannot be used: %s", error)
        return _back_to_sign_in("away")
    return see_other(address or "/desk/sign-in")


def _identity(site: Site, provider: IdentityProvider, code: str, way: Return) -> Identity | Redirect:
    try:
        return provider.identity(code=code, verifier=way.verifier, nonce=way.nonce, now=site.desk.now())
    except ProviderAway as error:
        log.error("the authority's sign-in cannot be used: %s", error)
        return _back_to_sign_in("away")
    except ProviderRefused as error:
        log.warning("the authority's sign-in let nobody in: %s", error)
        return _back_to_sign_in("refused")


def _enters(request: HttpRequest, site: Site, identity: Identity, way_back: str) -> Redirect:
    counts = site.signing_in.second_factor_of
    try:
        with site.desk.store.writing() as session:
            entered = single_sign_on.enter(
                session, identity, site.desk.now(), counts=counts, browser=browser_of(request)
            )
    except EntryRefused as error:
        log.warning("somebody signed in at the authority and was not let in: %s", error)
        return _back_to_sign_in("no_officer")
    return goes_on(request, site, entered, way_back)


def _back_to_sign_in(told: str) -> Redirect:
    return see_other(f"/desk/sign-in?told={told}")
