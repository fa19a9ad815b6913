"""Who may use which page of the staff console: every route names its roles, and one guard reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from console.web.site import Site
from desk.people import service as people
from desk.people.model import Officer, Role

ANYBODY = "anybody"
STAFF = frozenset(Role)
CASE_WORKERS = frozenset({Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR})
READERS_OF_LAW = CASE_WORKERS | {Role.CURATOR}
CURATORS = frozenset({Role.CURATOR, Role.ADMINISTRATOR})
READERS_OF_GUIDANCE = frozenset({Role.CURATOR, Role.HEAD, Role.ADMINISTRATOR})
MANAGERS = frozenset({Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
SETTLERS = frozenset({Role.HEAD, Role.CURATOR, Role.ADMINISTRATOR})
READERS_OF_FIGURES = frozenset({Role.OFFICER, Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR})


def roles(allowed: frozenset[Role] | str, *, of: str = "") -> Mapping[str, Any]:
    """The option by which a route names who may use it.

    ``of``: what its address names (``case``, ``enterprise``, ``unit``). The guard knows the roles; whether the thing
    lies within the officer's units, the page asks the desk. A test tries every route with every role and unit.
    """
    return {"roles": allowed, "of": of}


async def only_its_roles(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let in the officers whom the route names; a route that names none lets nobody in."""
    allowed = handler.opt.get("roles", frozenset())
    if allowed == ANYBODY:
        return
    officer = await sync_to_thread(_signed_in, connection.app.state.site, connection)
    if officer is None:
        raise NotAuthorizedException("sign in first")
    if not officer.roles & allowed:
        raise PermissionDeniedException("not a page of this role")
    connection.state["officer"] = officer


def _signed_in(site: Site, connection: ASGIConnection[Any, Any, Any, Any]) -> Officer | None:
    token = site.token_of(connection)
    if not token:
        return None
    with site.desk.store.reading() as session:
        return people.signed_in(session, token, site.desk.now())
