"""What a visitor reads when something cannot be done: a page, or a sentence of JSON where a program asked."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, NotAuthorizedException, TooManyRequestsException
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from console.web.guard import DutyFirst, ProofFirst
from console.web.site import HttpRequest, Site, language_of, local_path, officer_of, page, path_of, see_other
from desk.people.sign_in import Duty

log = logging.getLogger(__name__)

_KNOWN = {
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    409: "file_being_checked",
    410: "file_taken_away",
    408: "too_slow",
    413: "too_large",
    429: "too_many",
    503: "unavailable",
}

#: What an officer is answered with who asks for a page of another role, or for what is not theirs or not there.
_NOT_THEIRS = (403, 404)
_DUTY_PAGES = {Duty.PASSWORD: "/desk/first-password", Duty.SECOND_FACTOR: "/desk/me/second-factor"}


def refused(request: HttpRequest, error: HTTPException) -> Response[Any]:
    """An error that the console or the framework raised on purpose."""
    if isinstance(error, NotAuthorizedException):
        return _to_sign_in(request)
    if isinstance(error, DutyFirst):
        return see_other(_DUTY_PAGES[error.duty])
    if isinstance(error, ProofFirst):
        return see_other(f"/desk/again?next={quote(_page_of_the_form(request))}")
    if request.scope.get("route_handler") is None:
        try:
            site: Site = request.app.state.site
            site.limiting.asked_for_nothing(request)
        except TooManyRequestsException as much:
            error = much
    status = error.status_code
    if status >= 500:
        log.error("a page failed with %s: %s", status, type(error).__name__)
    officer = officer_of(request)
    if officer is not None and status in _NOT_THEIRS:
        log.warning("%s was refused: %s at %s", officer.actor, status, _route(request))
    reason = _KNOWN.get(status, "bad_request" if status < 500 else "failed")
    stale = status == 403 and "CSRF" in str(error.detail)
    if stale:
        log.warning("a form without its token was refused: %s", _route(request))
    answer = _answer(request, status, "stale_form" if stale else reason, forget_form_cookie=stale)
    answer.headers.update(_when_to_go_on(error))
    return answer


def _when_to_go_on(error: HTTPException) -> dict[str, str]:
    """The header of what was refused because it was too much."""
    return {name: value for name, value in (error.headers or {}).items() if name == "retry-after"}


def not_understood(request: HttpRequest, error: Exception) -> Response[Any]:
    """Something in the address was not made by this desk."""
    return _answer(request, 400, "bad_request")


def store_failed(request: HttpRequest, error: SQLAlchemyError) -> Response[Any]:
    """The database is away, locked or full: nothing is known to have been kept. The page needs no store."""
    log.error("the store failed: %s", type(error.orig if isinstance(error, DBAPIError) else error).__name__)
    return _answer(request, 503, "store_down")


def failed(request: HttpRequest, error: Exception) -> Response[Any]:
    """A fault of ours. Logged by kind and place: its message may hold what a person wrote."""
    log.error("a page failed: %s", type(error).__name__, exc_info=error)
    return _answer(request, 500, "failed")


def _to_sign_in(request: HttpRequest) -> Response[Any]:
    way_back = f"?next={quote(path_of(request))}" if request.method == "GET" else ""
    response = see_other(f"/desk/sign-in{way_back}")
    response.status_code = 302
    return response


def _route(request: HttpRequest) -> str:
    """The route, never the address: a key or a name may stand in that."""
    return f"{request.method} {request.scope.get('path_template', '')}"


def _page_of_the_form(request: HttpRequest) -> str:
    """Where the act was about to be done; browsers tell it within the site."""
    try:
        told = urlsplit(request.headers.get("referer", "")).path
    except ValueError:
        told = ""
    return local_path(told, "/desk/me") if told.startswith("/desk/") else "/desk/me"


def _answer(request: HttpRequest, status: int, reason: str, *, forget_form_cookie: bool = False) -> Response[Any]:
    site: Site = request.app.state.site
    if path_of(request).startswith(("/api/", "/health")) or request.headers.get("accept", "") == "application/json":
        sentence = site.desk.texts.say(f"page.error.{reason}", language_of(request))
        return Response({"error": sentence}, status_code=status, media_type="application/json")
    cookies: list[Cookie] = []
    if forget_form_cookie and request.app.csrf_config is not None:
        # Without this a browser that holds a cookie signed with an old secret would be refused for ever.
        name = request.app.csrf_config.cookie_name
        cookies.append(Cookie(name, value="", max_age=0, secure=site.secure, samesite="lax"))
    back = "/desk/" if path_of(request).startswith("/desk") else "/chat"
    return page(request, site, "error.html", status=status, cookies=cookies, reason=reason, here=back)
