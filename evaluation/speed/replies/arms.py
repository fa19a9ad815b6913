"""What is compared: each arm is asked something in a chat, and the time runs until it has replied."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

import aiohttp

from evaluation.faults.telegram import Arrived
from evaluation.speed.replies.telegram import LightTelegram

#: Seconds after which a reply is taken for lost.
PATIENCE = 30.0
#: What is said first in a chat, in Rasa's small talk: what a first contact costs is over with it.
GREETING = "xin chào"
_FAILED = (aiohttp.ClientError, TimeoutError, ValueError, KeyError)


class Arm(Protocol):
    """``name`` is what figures and tables call it."""

    name: str

    async def ask(self, chat: int, text: str) -> float | None:
        """Seconds from the message to the first reply in the chat; None where there was none."""
        ...


@dataclass(frozen=True)
class Exchange:
    """A message to the desk: its update's number, and when it and the reply were at Telegram, in seconds since 1970."""

    update: int
    put: float
    arrived: float


@dataclass
class Desk:
    """The desk behind its bot: in as an update at Telegram, out as a message that Telegram got."""

    telegram: LightTelegram
    name: str = "desk"
    exchanges: list[Exchange] = field(default_factory=list)

    async def ask(self, chat: int, text: str) -> float | None:
        replied: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def arrived(_: Arrived) -> None:
            if not replied.done():
                replied.set_result(time.time())

        self.telegram.listen(chat, arrived)
        update = self.telegram.say(chat, text)
        put = self.telegram.put[update]
        try:
            at = await asyncio.wait_for(replied, PATIENCE)
        except TimeoutError:
            return None
        self.exchanges.append(Exchange(update, put, at))
        return at - put


@dataclass
class Posted:
    """A server that replies to a post: Rasa's REST channel, or what takes and gives the same."""

    name: str
    url: str
    http: aiohttp.ClientSession

    async def ask(self, chat: int, text: str) -> float | None:
        body: dict[str, Any] = {"sender": f"chat-{chat}", "message": text, "text": text}
        body["metadata"] = {"enquiry_id": uuid4().hex}
        began = time.perf_counter()
        try:
            async with self.http.post(self.url, json=body, timeout=aiohttp.ClientTimeout(PATIENCE)) as answer:
                said = await answer.json()
        except _FAILED:
            return None
        # Rasa answers with an empty list when anything failed on its side.
        return time.perf_counter() - began if answer.ok and said else None


class Asker:
    """Asks one arm ever new questions, in its chats by turns; ``lost`` counts those without a reply."""

    def __init__(self, arm: Arm, texts: Iterator[str], chats: range) -> None:
        """``texts`` is for this arm alone: none may have been asked before."""
        self.arm = arm
        self.lost = 0
        self.asked = 0
        self.texts = texts
        self._all_chats = chats
        self._chats = itertools.cycle(chats)

    async def meet(self, at_once: int) -> None:
        """Say something in every chat, so many at once: what a first contact costs is not measured."""
        chats = iter(self._all_chats)

        async def greet() -> None:
            for chat in chats:
                await self.arm.ask(chat, GREETING)

        await asyncio.gather(*(greet() for _ in range(at_once)))

    async def ask(self) -> float | None:
        """Milliseconds of the next question in the next chat; None where there was no reply."""
        self.asked += 1
        seconds = await self.arm.ask(next(self._chats), next(self.texts))
        if seconds is None:
            self.lost += 1
            return None
        return seconds * 1000
