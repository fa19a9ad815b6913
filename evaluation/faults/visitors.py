"""Visitors of the web chat who go through their talks: what is not answered is sent again under the same name."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from evaluation.faults.people import THINKS, Journal, Sent
from evaluation.faults.talks import Step, Talk, Way

#: Seconds between two tries of the same message, and how long one try may take.
AGAIN_EVERY = 1.0
TRY = aiohttp.ClientTimeout(total=60)
#: Seconds after which a visitor gives a message up.
PATIENCE = 300.0


@dataclass
class Seen:
    """Ids of the desk's messages that a visitor got: by the name of the message they answer, and on looking back."""

    replies: dict[str, list[str]] = field(default_factory=dict)
    looked_back: list[str] = field(default_factory=list)


class Visitor:
    """Somebody with a web chat."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        web: str,
        journal: Journal,
        rng: random.Random,
        turn: Callable[[], Awaitable[None]],
    ) -> None:
        self._http = http
        self._address = f"{web}/api/chat/messages"
        self._journal = journal
        self._rng = rng
        self._turn = turn
        # By this the desk knows a first message that is sent again.
        self._secret = UUID(int=rng.getrandbits(128), version=4).hex
        self._conversation: str | None = None
        self._first: str | None = None
        self._buttons: dict[str, str] = {}
        self.seen = Seen()
        self.given_up: list[str] = []

    async def go_through(self, talk: Talk) -> None:
        for step in talk.steps:
            await self._turn()
            await self._say(step)
            await asyncio.sleep(self._rng.uniform(*THINKS))

    async def look_back(self, http: aiohttp.ClientSession) -> None:
        """Fetch all that was ever said in the chat, anew each time."""
        after: str | None = None
        self.seen.looked_back.clear()
        while self._first is not None:
            asked = {"conversation": self._first, **({"after": after} if after else {})}
            async with http.get(self._address, params=asked, timeout=TRY) as response:
                response.raise_for_status()
                messages = (await response.json())["messages"]
            if not messages:
                return
            self.seen.looked_back += [message["id"] for message in messages if message["from"] != "person"]
            after = messages[-1]["id"]

    async def _say(self, step: Step) -> None:
        name = UUID(int=self._rng.getrandbits(128), version=4).hex
        content, words = self._content(step)
        body: dict[str, Any] = {"lang": "vi", "message_id": name, "visitor": self._secret, **content}
        self._journal.sent.append(Sent("web", name, "", words, time.monotonic()))
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = await self._post({**body, "conversation": self._conversation})
            if answer is not None:
                self._take(name, answer)
                return
            await asyncio.sleep(AGAIN_EVERY)
        self.given_up.append(name)

    def _content(self, step: Step) -> tuple[dict[str, str], str]:
        """What is sent, and its words for the journal."""
        button = next((each for each in self._buttons.items() if each[0] in step.titles), None)
        if button is not None:
            return {"button": button[1]}, f"[{button[0]}]"
        words = f"/{step.words}" if step.way is Way.COMMAND else step.words or step.instead
        return {"text": words}, words

    async def _post(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """The desk's answer; None where there was none and the same may be sent again."""
        try:
            async with self._http.post(self._address, json=body, timeout=TRY) as response:
                if response.status == 200:
                    answer: dict[str, Any] = await response.json()
                    return answer
        except (aiohttp.ClientError, TimeoutError, ValueError):
            pass
        return None

    def _take(self, name: str, answer: dict[str, Any]) -> None:
        self._conversation = answer["conversation"]
        self._first = self._first or self._conversation
        said = [message for message in answer["messages"] if message["from"] != "person"]
        self.seen.replies[name] = [message["id"] for message in said]
        for message in said:
            # The newest button of a title is the one that somebody presses.
            self._buttons |= {button["title"]: button["id"] for button in message["buttons"]}
