"""Sending less while Telegram asks for it or does not answer: to one chat, or to all of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bot.refusal import Fate, Refusal

#: Chats that are asked to slow down within so many seconds are no matter of one chat: it is the bot that floods.
TOGETHER = 10.0
#: So many failures in a row, whatever their chats, are Telegram's own; then all sending pauses, longer each time.
STORM = 3
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class Slowing:
    """Until when nothing is sent, by what became of the sends before. Times are of a clock that only goes forward.

    Telegram does not say whether a 429 is about a chat or about the bot. A chat's own is waited for with its delivery;
    where a second chat is told the same within TOGETHER, all wait as long as they were told.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = 0.0
        self._failures = 0
        self._flooded: dict[str, tuple[float, float]] = {}

    def pause(self) -> float:
        """Seconds for which nothing is to be sent at all; 0 where sending may go on."""
        return max(0.0, self._until - self._clock())

    def sent(self) -> None:
        """Telegram took something."""
        self._failures = 0

    def refused(self, chat: str, refusal: Refusal) -> None:
        """Something was not sent."""
        now = self._clock()
        if refusal.retry_after is not None:
            self._flooded = {one: seen for one, seen in self._flooded.items() if seen[0] > now - TOGETHER}
            self._flooded[chat] = now, now + refusal.retry_after.total_seconds()
            if len(self._flooded) > 1:
                self._until = max(self._until, *(until for _, until in self._flooded.values()))
        elif refusal.fate == Fate.LATER:
            self._failures += 1
            if self._failures >= STORM:
                longest = min(FIRST_PAUSE * 2.0 ** min(self._failures - STORM, 16), LONGEST_PAUSE)
                self._until = max(self._until, now + longest * random.uniform(0.5, 1.0))
