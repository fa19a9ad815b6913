"""The guard of one Rasa server: starts it once its stores are there, and ends it when it keeps nothing any more.

When its tracker database fails, Rasa goes on with an empty memory and says so only in its log. A server that does so
must not serve: its conversations are no longer those of the others, nor those of after a restart.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from dialogue.guarding.child import Child
from dialogue.guarding.lock_store import LockStore
from dialogue.guarding.log_lines import Told, fit_to_pass_on, told
from dialogue.guarding.probe import Found, Probe
from dialogue.guarding.tracker_database import TrackerDatabase

log = logging.getLogger(__name__)

#: Seconds between two looks at a server, and between two while it starts or its stores are away.
LOOK_EVERY = 3.0
LOOK_AT_START_EVERY = 0.5
#: Seconds that a server has to be ready after its start.
START_WITHIN = 180.0
#: A server that was not seen to be well so often in a row is ended.
LOOKS_FAILED = 3
#: Seconds within which a guard that works shows it.
ALIVE_WITHIN = 15.0


@dataclass(frozen=True)
class Stores:
    """Where the server keeps what it is told, and its locks."""

    trackers: TrackerDatabase
    locks: LockStore

    def trouble(self) -> str | None:
        """What is away, and why; None where nothing is."""
        if (why := self.trackers.trouble()) is not None:
            return f"the tracker database: {why}"
        if (why := self.locks.trouble()) is not None:
            return f"the lock store: {why}"
        return None


class Guard:
    """``start`` starts the server, with what shall hear its lines; ``passed_on`` gets each line fit to be read.

    ``beat`` is called again and again while the guard itself works.
    """

    def __init__(
        self,
        start: Callable[[Callable[[str], None]], Child],
        stores: Stores,
        probe: Probe,
        passed_on: Callable[[str], None],
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._start = start
        self._stores = stores
        self._probe = probe
        self._passed_on = passed_on
        self._beat = beat
        self._child: Child | None = None
        self._forked = ""
        self._ready = False
        self._last_tick = time.monotonic()
        self._stopping = False
        self._wake = threading.Event()

    def is_alive(self) -> bool:
        """Whether the guard itself works, be it that it waits for the stores."""
        return time.monotonic() - self._last_tick < ALIVE_WITHIN

    def is_ready(self) -> bool:
        """Whether the server takes messages, and keeps them."""
        return self._ready and self.is_alive()

    def request_stop(self) -> None:
        """Let run() end the server and return; may be called from a signal's handler."""
        self._stopping = True
        self._ready = False
        self._wake.set()

    def run(self) -> int:
        """Guard one server from its start to its end; the exit code of this process. To be called once."""
        if not self._wait_for_stores():
            return 0
        self._child = self._start(self._hear)
        log.info("Rasa is started, process %d", self._child.pid)
        try:
            why = self._watch(self._child)
        finally:
            self._ready = False
            self._child.end()
        if why is None:
            return 0
        log.error("this Rasa server is ended: %s", why)
        return 1

    def _wait_for_stores(self) -> bool:
        """Whether all are there; False when told to stop."""
        said = None
        while not self._stopping:
            self._tick()
            trouble = self._stores.trouble()
            if trouble is None:
                return True
            if trouble != said:
                log.warning("alive but not ready: Rasa is not started before this is mended: %s", trouble)
                said = trouble
            self._wake.wait(LOOK_AT_START_EVERY)
        return False

    def _watch(self, child: Child) -> str | None:
        """Look after the server until it is told to stop (None), or must not go on (why)."""
        until, failed, was_well = time.monotonic() + START_WITHIN, 0, False
        while True:
            self._wake.wait(LOOK_EVERY if was_well else LOOK_AT_START_EVERY)
            if (over := self._over(child)) is not None or self._stopping:
                return over
            look = self._probe.look()
            self._tick()
            if (over := self._over(child)) is not None or self._stopping:
                return over
            if look.found == Found.FORKED:
                child.kill()
                return look.why
            if look.found == Found.WELL:
                if not self._ready:
                    log.info("ready: Rasa keeps what it is told")
                self._ready, was_well, failed = True, True, 0
                continue
            # Without locks messages fail whole and nothing forks: the server may stay until the lock store is back.
            failed += was_well and look.found == Found.FAILED
            self._not_ready(look.why)
            if failed >= LOOKS_FAILED or (time.monotonic() > until and not was_well):
                child.kill()
                return f"it was not seen to be well: {look.why}"

    def _over(self, child: Child) -> str | None:
        """Why the server is over, if it is."""
        if self._forked:
            return self._forked
        code = child.ended()
        return None if code is None or self._stopping else f"it ended by itself with exit code {code}"

    def _not_ready(self, why: str) -> None:
        if self._ready:
            log.warning("not ready: %s", why)
        self._ready = False

    def _hear(self, line: str) -> None:
        """Pass a line on. A server that forks is ended here and now, before it answers from an empty memory."""
        match told(line):
            case Told.FORKED:
                self._ready = False
                self._forked = "it could not use its tracker database, and went on in memory"
                if self._child is not None:
                    self._child.kill()
                self._wake.set()
            case Told.UNLOCKED:
                self._not_ready("the lock store failed")
        self._passed_on(fit_to_pass_on(line))

    def _tick(self) -> None:
        self._last_tick = time.monotonic()
        self._beat()
