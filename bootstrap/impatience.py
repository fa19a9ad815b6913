"""Clients that are slow on purpose, and heads that never end: a connection costs a process little, or it is closed.

A proxy in front has such limits too (deploy/caddy); this is for a process that is reached without one, and for what a
proxy lets through.
"""

from __future__ import annotations

import asyncio
from typing import Any

from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

#: Seconds in which the head of a request must have come, and bytes that it may have.
HEAD_WITHIN = 10.0
LONGEST_HEAD = 64 * 1024
#: Seconds between two pieces of a body, and for all of it: 60 MB at one Mbit/s take eight minutes.
PIECE_WITHIN = 20.0
BODY_WITHIN = 600.0


class Impatient(AutoHTTPProtocol):  # type: ignore[misc,valid-type]  # which of two classes, the installation decides
    """Uvicorn's side of one connection, which closes it where a head does not come to its end."""

    _closing: asyncio.TimerHandle | None = None
    _read = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._waits()

    def data_received(self, data: bytes) -> None:
        self._read += len(data)
        super().data_received(data)
        if not self._awaits_a_head():
            self._waits_no_more()
        elif self._read > LONGEST_HEAD:
            self.transport.close()
        elif self._closing is None:
            self._waits()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waits_no_more()
        super().connection_lost(exc)

    def _awaits_a_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _waits(self) -> None:
        self._closing = asyncio.get_running_loop().call_later(HEAD_WITHIN, self._give_up)

    def _waits_no_more(self) -> None:
        self._read = 0
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None

    def _give_up(self) -> None:
        self._closing = None
        if self._awaits_a_head():
            self.transport.close()


class SlowBody(HTTPException):
    """The body of a request did not come in time."""

    status_code = 408


def in_time(app: ASGIApp) -> ASGIApp:
    """A Litestar middleware: who waits for a body is told with SlowBody that it does not come."""

    async def impatient(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, _impatient(receive), send)

    return impatient


def _impatient(receive: Receive) -> Receive:
    deadline: float | None = None
    is_whole = False

    async def received() -> Any:
        nonlocal deadline, is_whole
        if is_whole:  # whether the client is still there may be asked for as long as the answer takes
            return await receive()
        now = asyncio.get_running_loop().time()
        deadline = deadline if deadline is not None else now + BODY_WITHIN
        try:
            message: Any = await asyncio.wait_for(receive(), min(PIECE_WITHIN, deadline - now))
        except TimeoutError:
            raise SlowBody(headers={"connection": "close"}) from None
        is_whole = not message.get("more_body", False)
        return message

    return received
