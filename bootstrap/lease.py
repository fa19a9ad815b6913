"""The lease of a process on what it takes from the store: a thread that gives signs of life and buries the dead."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bootstrap import instance
from desk.conversations import claimed
from desk.deliveries import in_hand
from desk.desk import Desk
from desk.workers import service as workers
from desk.workers.model import Worker
from desk.workers.service import BEAT_EVERY, Watch

log = logging.getLogger(__name__)


class Lease:
    """Keeps the row of this process fresh from begin() to end(), and takes away those of processes that are dead.

    A process of the same machine that has ended is found at the next look, one that gives no sign after LEASE looks.
    ``has_ended`` says of an instance whether it certainly has.
    """

    def __init__(
        self,
        desk: Desk,
        process: str,
        *,
        has_ended: Callable[[str], bool] = instance.has_ended,
        every: float = BEAT_EVERY,
    ) -> None:
        if desk.worker is None:
            raise ValueError("a desk without a worker takes no work")
        self._desk = desk
        self._has_ended = has_ended
        self._every = every
        now = desk.now()
        self._own = Worker(
            id=desk.worker, process=process, instance=instance.own_name(), beats=0, started_at=now, seen_at=now
        )
        self._watch = Watch()
        self._alike = 1
        self._fails = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    @property
    def alike(self) -> int:
        """How many processes of this kind are at work, this one among them, as of the last look."""
        return self._alike

    def begin(self) -> None:
        """Be known before anything is claimed; where the store fails, as soon as it works again."""
        self.turn()
        self._thread.start()

    def end(self) -> None:
        """Give back what was not begun and go. Nothing may be claimed after this."""
        self._stop.set()
        self._thread.join()
        worker = self._own.id
        try:
            with self._desk.store.writing() as session:
                updates = claimed.give_back(session, worker)
                messages = in_hand.give_back(session, worker, self._desk.now())
                workers.leave(session, worker)
        except SQLAlchemyError as error:
            log.warning("what was in hand could not be given back (%s); it is taken for lost", type(error).__name__)
            return
        if updates or messages:
            log.info("given back: %d updates, %d messages", updates, messages)

    def turn(self) -> None:
        """One sign of life, and one look at the others."""
        try:
            self._beat()
            self._look()
        except SQLAlchemyError as error:
            if not self._fails:
                log.warning("no sign of life can be given: the store fails with %s", type(error).__name__)
            self._fails = True
        else:
            self._fails = False

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self.turn()

    def _beat(self) -> None:
        self._own.beats += 1
        self._own.seen_at = self._desk.now()
        with self._desk.store.writing() as session:
            workers.beat(session, self._own)

    def _look(self) -> None:
        with self._desk.store.reading() as session:
            known = workers.at_work(session)
        dead = set(self._watch.look((each.id, each.beats) for each in known))
        dead |= {(each.id, each.beats) for each in known if self._has_ended(each.instance)}
        self._alike = max(
            1, sum(each.process == self._own.process for each in known if (each.id, each.beats) not in dead)
        )
        if dead:
            self._bury(dead)

    def _bury(self, dead: set[tuple[str, int]]) -> None:
        with self._desk.store.writing() as session:
            buried = sum(workers.bury(session, worker, beats) for worker, beats in dead)
        if buried:
            log.warning("processes that were missed: %d; what they had in hand is taken by others", buried)


@contextmanager
def holding(desk: Desk, process: str) -> Iterator[Lease | None]:
    """The lease of this process for as long as the block lasts; None where the desk takes no work."""
    if desk.worker is None:
        yield None
        return
    lease = Lease(desk, process)
    lease.begin()
    try:
        yield lease
    finally:
        lease.end()
