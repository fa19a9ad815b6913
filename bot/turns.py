"""Which chats wait a little while others are worked on: those of which much was worked on just now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bot.pace import PRIVATE

#: Of one chat so many updates are worked on at once, and then one in so many seconds: its answers go out no faster, and
#: a chat with many updates waiting would keep the others waiting for nothing.
BURST, EVERY = PRIVATE.burst, PRIVATE.every


class Turns:
    """What was worked on lately, by chat; for all threads. Moments are of a clock that only goes forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used_until: dict[str, float] = {}
        self._lock = threading.Lock()

    def taken(self, chat: str) -> None:
        """An update of this chat is worked on."""
        now = self._clock()
        with self._lock:
            self._used_until[chat] = max(self._used_until.get(chat, now), now) + EVERY

    def waiting(self) -> list[str]:
        """The chats that have had their turn."""
        now = self._clock()
        with self._lock:
            self._used_until = {chat: until for chat, until in self._used_until.items() if until > now}
            return [chat for chat, until in self._used_until.items() if until - now > (BURST - 1) * EVERY]
