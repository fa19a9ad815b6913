"""A Telegram from which very many updates are fetched at little cost: what is measured shall be the desk."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any

from aiohttp import web

from evaluation.faults.telegram import Telegram

#: As many as Telegram gives at once.
AT_ONCE = 100


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
        if not self._waiting:
            self._some.clear()
            try:
                await asyncio.wait_for(self._some.wait(), timeout)
            except TimeoutError:
                pass
        updates = ",".join(self._waiting[place][1] for place in range(min(AT_ONCE, len(self._waiting))))
        return web.Response(text=f'{{"ok":true,"result":[{updates}]}}', content_type="application/json")

    def _put(self, update: dict[str, Any]) -> int:
        number = self._next_update
        self._next_update += 1
        self._waiting.append((number, json.dumps({**update, "update_id": number})))
        self._some.set()
        return number
