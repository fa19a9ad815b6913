"""Receiving updates that Telegram posts: 200 only when the update is committed, so that it is posted again if not."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import math
import socket
import time
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from litestar import Litestar, Request, Response, post
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.impatience import Impatient, in_time
from bot.inbox import NoUpdate, Receiver, keep, received
from bot.outage import Outage
from bot.patience import Patience, where
from bot.threads import in_thread
from desk.desk import Desk
from desk.floods import network
from desk.floods.buckets import Buckets
from desk.floods.limits import Limit
from desk.json_text import NotJson, parse_json

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: Longer posts are refused, in bytes; an update is a few thousand.
LONGEST = 1024 * 1024
#: A shorter secret could be found by trying.
_LONG_ENOUGH = 16


def create_app(desk: Desk, path: str, secret: str, work: Receiver, outage: Outage) -> Litestar:
    """The app that takes Telegram's posts at ``path``; ``work`` is where each is worked on once it is committed.

    It answers 403 without the right secret, 429 to an address that tries often, 400 for what is no update, and 503 when
    the store fails: Telegram posts the update again, and ``outage`` tells who wrote it.
    Raises ValueError for an empty secret, which everybody would know.
    """
    if not secret:
        raise ValueError("without a secret anybody could post updates")
    if len(secret) < _LONG_ENOUGH:
        log.warning("TELEGRAM_WEBHOOK_SECRET is short; `openssl rand -hex 32` makes one that nobody can try out")
    patience = Patience("storing updates")
    strangers = _Strangers(desk)

    @post(path, status_code=200, request_max_body_size=LONGEST)
    async def receive(request: Request[Any, Any, Any]) -> Response[None]:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return strangers.answer(request)
        try:
            body = (await request.body()).decode()
            update = received(parse_json(body), desk.now(), body)
        except (NoUpdate, UnicodeDecodeError, NotJson):
            log.error("a post with the right secret is no update")
            return Response(None, status_code=400)
        try:
            kept = await in_thread(keep, desk, [update], work.claim_within)
        except SQLAlchemyError as error:
            patience.failed(error)
            outage.tell_soon(update.raw)
            return Response(None, status_code=503)
        if kept.is_work:
            patience.worked()
            outage.over()
            work.taken_up(kept.taken)
        return Response(None, status_code=200)

    return Litestar(
        [receive],
        middleware=[in_time],
        openapi_config=None,
        logging_config=None,
        exception_handlers={500: _failed},
    )


class _Strangers:
    """Posts without the secret, counted by where they come from. Telegram's own all come from a few addresses, with it,
    and are limited by their chats instead.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attempts = Buckets()

    def answer(self, request: Request[Any, Any, Any]) -> Response[None]:
        source = network.source_of(request.client.host if request.client is not None else "")
        a_minute = self._desk.rules.limits.attempts
        wait = self._attempts.take(source, a_minute, time.monotonic())
        if not wait:
            return Response(None, status_code=403)
        self._desk.floods.count("webhook", Limit.ATTEMPTS, network.masked(source), self._desk.now())
        return Response(None, status_code=429, headers={"retry-after": str(math.ceil(wait))})


def _failed(_: Request[Any, Any, Any], error: Exception) -> Response[None]:
    """Telegram posts it again."""
    log.error("a post was not taken: %s", where(error))
    return Response(None, status_code=500)


def path_of(webhook_url: str) -> str:
    """The path under which the app is reached behind the public address."""
    return urlsplit(webhook_url).path or "/"


class Server(uvicorn.Server):
    """A server inside the bot's own event loop, which looks after signals itself.

    The address of a client is believed only where one of the ``trusted`` proxies tells it.
    """

    def __init__(self, app: Litestar, host: str, port: int, trusted: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=Impatient,
                log_config=None,
                access_log=False,
                forwarded_allow_ips=trusted,
            )
        )
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
