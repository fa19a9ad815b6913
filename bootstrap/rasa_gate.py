"""The gate before a Rasa server: Rasa's --auth-token does not cover the channel by which the desk talks with it.

Where HOST is not loopback the Rasa server itself listens on loopback only, at RASA_INNER_PORT, and this gate on HOST
passes on what carries the secret of the desk's processes.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from bootstrap.impatience import Impatient
from bootstrap.inside import App, OnlyOurs, Receive, Scope, Send, answer, is_loopback, secret_of
from bootstrap.settings import BadSetting, Settings

log = logging.getLogger(__name__)

#: Longer bodies are refused: the desk sends one message at a time.
LONGEST = 256 * 1024
#: Seconds in which Rasa must answer; its callers give up sooner.
PATIENCE = 60.0
#: Of a request, what tells Rasa how to read the body; the rest is between caller and gate.
_PASSED_ON = (b"content-type", b"accept")
_GAVE_BACK = ("content-type",)


def has_gate(settings: Settings) -> bool:
    """Whether others than this machine could reach the Rasa server, so that it stands behind a gate."""
    return not is_loopback(settings.host)


def own_address(settings: Settings) -> str:
    """Where the Rasa server of this machine itself is reached from this machine."""
    port = settings.rasa_inner_port if has_gate(settings) else settings.rasa_port
    host = "127.0.0.1" if has_gate(settings) else settings.reached_at
    return f"http://{host}:{port}"


def gate(settings: Settings) -> App:
    """The gate as an ASGI app; it opens its connections when it is first asked."""
    return OnlyOurs(_PassingOn(own_address(settings)), secret_of(settings))


class _PassingOn:
    """Passes a request on in one piece, and the answer back as it comes: some replies are said before the turn ends."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._http: httpx.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._lives(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        if self._http is None:
            self._http = httpx.AsyncClient(base_url=self._address, timeout=PATIENCE, trust_env=False)
        body = await _whole(receive)
        if body is None:
            return await answer(send, 413)
        kept = [(name, value) for name, value in scope["headers"] if name in _PASSED_ON]
        path = httpx.URL(self._address).copy_with(raw_path=_target(scope))
        begun = False

        async def give(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with self._http.stream(scope["method"], path, headers=kept, content=body) as got:
                await _give_back(got, give)
        except httpx.HTTPError as error:
            log.warning("the Rasa server did not answer to its end: %s", type(error).__name__)
            if not begun:  # else the answer is left unfinished, which tells the caller
                await answer(send, 502)
        return None

    async def _lives(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._http is not None:
            await self._http.aclose()
        await send({"type": "lifespan.shutdown.complete"})


async def _give_back(got: httpx.Response, send: Send) -> None:
    kept = [name for name in _GAVE_BACK if name in got.headers]
    back = [(name.encode(), got.headers[name].encode()) for name in kept]
    await send({"type": "http.response.start", "status": got.status_code, "headers": back})
    async for piece in got.aiter_bytes():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _target(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return raw + (b"?" + query if query else b"")


async def _whole(receive: Receive) -> bytes | None:
    """The body; None where it is longer than LONGEST, or the caller left."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or len(body) > LONGEST:
            return None
        if not message.get("more_body"):
            return body


class _Server(uvicorn.Server):
    """A server in a thread, which leaves signals to the guard."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def standing(settings: Settings) -> Iterator[None]:
    """The gate is there while the block lasts; on loopback there is none. Raises BadSetting where the port is taken."""
    if not has_gate(settings):
        yield
        return
    config = uvicorn.Config(
        gate(settings),
        http=Impatient,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
    )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.rasa_port), family=family)
    except OSError as error:
        raise BadSetting(f"RASA_PORT cannot be used: {error.strerror or error}.") from error
    server = _Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="gate", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
