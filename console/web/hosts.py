"""By which names the site is reached: a request under another one is answered with no page.

Nothing here is made of the Host header; this is for caches, for proxies in front that route by it, and against a
foreign name that leads to a console on loopback.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

from bootstrap.settings import Settings
from console.web.site import Site
from desk.guidance.record import LANGUAGES

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_HIGHEST_PORT = 65535


def names_of(settings: Settings) -> frozenset[str]:
    """The names by which browsers may come: that of WEB_ADDRESS, ALLOWED_HOSTS, HOST itself, and loopback."""
    told = (urlsplit(settings.web_address).hostname or "", *settings.allowed_hosts.split(","), settings.host)
    return frozenset({_bracketed(name.strip().lower()) for name in told if name.strip()} | {*_LOOPBACK})


class OnlyItsHosts:
    """Around everything that the console answers; a path with a NUL in it is none, and of a query it is left out."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
        elif _host(scope) not in self._names:
            site: Site = scope["litestar_app"].state.site
            say = site.desk.texts.say
            await _answer(send, 421, "\n".join(say("page.error.other_host", language) for language in LANGUAGES))
        elif "\0" in scope["path"]:
            await _answer(send, 400, "")
        else:
            scope["query_string"] = scope["query_string"].replace(b"%00", b"")  # no database keeps it
            await self._app(scope, receive, send)


def _host(scope: Scope) -> str:
    """The name that the request gives, without its port; empty where it gives none, an odd one, or two."""
    given = [value for name, value in scope["headers"] if name == b"host"]
    found = _HOST.fullmatch(given[0].decode("latin-1")) if len(given) == 1 else None
    if found is None or int(found[2] or 0) > _HIGHEST_PORT:
        return ""
    return found[1].lower().rstrip(".")


async def _answer(send: Send, status: int, words: str) -> None:
    """Words without a page: what a page is made with takes the request's address for a good one."""
    kind = (b"content-type", b"text/plain; charset=utf-8")
    start: HTTPResponseStartEvent = {"type": "http.response.start", "status": status, "headers": [kind]}
    body: HTTPResponseBodyEvent = {"type": "http.response.body", "body": words.encode(), "more_body": False}
    await send(start)
    await send(body)


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name
