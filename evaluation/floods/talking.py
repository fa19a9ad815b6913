"""Quiet chats that ask now and then and time their answers, and one chat that floods."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field

from evaluation.faults.telegram import Arrived, Telegram

#: What the desk answers without a dialogue, in one message each.
ASKED = ("help", "cases", "language")
#: Seconds between two questions of a quiet chat: below the limit of a chat, and Telegram's pace for one.
EVERY = 2.0
#: Seconds after which an answer is taken for lost.
PATIENCE = 15.0
#: Seconds between two handfuls of messages of the chat that floods.
HANDFUL = 0.02


@dataclass
class Quiet:
    """A chat with the seconds from each of its questions to the answer; ``lost`` are questions without one."""

    telegram: Telegram
    chat: int
    seconds: list[float] = field(default_factory=list)
    lost: int = 0
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.telegram.listen(self.chat, self._arrived)

    async def ask(self, command: str) -> None:
        """Ask one thing and wait for the answer."""
        self._answered.clear()
        began = time.perf_counter()
        self.telegram.command(self.chat, command)
        try:
            await asyncio.wait_for(self._answered.wait(), PATIENCE)
        except TimeoutError:
            self.lost += 1
        else:
            self.seconds.append(time.perf_counter() - began)

    async def is_known(self) -> None:
        """Ask until there was an answer and all that is said at first contact has come, and count none of it."""
        while not self.seconds:
            await self.ask(ASKED[0])
        await asyncio.sleep(EVERY)
        self.lost = 0

    async def ask_until(self, end: float, rng: random.Random) -> None:
        """Ask again and again until a moment of time.monotonic()."""
        await asyncio.sleep(rng.uniform(0, EVERY))
        while (began := time.monotonic()) < end:
            await self.ask(rng.choice(ASKED))
            await asyncio.sleep(max(0.0, began + EVERY - time.monotonic()))

    def _arrived(self, _: Arrived) -> None:
        self._answered.set()


async def flood(telegram: Telegram, chat: int, a_second: int, end: float) -> int:
    """Send so many messages a second from one chat until a moment of time.monotonic(); returns how many it were."""
    began, sent = time.monotonic(), 0
    while (now := time.monotonic()) < end:
        for _ in range(int((now - began) * a_second) - sent):
            telegram.say(chat, "Thuế nhập khẩu bao nhiêu?")
            sent += 1
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(HANDFUL)
    return sent
