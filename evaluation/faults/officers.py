"""Officers who work in their Telegram chats: each claims some of the cases, answers them and resolves them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from desk.texts import Texts
from evaluation.faults.telegram import Arrived, Telegram

#: Seconds that an officer waits for what follows an act before they press or write once more.
PATIENCE = 90.0
TRIES = 4
_NUMBER = re.compile(r"\b\d{4}-\d{5}\b")


class Officer:
    """One of ``many`` officers in a chat; ``answered`` has the words of the answer by the number of the case."""

    def __init__(self, telegram: Telegram, chat: int, texts: Texts, *, place: int, many: int) -> None:
        self.chat = chat
        self._telegram = telegram
        self._titles = {
            act: {texts.say(f"button.officer_{act}", language) for language in ("vi", "en")}
            for act in ("claim", "resolve")
        }
        self._place, self._many = place, many
        self._came = asyncio.Condition()
        self._arrived: list[Arrived] = []
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._noting: set[asyncio.Task[None]] = set()
        self.answered: dict[str, str] = {}
        self.resolved: set[str] = set()
        telegram.listen(chat, self._note)

    async def finish(self) -> None:
        """Wait until what is in hand is done."""
        while waiting := [task for task in self._at_work.values() if not task.done()]:
            await asyncio.wait(waiting)

    def _note(self, message: Arrived) -> None:
        self._arrived.append(message)
        number = _NUMBER.search(message.text)
        is_offered = self._button(message, "claim") is not None
        if number is not None and is_offered and number[0] not in self._at_work and self._is_mine(number[0]):
            self._at_work[number[0]] = asyncio.create_task(self._work(number[0], message))
        task = asyncio.create_task(self._wake())
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    def _is_mine(self, number: str) -> bool:
        return int(number[-5:]) % self._many == self._place

    async def _work(self, number: str, notice: Arrived) -> None:
        claim = self._button(notice, "claim")
        assert claim is not None
        await self._until(number, lambda _: True, lambda: self._telegram.press(self.chat, claim, notice.id))
        words = f"Trả lời hồ sơ {number}: đề nghị liên hệ bộ phận một cửa."
        self.answered[number] = words
        # Written once only: a second reply would be a second answer to the enterprise.
        done = await self._until(
            number, lambda said: self._button(said, "resolve") is not None, lambda: self._reply(words, notice), tries=1
        )
        if done is not None:
            button = self._button(done, "resolve")
            assert button is not None
            await self._until(number, lambda _: True, lambda: self._telegram.press(self.chat, button, done.id))
            self.resolved.add(number)

    def _reply(self, words: str, notice: Arrived) -> None:
        self._telegram.reply(self.chat, words, notice)

    def _button(self, message: Arrived, act: str) -> str | None:
        return next((data for title, data in message.buttons.items() if title in self._titles[act]), None)

    async def _until(
        self, number: str, fits: Callable[[Arrived], bool], act: Callable[[], object], *, tries: int = TRIES
    ) -> Arrived | None:
        """Act, and wait for a later message of the case that fits; act again where none comes."""
        for attempt in range(tries):
            seen = len(self._arrived)
            act()
            found = await self._later(seen, number, fits, PATIENCE if attempt + 1 < tries else 2 * PATIENCE)
            if found is not None:
                return found
        return None

    async def _later(self, seen: int, number: str, fits: Callable[[Arrived], bool], seconds: float) -> Arrived | None:
        def look() -> Arrived | None:
            return next((each for each in self._arrived[seen:] if number in each.text and fits(each)), None)

        try:
            async with asyncio.timeout(seconds), self._came:
                while (found := look()) is None:
                    await self._came.wait()
                return found
        except TimeoutError:
            return None

    async def _wake(self) -> None:
        async with self._came:
            self._came.notify_all()
