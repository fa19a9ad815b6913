"""One message after another through the desk, step by step: how long each step takes, and how much of it is work."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.inbox import keep, received
from evaluation.speed.stores.scene import Scene, Telegram, update_from
from evaluation.speed.timing import percentiles

#: In their order, with what is in each.
STEPS = {
    "receive": "the update is let in, stored and claimed by a worker, before Telegram hears that it arrived",
    "route": "chat, conversation and message are kept, and it is decided who gets the message",
    "answer": "the desk's answer is found, put together and kept, as Rasa's action asks for it (the search is a fake)",
    "finish": "the reply becomes a message with its buttons and its delivery, and the update is done",
    "take": "a courier claims the delivery and notes that it is about to be sent",
    "deliver": "that it is sent is noted; the send itself takes no time",
}
ALL = "all"


class Walk:
    """A desk through which messages go one after the other, and what each step took in milliseconds."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._sent: list[str] = []
        self._worker, self._courier = scene.hands(Telegram(self._sent.append))
        self._passed: dict[str, list[float]] = defaultdict(list)
        self._worked: dict[str, list[float]] = defaultdict(list)
        self._step, self._began = "", (0.0, 0.0)
        scene.dialogue.asked = lambda: self._next("answer")
        scene.dialogue.done = lambda: self._next("finish")

    def forget(self) -> None:
        """What was measured while nothing was warm."""
        self._passed.clear()
        self._worked.clear()

    async def brings(self, address: int, arriving: int = 1) -> None:
        """A message of this chat, from its arrival to its answer's; raises RuntimeError where not all arrived."""
        self._scene.clock.advance(seconds=5)  # no flood
        desk, before = self._scene.desk, len(self._sent)
        update = received(update_from(address, desk.now().timestamp()), desk.now())
        with self._whole():
            self._next("receive")
            kept = keep(desk, [update], self._worker.hands.claim_within)
            self._next("route")
            if kept.taken is not None:
                await self._worker.work_on(kept.taken)
            self._next("take")
            for _ in range(arriving):
                parcels = self._courier.hands.claim()
                self._next("deliver")
                for parcel in parcels:
                    await self._courier.carry(parcel)
                self._next("")
        if len(self._sent) != before + arriving:
            raise RuntimeError(f"{len(self._sent) - before} messages arrived instead of {arriving}")

    def figures(self) -> dict[str, dict[str, float]]:
        """By step p50 and p95 of what passed, and p50 of what this process worked."""
        return {
            step: {**percentiles(self._passed[step]), "work_p50": percentiles(self._worked[step])["p50"]}
            for step in (*STEPS, ALL)
        }

    @contextmanager
    def _whole(self) -> Iterator[None]:
        began = _now()
        yield
        self._add(ALL, began)

    def _next(self, step: str) -> None:
        if self._step:
            self._add(self._step, self._began)
        self._step, self._began = step, _now()

    def _add(self, step: str, began: tuple[float, float]) -> None:
        passed, worked = (now - then for now, then in zip(_now(), began, strict=True))
        self._passed[step].append(1000 * passed)
        self._worked[step].append(1000 * worked)


def by_turns(turns: Sequence[tuple[Walk, Sequence[int]]], warming: int) -> None:
    """A message through every desk before the next one, each from the next of its chats, of which all have as many.

    The first so many are not counted.
    """

    async def all_of_them() -> None:
        for number in range(len(turns[0][1])):
            if number == warming:
                for walk, _ in turns:
                    walk.forget()
            start = number % len(turns)
            for walk, addresses in (*turns[start:], *turns[:start]):
                await walk.brings(addresses[number])

    asyncio.run(all_of_them())


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
