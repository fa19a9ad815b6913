"""A message of a person through all of the desk's own code, in this process: bot, store, answer, courier."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, event

from bot.courier import Courier
from bot.inbox import keep, received
from bot.pace import Pace
from bot.turns import Turns
from bot.worker import Worker
from tests.desk_fixtures import World
from tests.worker_fixtures import desk_of

_numbers = itertools.count(1)
#: As many as hands are free when nothing else is done.
AT_MOST = 8


class FakeBot:
    """Takes what it is sent; dialogue and search are fakes, too, so that what is counted is the desk's own."""

    id, username = 7, "fixture_bot"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_chat_action(self, *_: Any) -> None:
        return None

    async def send_message(self, chat: str, text: str, **_: Any) -> Any:
        self.sent.append(text)
        return SimpleNamespace(message_id=len(self.sent))


class Talk:
    """Somebody who writes to the bot; each message is brought to its end before the next."""

    def __init__(self, world: World, chat: int = 100) -> None:
        self.bot = FakeBot()
        self._clock = world.clock
        self._chat = chat
        self._desk = desk_of(world, "a")
        unhurried = itertools.count(0.0, 60.0)
        turns, pace = Turns(lambda: next(unhurried)), Pace(lambda: next(unhurried))
        self._worker = Worker(self._desk, self.bot, replied=lambda: None, turns=turns)  # type: ignore[arg-type]
        self._courier = Courier(self._desk, self.bot, pace)  # type: ignore[arg-type]

    async def writes(self, text: str) -> list[str]:
        """Returns what arrived."""
        before = len(self.bot.sent)
        self._clock.advance(seconds=5)  # no flood
        update = received(self._update(text), self._desk.now())
        kept = keep(self._desk, [update], self._worker.hands.claim_within)
        assert kept.taken is not None
        # Where the bot's own threads would, these claim in this one: a call of the store is one, whoever makes it.
        await self._worker.work_on(kept.taken)
        while parcels := self._courier.hands.claim(AT_MOST):
            for parcel in parcels:
                await self._courier.carry(parcel)
        return self.bot.sent[before:]

    def says(self, text: str) -> list[str]:
        return asyncio.run(self.writes(text))

    def _update(self, text: str) -> dict[str, Any]:
        person = {"id": self._chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
        number = next(_numbers)
        message = {"message_id": number, "date": int(self._desk.now().timestamp()), "text": text, "from": person}
        return {"update_id": number, "message": {**message, "chat": {"id": self._chat, "type": "private"}}}


@dataclass
class Counted:
    """Statements by their first word, and how many transactions were committed; those that only read are not."""

    statements: Counter[str] = field(default_factory=Counter)
    commits: int = 0

    @property
    def asked(self) -> int:
        """All but those that begin a transaction."""
        return self.statements.total() - self.begun

    @property
    def begun(self) -> int:
        return self.statements["BEGIN"]


@contextmanager
def counted(engine: Engine) -> Iterator[Counted]:
    """What the store is asked within the block."""
    found = Counted()

    def asked(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.statements[statement.split(None, 1)[0].upper()] += 1

    def committed(_: Any) -> None:
        found.commits += 1

    event.listen(engine, "before_cursor_execute", asked)
    event.listen(engine, "commit", committed)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", asked)
        event.remove(engine, "commit", committed)
