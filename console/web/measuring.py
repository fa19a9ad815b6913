"""How long each request takes, by the part of the site and the class of its status, for the metrics."""

from __future__ import annotations

import time
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from bootstrap.watch import Metrics
from desk.observing import about


class Measured:
    """An ASGI app around the console, so that what no route takes is counted too."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with about():
                await self._app(scope, receive, noting)
        finally:
            self._metrics.requested(area_of(scope), f"{status // 100}xx", time.perf_counter() - began)


def area_of(scope: Any) -> str:
    """The part of the site that answered: the folder of its handler, and the chat apart from the rest of its own."""
    handler = scope.get("route_handler")
    if handler is None:
        return "nowhere"
    function = getattr(handler.fn, "func", handler.fn)  # one that runs in a thread is wrapped
    parts = function.__module__.split(".")
    match parts:
        case ["console", "enterprise", module, *_] if module.startswith("chat_"):
            return "chat"
        case ["console", "staff", folder, *_]:
            return str(folder)
        case ["console", folder, *_]:
            return str(folder)
    return "static"
