"""Keeping to the pace that Telegram allows: about thirty messages a second, and one a second to a chat after a few."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
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
    """Says how long each message has to wait. One a process, for all its threads; times are of a clock that only goes
    forward.

    ``sharers`` says how many processes send for the same bot now, this one among them: each has an equal part of what
    is allowed to all together.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, sharers: Callable[[], int] = lambda: 1) -> None:
        self._clock = clock
        self._sharers = sharers
        self._used_until: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def is_shared(self) -> bool:
        """Whether others may have sent to a chat lately."""
        return self._sharers() > 1

    def reserve(self, chat: str, lately: Sequence[float] = ()) -> float:
        """Take the next free moment for a message to this chat; returns the seconds until then.

        ``lately``: how many seconds ago messages went to the chat, by whomever they were sent.
        """
        with self._lock:
            return self._reserve(chat, lately)

    def _reserve(self, chat: str, lately: Sequence[float]) -> float:
        now = self._clock()
        if len(self._used_until) > FORGET_ABOVE:
            self._used_until = {key: until for key, until in self._used_until.items() if until > now}
        of_chat = GROUP if chat.startswith("-") else PRIVATE
        if lately:
            used = _used_until(of_chat, (now - ago for ago in sorted(lately, reverse=True)))
            self._used_until[chat] = max(self._used_until.get(chat, now), used)
        in_chat = self._slot(chat, of_chat, now)
        return max(in_chat, self._slot("", self._own_part(), now)) - now

    def _own_part(self) -> Limit:
        sharers = max(1, self._sharers())
        return Limit(OVERALL.every * sharers, max(1, OVERALL.burst // sharers))

    def _slot(self, key: str, limit: Limit, now: float) -> float:
        used_until = max(self._used_until.get(key, now), now)
        self._used_until[key] = used_until + limit.every
        return max(now, used_until - (limit.burst - 1) * limit.every)


async def rest(seconds: float, *, until: asyncio.Event) -> bool:
    """Wait so long; False where ``until`` is set or comes to be set meanwhile."""
    if until.is_set():
        return False
    if seconds > 0:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), seconds)
            return False
    return True


def _used_until(limit: Limit, moments: Iterable[float]) -> float:
    """Until when messages of these moments, in order, use up what a limit allows."""
    used = 0.0
    for moment in moments:
        used = max(used, moment) + limit.every
    return used
