"""Who may use which page of the staff console: every route names its roles, and one guard reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from console.web.site import Site
from desk.people import sessions
from desk.people.model import Role, SignIn
from desk.people.sign_in import Duty, duty_of

ANYBODY = "anybody"
STAFF = frozenset(Role)
CASE_WORKERS = frozenset({Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR})
READERS_OF_LAW = CASE_WORKERS | {Role.CURATOR}
CURATORS = frozenset({Role.CURATOR, Role.ADMINISTRATOR})
READERS_OF_GUIDANCE = frozenset({Role.CURATOR, Role.HEAD, Role.ADMINISTRATOR})
MANAGERS = frozenset({Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR})
HEADS = frozenset({Role.HEAD})
PUBLISHERS = frozenset({Role.MANAGER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
KEEPERS_OF_DATA = frozenset({Role.HEAD, Role.ADMINISTRATOR})
SETTLERS = frozenset({Role.HEAD, Role.CURATOR, Role.ADMINISTRATOR})
READERS_OF_FIGURES = frozenset({Role.OFFICER, Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR})


#: A page that is reached whatever an officer has to do first.
WHATEVER_COMES_FIRST = "whatever"


class DutyFirst(HTTPException):
    """The officer has something to do before this page; ``duty`` says what."""

    status_code = 403

    def __init__(self, duty: Duty) -> None:
        super().__init__(detail=f"{duty} first")
        self.duty = duty


class ProofFirst(HTTPException):
    """The officer has to prove once more who they are before this act."""

    status_code = 403


def roles(
    allowed: frozenset[Role] | str, *, of: str = "", towards: str = "", freshly: bool = False
) -> Mapping[str, Any]:
    """The option by which a route names who may use it.

    ``of``: what its address names (``case``, ``enterprise``, ``unit``). The guard knows the roles; whether the thing
    lies within the officer's units, the page asks the desk. A test tries every route with every role and unit.
    ``towards``: the duty that the page fulfils, so that it is reached while that comes first.
    ``freshly``: an act that could lock an officer out or let somebody else in, so only soon after a proof of who it is.
    """
    return {"roles": allowed, "of": of, "towards": towards, "freshly": freshly}


async def only_its_roles(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let in the officers whom the route names; a route that names none lets nobody in."""
    allowed = handler.opt.get("roles", frozenset())
    if allowed == ANYBODY:
        return
    site: Site = connection.app.state.site
    sign_in = await sync_to_thread(_signed_in, site, connection)
    if sign_in is None:
        raise NotAuthorizedException("sign in first")
    duty = duty_of(sign_in, site.signing_in.second_factor_for)
    if duty is not None and handler.opt.get("towards") not in (duty, WHATEVER_COMES_FIRST):
        raise DutyFirst(duty)
    connection.state["officer"], connection.state["sign_in"] = sign_in.officer, sign_in
    if not sign_in.officer.roles & allowed:
        raise PermissionDeniedException("not a page of this role")
    if handler.opt.get("freshly") and not sessions.is_fresh(sign_in, site.desk.now()):
        raise ProofFirst


def _signed_in(site: Site, connection: ASGIConnection[Any, Any, Any, Any]) -> SignIn | None:
    token, now = site.token_of(connection), site.desk.now()
    if not token:
        return None
    with site.desk.store.reading() as session:
        found = sessions.signed_in(session, token, now)
    if found is not None:
        site.limiting.vouch(token)
    if found is not None and sessions.is_to_be_noted(found, now) and _is_somebody_at_work(connection):
        with site.desk.store.writing() as session:
            sessions.note_use(session, token, now)
    return found


def _is_somebody_at_work(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether a person asks: what a script of an open tab looks up by itself keeps no session alive."""
    return connection.scope.get("method") != "GET" or connection.headers.get("sec-fetch-dest", "") != "empty"
