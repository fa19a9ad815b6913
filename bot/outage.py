"""Telling people that the store is down: straight through the Bot API, for nothing can be kept meanwhile.

What they sent is not acknowledged and is worked on as always once the store is back. Each chat is told once in ten
minutes of an outage, and only of what was sent just now: updates that Telegram delivers again are old.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from desk.conversations.inbox import RawUpdate
from desk.desk import Desk
from desk.guidance.record import Language

log = logging.getLogger(__name__)

#: A store that is back sooner than this was restarted, and nobody needs to hear of it.
TOLD_AFTER = dt.timedelta(seconds=2)
TOLD_EVERY = dt.timedelta(minutes=10)
#: What was sent longer ago than this is an old update.
FRESH = dt.timedelta(minutes=2)
#: So many chats are remembered at most; those told longest ago are forgotten first.
REMEMBERED = 10_000
AT_ONCE = 8


@dataclass(frozen=True)
class _Waiting:
    """Who sent something that cannot be kept: a message of a private chat, or a tap, known by its query's id."""

    chat: str
    language: Language
    query: str | None = None


class Outage:
    """Whether the store is down, and who was told."""

    def __init__(self, desk: Desk, bot: Bot) -> None:
        self._desk = desk
        self._bot = bot
        self._since: dt.datetime | None = None
        self._told: dict[str, dt.datetime] = {}
        self._later: set[asyncio.Task[None]] = set()

    def over(self) -> None:
        """The store has kept something."""
        self._since = None
        self._told.clear()

    async def tell(self, updates: Iterable[RawUpdate]) -> None:
        """These could not be kept: tell who sent them, once the outage has lasted a moment."""
        now = self._desk.now()
        self._since = self._since or now
        if now - self._since < TOLD_AFTER:
            return
        waiting = {one.chat: one for one in map(self._waiting, updates) if one is not None}
        to_tell = [one for one in waiting.values() if self._is_due(one, now)]
        for start in range(0, len(to_tell), AT_ONCE):
            await asyncio.gather(*(self._say(one) for one in to_tell[start : start + AT_ONCE]))

    def tell_soon(self, update: RawUpdate) -> None:
        """As ``tell``, for one that was posted: whoever posted it is answered first, and may be posting it anew."""
        self._since = self._since or self._desk.now()
        if len(self._later) < REMEMBERED:
            task = asyncio.create_task(self._tell_later(update))
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def _tell_later(self, update: RawUpdate) -> None:
        await asyncio.sleep(TOLD_AFTER.total_seconds())
        if self._since is not None:
            await self.tell([update])

    def _is_due(self, one: _Waiting, now: dt.datetime) -> bool:
        last = self._told.pop(one.chat, None)
        is_due = last is None or now - last >= TOLD_EVERY
        self._told[one.chat] = now if is_due or last is None else last
        while len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
        return is_due

    def _waiting(self, update: RawUpdate) -> _Waiting | None:
        """Who is to be told; None for what is old, comes from a group, or asks for no reply."""
        body: dict[str, Any] = json.loads(update.body)
        query, message = body.get("callback_query"), body.get("message")
        if isinstance(query, dict):
            # A tap has no date; Telegram itself refuses to answer one that is old.
            return _Waiting(update.chat, _language(query), str(query.get("id", "")))
        if not isinstance(message, dict) or not isinstance(sent := message.get("date"), int):
            return None
        place = message.get("chat")
        is_private = isinstance(place, dict) and place.get("type") == "private"
        is_fresh = abs(self._desk.now().timestamp() - sent) <= FRESH.total_seconds()
        return _Waiting(update.chat, _language(message)) if is_private and is_fresh else None

    async def _say(self, one: _Waiting) -> None:
        texts = self._desk.texts
        try:
            if one.query is not None:
                told = texts.say("degraded.store_down_tap", one.language)
                await self._bot.answer_callback_query(one.query, told, show_alert=True)
            else:
                await self._bot.send_message(one.chat, texts.say("degraded.store_down", one.language))
        except TelegramError as error:
            log.warning("somebody could not be told that the store is down: %s", type(error).__name__)


def _language(part: dict[str, Any]) -> Language:
    """The language of Telegram's hint; Vietnamese where there is none."""
    sender = part.get("from")
    hint = sender.get("language_code") if isinstance(sender, dict) else None
    return "en" if isinstance(hint, str) and hint.lower().startswith("en") else "vi"
