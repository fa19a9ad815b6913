"""A Telegram from which very many updates are fetched at little cost: what is measured shall be the desk."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from typing import Any

from aiohttp import web

from evaluation.faults.telegram import Telegram

#: As many as Telegram gives at once.
AT_ONCE = 100
#: Seconds after which it is noticed that a bot has gone that waited for updates.
LOOK_EVERY = 0.5


class QuickTelegram(Telegram):
    """As the emulator, but updates are put into JSON once, when they are sent, and handed out as they are."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._waiting: deque[tuple[int, str]] = deque()
        self._some = asyncio.Event()

    def pending(self) -> int:
        return len(self._waiting)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"].lower() != "getupdates":
            return await super().handle(request)
        asked = await request.post()
        offset, timeout = int(str(asked.get("offset") or 0)), float(str(asked.get("timeout") or 0))
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        until = time.monotonic() + timeout
        while not self._waiting and time.monotonic() < until and not _has_gone(request):
            self._some.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._some.wait(), LOOK_EVERY)
        updates = ",".join(self._waiting[place][1] for place in range(min(AT_ONCE, len(self._waiting))))
        return web.Response(text=f'{{"ok":true,"result":[{updates}]}}', content_type="application/json")

    def _put(self, update: dict[str, Any]) -> int:
        number = self._next_update
        self._next_update += 1
        self._waiting.append((number, json.dumps({**update, "update_id": number})))
        self._some.set()
        return number


def _has_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
