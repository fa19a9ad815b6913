"""Serving HTTP so that a replica can be taken out without one failed request.

At SIGTERM a process first says that it is not ready and goes on serving for DRAIN_SECONDS, in which the proxy notices
and sends it nothing new; then it stops listening, finishes what is in hand, and ends.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any, TypeAlias

import uvicorn

from bootstrap.settings import Settings

#: An ASGI application, and what one is called with.
App: TypeAlias = Callable[["Scope", Any, Any], Awaitable[None]]
Scope: TypeAlias = Any
#: Seconds that requests in hand have to end after the process stopped listening.
FINISH_WITHIN = 10

_NOT_READY = b'{"status": "draining"}'


def serve(app: App, settings: Settings, port: int, *, draining: threading.Event | None = None) -> None:
    """Serve ``app`` until the process is told to stop; ``draining`` is set as soon as it is.

    The address of a client is believed only where one of TRUSTED_PROXIES tells it.
    """
    draining = draining or threading.Event()
    config = uvicorn.Config(
        health_says_draining(app, draining),
        host=settings.host,
        port=port,
        # No access log: the private links of cases are paths.
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=FINISH_WITHIN,
    )
    DrainingServer(config, settings.drain_seconds, draining).run()


class DrainingServer(uvicorn.Server):
    """A server that serves for some seconds more after the first SIGTERM; SIGINT and a second one end it at once."""

    def __init__(self, config: uvicorn.Config, seconds: float, draining: threading.Event) -> None:
        super().__init__(config)
        self._seconds = seconds
        self._draining = draining
        self._until: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        first = not self._draining.is_set()
        self._draining.set()
        if first and sig == signal.SIGTERM and self._seconds > 0:
            self._until = time.monotonic() + self._seconds
            return
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._until is not None and time.monotonic() >= self._until:
            self.should_exit = True
        return await super().on_tick(counter)


def health_says_draining(app: App, draining: threading.Event) -> App:
    """The app, whose GET /health answers 503 once the process was asked to end."""

    async def answer(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/health" and draining.is_set():
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": _NOT_READY})
            return
        await app(scope, receive, send)

    return answer
