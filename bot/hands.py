"""Taking work from the store and doing several pieces of it at once: what worker and courier have in common."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.patience import Patience, where
from bot.threads import in_thread

log = logging.getLogger(__name__)
Work = TypeVar("Work")


class Hands(Generic[Work]):
    """Claims pieces of work while a hand is free and does each in a task of its own.

    ``claim`` runs in a thread and returns None where nothing is due; ``do`` looks after its own failures. When
    nothing is due the store is looked at again after ``look_every`` seconds, or at once after wake().
    """

    def __init__(
        self,
        name: str,
        claim: Callable[[], Work | None],
        do: Callable[[Work], Awaitable[None]],
        *,
        at_once: int,
        look_every: float,
    ) -> None:
        self._name = name
        self._claim = claim
        self._do = do
        self._free = asyncio.Semaphore(at_once)
        self._look_every = look_every
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._patience = Patience(f"taking work for the {name}")

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Take nothing more; run() ends when its present look at the store is over."""
        self._stopping.set()
        self.wake()

    async def run(self) -> None:
        """Work until stop(). Not to be cancelled: what was claimed at that moment would be lost to others."""
        while not self._stopping.is_set():
            await self._free.acquire()
            wait = await self._take()
            if wait is not None:
                self._free.release()
                await self._pause(*wait)

    async def finish(self) -> None:
        """Wait, after run() has ended, until nothing is in hand."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    async def _take(self) -> tuple[asyncio.Event, float] | None:
        """Begin one piece of work; where there is none, what to wait for and how long at most."""
        self._woken.clear()
        if self._stopping.is_set():
            return self._stopping, 0
        try:
            work = await in_thread(self._claim)
        except SQLAlchemyError as error:
            return self._stopping, self._patience.failed(error)
        self._patience.worked()
        if work is None:
            return self._woken, self._look_every
        task = asyncio.create_task(self._hand(work))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return None

    async def _hand(self, work: Work) -> None:
        try:
            await self._do(work)
        except Exception as error:  # noqa: BLE001 - one piece of work must not stop the others
            log.error("the %s dropped a piece of work: %s", self._name, where(error))
        finally:
            self._free.release()
            self.wake()

    @staticmethod
    async def _pause(until: asyncio.Event, at_most: float) -> None:
        try:
            await asyncio.wait_for(until.wait(), at_most)
        except TimeoutError:
            return
