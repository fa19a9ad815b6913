"""Taking work from the store and doing several pieces of it at once: what worker and courier have in common."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.patience import Patience, where
from bot.threads import in_thread
from desk.store import Store

log = logging.getLogger(__name__)
Work = TypeVar("Work")

#: So many pieces are taken in one transaction: meanwhile others want to write, too.
TOGETHER = 4


class Hands(Generic[Work]):
    """Claims pieces of work while a hand is free and does each in a task of its own.

    ``claim`` takes the next piece in a transaction that writes, and returns None where nothing is due; ``do`` looks
    after its own failures. When no more is due the store is looked at again after ``look_every`` seconds, when a piece
    is done, and at once after wake(). Where nobody said that there is something, ``is_due`` is asked first, in a
    transaction that only reads: an empty claim would keep those waiting who have something to write.
    """

    def __init__(
        self,
        name: str,
        store: Store,
        is_due: Callable[[Session], bool],
        claim: Callable[[Session], Work | None],
        do: Callable[[Work], Awaitable[None]],
        *,
        at_once: int,
        look_every: float,
    ) -> None:
        self._name = name
        self._store = store
        self._is_due = is_due
        self._claim = claim
        self._do = do
        self._at_once = at_once
        self._look_every = look_every
        self._woken = asyncio.Event()
        self._is_told = True
        self._stopping = asyncio.Event()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._patience = Patience(f"taking work for the {name}")

    def wake(self) -> None:
        """There is something to do, as far as can be told."""
        self._is_told = True
        self._woken.set()

    def stop(self) -> None:
        """Take nothing more; run() ends when its present look at the store is over."""
        self._stopping.set()
        self.wake()

    def claim(self, at_most: int = 1) -> list[Work]:
        """Take so many pieces, where as many are due, in one transaction."""
        with self._store.writing() as session:
            return list(islice(iter(partial(self._claim, session), None), at_most))

    def claim_within(self, session: Session) -> Work | None:
        """Take a piece where a hand is free, in the transaction of whoever makes work; to be begun once it is kept."""
        return self._claim(session) if self._free and not self._stopping.is_set() else None

    def taken_up(self, work: Work | None) -> None:
        """What was made is kept: do what was claimed within, and look for the rest."""
        if work is None:
            self.wake()
        else:
            self._begin(work)
            self._woken.set()

    async def run(self) -> None:
        """Work until stop(). Not to be cancelled: what was claimed at that moment would be lost to others."""
        while not self._stopping.is_set():
            if free := self._free:
                await self._pause(*await self._take(free))
            else:
                await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self) -> None:
        """Wait, after run() has ended, until nothing is in hand."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    @property
    def _free(self) -> int:
        return max(0, self._at_once - len(self._in_hand))

    async def _take(self, free: int) -> tuple[asyncio.Event, float]:
        """Begin what is due, as far as hands are free; returns what to wait for then, and how long at most."""
        self._woken.clear()
        is_told, self._is_told = self._is_told, False
        at_most = min(free, TOGETHER)
        try:
            taken = await in_thread(self.claim if is_told else self._claim_what_is_due, at_most)
        except SQLAlchemyError as error:
            return self._stopping, self._patience.failed(error)
        self._patience.worked()
        for work in taken:
            self._begin(work)
        if len(taken) < at_most:  # that was all
            return self._woken, self._look_every
        self._is_told = True
        return self._woken, 0

    def _begin(self, work: Work) -> None:
        task = asyncio.create_task(self._hand(work))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    def _claim_what_is_due(self, at_most: int) -> Sequence[Work]:
        with self._store.reading() as session:
            is_due = self._is_due(session)
        return self.claim(at_most) if is_due else ()

    async def _hand(self, work: Work) -> None:
        try:
            await self._do(work)
        except Exception as error:  # noqa: BLE001 - one piece of work must not stop the others
            log.error("the %s dropped a piece of work: %s", self._name, where(error))
        finally:
            # The next of its chat may go now.
            self._woken.set()

    @staticmethod
    async def _pause(until: asyncio.Event, at_most: float) -> None:
        if not at_most:
            return
        try:
            await asyncio.wait_for(until.wait(), at_most)
        except TimeoutError:
            return
