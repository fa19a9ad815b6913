"""Keeping to the pace that Telegram allows: about thirty messages a second, and one a second to a chat after a few."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

FORGET_ABOVE = 10_000


@dataclass(frozen=True)
class Limit:
    """One message every ``every`` seconds in the long run, and ``burst`` of them at once after a silence."""

    every: float
    burst: int


OVERALL = Limit(1 / 30, 5)
PRIVATE = Limit(1.0, 4)
GROUP = Limit(3.0, 3)


class Pace:
    """Says how long each message has to wait. One a process; times are of a clock that only goes forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used_until: dict[str, float] = {}

    async def wait(self, chat: str) -> None:
        """Return when a message to this chat may go out."""
        await asyncio.sleep(self.reserve(chat))

    def reserve(self, chat: str) -> float:
        """Take the next free moment for a message to this chat; returns the seconds until then."""
        now = self._clock()
        if len(self._used_until) > FORGET_ABOVE:
            self._used_until = {key: until for key, until in self._used_until.items() if until > now}
        in_chat = self._slot(chat, GROUP if chat.startswith("-") else PRIVATE, now)
        return max(in_chat, self._slot("", OVERALL, now)) - now

    def _slot(self, key: str, limit: Limit, now: float) -> float:
        used_until = max(self._used_until.get(key, now), now)
        self._used_until[key] = used_until + limit.every
        return max(now, used_until - (limit.burst - 1) * limit.every)
