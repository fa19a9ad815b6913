"""Everybody who talks with the desk in a run: people in Telegram, visitors of the web, and the officers who answer."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Sequence

import aiohttp

from desk.texts import Texts
from evaluation.faults.officers import Officer
from evaluation.faults.people import Journal, Person
from evaluation.faults.profiles import Running
from evaluation.faults.talks import Talks
from evaluation.faults.telegram import Telegram
from evaluation.faults.visitors import Visitor
from evaluation.questions.sets import GOLDEN, read_questions

PEOPLE_FROM = 100_001
OFFICERS_FROM = 50_001
OFFICERS = 3
#: Every so many talks one is on the web.
ON_THE_WEB = 8
#: Seconds in which officers learn that their chats are linked.
LINKED_WITHIN = 5.0

Turn = Callable[[], Awaitable[None]]


async def whenever() -> None:
    """The turn of those who need not wait for one."""


class Crowd:
    """So many talks at once, the same ones by the same seed. Each message of a person waits for its ``turn``."""

    def __init__(
        self,
        telegram: Telegram,
        running: Running,
        texts: Texts,
        seed: int,
        *,
        at_once: int,
        turn: Turn = whenever,
        people_from: int = PEOPLE_FROM,
    ) -> None:
        rng = random.Random(seed)
        questions = [question.text for question in read_questions(GOLDEN)]
        self._talks = Talks(random.Random(rng.random()), questions, texts)
        self._telegram = telegram
        self._running = running
        self._texts = texts
        self._seed = seed
        self._free = asyncio.Semaphore(at_once)
        self._turn = turn
        self._people_from = people_from
        self.journal = Journal()
        self.officers: list[Officer] = []
        self.visitors: list[Visitor] = []
        self.done = 0
        self._begun = 0

    async def link_officers(self) -> None:
        """Have officers on duty, each linked to a chat of their own."""
        for place in range(OFFICERS):
            chat, name = OFFICERS_FROM + place, f"officer{place}"
            self.officers.append(Officer(self._telegram, chat, self._texts, place=place, many=OFFICERS))
            await asyncio.to_thread(self._running.customs, "users", "add", name, "--name", f"Cán bộ {place}")
            printed = await asyncio.to_thread(self._running.customs, "users", "link-code", name)
            self._telegram.command(chat, "start", printed.split("/start ")[1].split()[0])
        await asyncio.sleep(LINKED_WITHIN)

    async def talk(self, conversations: int, told: Callable[[int], None], *, until: float = math.inf) -> None:
        """Go through so many talks, or as many as begin before a moment; ``told`` hears how many are done after each.

        ``until`` is a moment of time.monotonic(); talks that have begun then are gone through to their end.
        """
        async with aiohttp.ClientSession() as http:
            async with asyncio.TaskGroup() as talks:
                for _ in range(conversations):
                    await self._free.acquire()
                    if time.monotonic() >= until:
                        break
                    talks.create_task(self._one(self._begun, http, told))
                    self._begun += 1

    async def look_back(self) -> None:
        """Have each visitor fetch all that was ever said."""
        async with aiohttp.ClientSession() as http:
            for visitor in self.visitors:
                await visitor.look_back(http)

    async def finish(self) -> None:
        """Wait until officers have done what they have in hand."""
        await asyncio.gather(*(officer.finish() for officer in self.officers))

    async def _one(self, number: int, http: aiohttp.ClientSession, told: Callable[[int], None]) -> None:
        talk, own = self._talks.next(), random.Random(f"{self._seed} {number}")
        try:
            await self._somebody(number, http, own).go_through(talk)
        finally:
            self._free.release()
        self.done += 1
        told(self.done)

    def _somebody(self, number: int, http: aiohttp.ClientSession, own: random.Random) -> Person | Visitor:
        if number % ON_THE_WEB != ON_THE_WEB - 1:
            return Person(self._telegram, self._people_from + number, self.journal, own, self._turn)
        visitor = Visitor(http, self._running.web, self.journal, own, self._turn)
        self.visitors.append(visitor)
        return visitor


def answered_by(officers: Sequence[Officer]) -> dict[str, str]:
    """The words of every answer of an officer, by the number of the case."""
    return {number: words for officer in officers for number, words in officer.answered.items()}
