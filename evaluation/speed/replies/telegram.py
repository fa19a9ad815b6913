"""A Telegram that costs next to nothing beside the desk, and keeps the moments of each update."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from typing import Any

from aiohttp import web

from evaluation.faults.telegram import Arrived
from evaluation.floods.telegram import AT_ONCE, QuickTelegram


class LightTelegram(QuickTelegram):
    """As the quick one; what the bot sends is answered without being checked, and not kept.

    ``put`` and ``fetched`` are when an update was there and when the bot got it, in seconds since 1970; ``messages``
    counts those that arrived in a chat.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.put: dict[int, float] = {}
        self.fetched: dict[int, float] = {}
        self.messages: Counter[int] = Counter()
        self._sent = itertools.count(1)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        if method == "sendmessage":
            return self._taken(dict(await request.post()))
        if method == "sendchataction":
            await request.read()
            return web.json_response({"ok": True, "result": True})
        answer = await super().handle(request)
        if method == "getupdates":
            now = time.time()
            for number, _ in itertools.islice(self._waiting, AT_ONCE):
                self.fetched.setdefault(number, now)
        return answer

    def _taken(self, fields: dict[str, Any]) -> web.Response:
        chat, number = int(fields["chat_id"]), next(self._sent)
        self.messages[chat] += 1
        if (listener := self._listeners.get(chat)) is not None:
            listener(Arrived(chat, number, fields["text"], {}))
        place = {"id": chat, "type": "private"}
        result = {"message_id": number, "date": int(time.time()), "chat": place, "text": fields["text"]}
        return web.json_response({"ok": True, "result": result}, dumps=json.dumps)

    def _put(self, update: dict[str, Any]) -> int:
        number = super()._put(update)
        self.put[number] = time.time()
        return number
