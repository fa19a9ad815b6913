"""People in Telegram who go through their talks, and a journal of every message that they sent."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from evaluation.faults.talks import Step, Talk, Way
from evaluation.faults.telegram import Arrived, Telegram

#: Seconds that somebody waits for an answer before they write on all the same.
PATIENCE = 60.0
#: Seconds in which nothing more came, so that an answer of several messages has come whole.
QUIET = 0.3
#: Seconds in which a button may come in a later message than the first one, before something else is written instead.
OFFERED_WITHIN = 3.0
#: Seconds between an answer and the next message.
THINKS = (0.1, 1.0)


@dataclass(frozen=True)
class Sent:
    """A message of a person: the channel's key for it, whose chat, what it says, when (seconds of a steady clock)."""

    channel: str
    key: str
    chat: str
    words: str
    at: float


@dataclass
class Journal:
    """What people sent, and how long they waited for the first words after it: None where they gave up."""

    sent: list[Sent] = field(default_factory=list)
    waited: list[float | None] = field(default_factory=list)


class Person:
    """Somebody with a chat of their own in Telegram."""

    def __init__(
        self,
        telegram: Telegram,
        chat: int,
        journal: Journal,
        rng: random.Random,
        turn: Callable[[], Awaitable[None]],
    ) -> None:
        self.chat = chat
        self._telegram = telegram
        self._journal = journal
        self._rng = rng
        self._turn = turn
        self._came = asyncio.Event()
        self.arrived: list[Arrived] = []
        telegram.listen(chat, self._note)

    async def go_through(self, talk: Talk) -> None:
        """Send each message of the talk, mostly waiting for the answer to the one before."""
        behind = False
        for step in talk.steps:
            await self._turn()
            if step.way is Way.PRESS:
                await self._offered(step.titles)
            seen = len(self.arrived)
            self._take(step)
            if step.at_once:
                behind = True
                continue
            # What comes first after several messages may answer the first of them: how long the last took is not known.
            await self._answered(seen, is_timed=not behind)
            behind = False
            await asyncio.sleep(self._rng.uniform(*THINKS))

    def _take(self, step: Step) -> None:
        if step.way is Way.COMMAND:
            self._noted(self._telegram.command(self.chat, step.words), f"/{step.words}")
            return
        button = self._button(step.titles) if step.way is Way.PRESS else None
        if button is not None:
            data, message_id, title = button
            self._noted(self._telegram.press(self.chat, data, message_id), f"[{title}]")
            return
        words = step.words or step.instead
        self._noted(self._telegram.say(self.chat, words), words)

    async def _offered(self, titles: frozenset[str]) -> None:
        until = time.monotonic() + OFFERED_WITHIN
        while self._button(titles) is None and (left := until - time.monotonic()) > 0:
            await self._next(left)

    def _button(self, titles: frozenset[str]) -> tuple[str, int, str] | None:
        """The newest button with one of these titles: its data, its message, its title."""
        for message in reversed(self.arrived[-8:]):
            for title, data in message.buttons.items():
                if title in titles:
                    return data, message.id, title
        return None

    def _noted(self, update: int, words: str) -> None:
        self._journal.sent.append(Sent("telegram", str(update), str(self.chat), words, time.monotonic()))

    async def _answered(self, seen: int, *, is_timed: bool) -> None:
        began = time.monotonic()
        while len(self.arrived) == seen:
            left = began + PATIENCE - time.monotonic()
            if left <= 0:
                self._journal.waited.append(None)
                return
            await self._next(left)
        if is_timed:
            self._journal.waited.append(time.monotonic() - began)
        while await self._next(QUIET):
            pass

    async def _next(self, seconds: float) -> bool:
        """Wait so long for one more message; whether one came."""
        self._came.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._came.wait()
        except TimeoutError:
            return False
        return True

    def _note(self, message: Arrived) -> None:
        self.arrived.append(message)
        self._came.set()
