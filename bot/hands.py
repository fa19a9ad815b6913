"""Taking work from the store and doing several pieces of it at once: what worker and courier have in common."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.patience import Patience
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
        self._in_hand: set[asyncio.Task[None]] = set()
        self._patience = Patience(f"taking work for the {name}")

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then goes on and is waited for by finish()."""
        while True:
            await self._free.acquire()
            self._woken.clear()
            try:
                work = await in_thread(self._claim)
            except SQLAlchemyError as error:
                self._free.release()
                await asyncio.sleep(self._patience.failed(error))
                continue
            except asyncio.CancelledError:
                self._free.release()
                raise
            self._patience.worked()
            if work is not None:
                self._start(work)
                continue
            self._free.release()
            await self._wait()

    async def finish(self, within: float) -> bool:
        """Wait for what is in hand; False when some of it is not done after ``within`` seconds."""
        if not self._in_hand:
            return True
        _, left = await asyncio.wait(self._in_hand, timeout=within)
        for task in left:
            task.cancel()
        return not left

    def _start(self, work: Work) -> None:
        task = asyncio.create_task(self._hand(work))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    async def _hand(self, work: Work) -> None:
        try:
            await self._do(work)
        except Exception as error:  # noqa: BLE001 - one piece of work must not stop the others; the next look retries
            log.error("the %s dropped a piece of work: %s", self._name, type(error).__name__)
        finally:
            self._free.release()
            self.wake()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), self._look_every)
        except TimeoutError:
            return
