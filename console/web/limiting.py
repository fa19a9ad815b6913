"""How much is taken from one network address, decided before anything else is done for a request.

Each console counts for itself, in memory: n of them take at most n times a limit. What an officer who is signed in asks
for counts by their session, so that the offices behind one address do not stand in each other's way.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy.exc import SQLAlchemyError

from desk import one_time
from desk.desk import Desk
from desk.floods import network
from desk.floods.buckets import Buckets
from desk.floods.limits import Limit

if TYPE_CHECKING:
    from console.web.site import Site

#: Seconds for which a session that was valid is taken to be: its next request proves it anew.
VOUCHED_FOR = 600.0
#: Sessions of officers that are remembered.
SESSIONS = 10_000
_READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})

Connection = ASGIConnection[Any, Any, Any, Any]


class Limiting:
    """What came from where in this process, within the last minute. Used from the server's own thread only.

    But ``vouch``, which any thread may call.
    """

    def __init__(self, desk: Desk, seconds: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._seconds = seconds
        self._buckets = Buckets()
        self._vouched: OrderedDict[str, float] = OrderedDict()

    def vouch(self, token: str) -> None:
        """This is the token of an officer who is signed in."""
        self._vouched[one_time.digest(token)] = self._seconds()
        while len(self._vouched) > SESSIONS:
            self._vouched.popitem(last=False)

    async def let_in(self, connection: Connection, token: str | None) -> None:
        """Raises TooManyRequestsException where the sender of a request is above a limit."""
        limits, session = self._desk.rules.limits, self._session(token)
        if session is not None:
            self._take(connection, Limit.STAFF_REQUESTS, session, limits.staff_requests)
            return
        source = source_of(connection)
        self._take(connection, Limit.REQUESTS, source, limits.requests)
        if connection.scope.get("method") not in _READ_ONLY:
            self._take(connection, Limit.ADDRESS, source, await sync_to_thread(self._of_an_address))

    def asked_for_nothing(self, connection: Connection) -> None:
        """A request for an address that leads nowhere, which no middleware sees; raises TooManyRequestsException."""
        self._take(connection, Limit.REQUESTS, source_of(connection), self._desk.rules.limits.requests)

    def attempt(self, connection: Connection) -> None:
        """Somebody tries to prove who they are; raises TooManyRequestsException."""
        self._take(connection, Limit.ATTEMPTS, source_of(connection), self._desk.rules.limits.attempts)

    def _take(self, connection: Connection, limit: Limit, sender: Hashable, a_minute: int) -> None:
        wait = self._buckets.take((limit, sender), a_minute, self._seconds())
        if wait:
            channel = "staff" if connection.scope.get("path", "").startswith("/desk") else "web"
            self._desk.floods.count(channel, limit, network.masked(source_of(connection)), self._desk.now())
            raise TooManyRequestsException(headers={"retry-after": str(math.ceil(wait))})

    def _session(self, token: str | None) -> str | None:
        """The session that a token is of, where one was seen lately."""
        digest = one_time.digest(token) if token else ""
        seen = self._vouched.get(digest)
        return digest if seen is not None and self._seconds() - seen < VOUCHED_FOR else None

    def _of_an_address(self) -> int:
        """An administrator may change it; while the store is away it is as it ships."""
        try:
            return self._desk.limits.address
        except SQLAlchemyError:
            return self._desk.rules.limits.address


class LimitingMiddleware(ASGIMiddleware):
    """Before forms are read and pages are made."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        site: Site = scope["litestar_app"].state.site
        connection: Connection = ASGIConnection(scope, receive, send)
        await site.limiting.let_in(connection, site.token_of(connection))
        await next_app(scope, receive, send)


async def few_attempts(connection: Connection, _: BaseRouteHandler) -> None:
    """The guard of everything by which somebody may try to get in: one limit for all of it.

    Each attempt costs a password hash and a write. Officers are locked out one by one (desk/people/attempts.py), this
    is per network address.
    """
    site: Site = connection.app.state.site
    site.limiting.attempt(connection)


def source_of(connection: Connection) -> str:
    """Where a request came from, as far as it is counted; the server believes only a trusted proxy's word."""
    return network.source_of(connection.client.host if connection.client is not None else "")
