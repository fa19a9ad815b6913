"""What only the desk's own processes may use: on loopback the machine keeps it, elsewhere a secret that they share.

Rasa, the actions, the search and the watch ports ask nobody who they are. Where they listen on anything but loopback,
each request must carry the secret of INTERNAL_SECRET, else of VAR_DIR/internal.secret, which is made where it is
missing: there is no state in which such a port is open to whoever reaches it.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from bootstrap.secret_files import kept_secret
from bootstrap.settings import BadSetting, Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
#: Whatever is served: each framework has types of its own for the three.
App = Callable[[Any, Any, Any], Awaitable[None]]

HEADER = "authorization"
_WAY = "Bearer "


def secret_of(settings: Settings) -> str:
    """The secret that the processes share; made beside the other data where nobody set one. Raises BadSetting."""
    if settings.internal_secret is not None:
        return settings.internal_secret.get_secret_value()
    try:
        return kept_secret(settings.var_dir / "internal.secret", lambda: secrets.token_urlsafe(32))
    except OSError as error:
        raise BadSetting(f"INTERNAL_SECRET is not set, and VAR_DIR/internal.secret: {error.strerror}.") from error


def headers(settings: Settings) -> dict[str, str]:
    """What one process of the desk sends to another."""
    return {HEADER: _WAY + secret_of(settings)}


def proves(given: str | bytes | None, secret: str) -> bool:
    """Whether the header of a request holds the secret; nothing does where there is none. In constant time."""
    sent = given.encode("utf-8", "surrogateescape") if isinstance(given, str) else given or b""
    return bool(secret) and hmac.compare_digest(sent, (_WAY + secret).encode())


def is_loopback(address: str) -> bool:
    """Whether an address, as a setting names it or a connection has it, is of this machine alone."""
    if address == "localhost":
        return True
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def only_ours(app: App, settings: Settings) -> App:
    """The app as it may be served on HOST: behind the secret, where others than this machine can reach it."""
    return app if is_loopback(settings.host) else OnlyOurs(app, secret_of(settings))


class OnlyOurs:
    """Lets to an ASGI app what carries the secret; all else is answered with 401 before its body is read."""

    def __init__(self, app: App, secret: str) -> None:
        if not secret:
            raise ValueError("without a secret nobody could be told from a stranger")
        self._app = app
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or proves(_header(scope), self._secret):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(send, 401)


async def answer(send: Send, status: int) -> None:
    """An answer without words."""
    kept: Mapping[bytes, bytes] = {b"content-length": b"0", b"cache-control": b"no-store"}
    await send({"type": "http.response.start", "status": status, "headers": list(kept.items())})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope) -> bytes | None:
    """The one header; two of them are none, for another hop might have read the other."""
    found = [value for name, value in scope.get("headers", ()) if name == HEADER.encode()]
    return found[0] if len(found) == 1 else None
