"""Killing, stopping and restarting what runs, at random by a seed, and never what has not been well for a while."""

from __future__ import annotations

import asyncio
import math
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

#: Seconds that a process must have been well before something is done to it.
WELL_FOR = 10.0
#: Seconds between two looks at how the processes are.
LOOK_EVERY = 0.5
#: Seconds for which a stopped process hangs.
HANGS = (2.0, 8.0)


class How(StrEnum):
    KILL = "kill"
    HANG = "hang"
    END = "end"


@dataclass
class Victim:
    """A process that may be done away with; whoever started it starts it again.

    ``every``: seconds at least between two deeds to any of its ``kind``, as replicas of one process are, for what needs
    long to come back. ``hangs``: the process that is stopped, where that is another than ``pid``. ``kill`` and
    ``revive`` are given for a server that nobody else starts again.
    """

    name: str
    pid: Callable[[], int]
    is_well: Callable[[], bool]
    kind: str = ""
    every: float = 0.0
    hangs: Callable[[], int] | None = None
    kill: Callable[[], None] | None = None
    revive: Callable[[], None] | None = None
    well_since: float | None = None
    well_as: int = 0
    done: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Deed:
    """What was done to whom, in seconds since the beginning; not what came too late because the process was gone."""

    at: float
    name: str
    how: str


class Chaos:
    """Does something every few seconds until it is ended; ``deeds`` tells what."""

    def __init__(
        self,
        victims: list[Victim],
        rng: random.Random,
        every: tuple[float, float],
        *,
        at_least: int = 0,
        in_all: int = 0,
        hangs: tuple[float, float] = HANGS,
    ) -> None:
        self.victims = victims
        self._rng = rng
        self._every = every
        self._at_least = at_least
        self._in_all = in_all
        self._hangs = hangs
        self._began = time.monotonic()
        self._busy: set[str] = set()
        self._struck: dict[str, float] = {}
        self._deeds: set[asyncio.Task[None]] = set()
        self.deeds: list[Deed] = []

    @property
    def kills(self) -> dict[str, int]:
        return {victim.name: victim.done[How.KILL] for victim in self.victims}

    @property
    def is_enough(self) -> bool:
        """Whether every process was killed as often as it has to be, and all of them together."""
        kills = self.kills.values()
        return all(each >= self._at_least for each in kills) and sum(kills) >= self._in_all

    async def run(self) -> None:
        """Until cancelled; what was begun is not undone by that: see settle()."""
        looking = asyncio.create_task(self._look())
        try:
            while True:
                await asyncio.sleep(self._rng.uniform(*self._every))
                self.strike()
        finally:
            looking.cancel()

    async def settle(self) -> None:
        """Wait until what hangs goes on and what was killed by hand is back."""
        while self._deeds:
            await asyncio.wait(self._deeds)

    async def all_well(self, seconds: float) -> bool:
        """Wait until everything is well again; whether it came to that in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if all([await asyncio.to_thread(victim.is_well) for victim in self.victims]):
                return True
            await asyncio.sleep(LOOK_EVERY)
        return False

    def strike(self) -> None:
        """Do something to one of those that may be done away with; nothing where there is none."""
        now = time.monotonic()
        ready = [victim for victim in self.victims if self._may_be_struck(victim, now)]
        if not ready:
            return
        # What comes back slowly may seldom be struck, and its turn has come whenever it may.
        ready = [victim for victim in ready if victim.every] or ready
        # Whoever was killed less often than the others comes first.
        fewest = [1 / (1 + victim.done[How.KILL]) for victim in ready]
        victim = self._rng.choices(ready, fewest)[0]
        how = self._rng.choices(list(How), (0.9, 0.05, 0.05))[0]
        if victim.kill is not None:
            how = How.KILL
        self._busy.add(victim.name)
        victim.well_since = None
        self._struck[_kind(victim)] = now
        task = asyncio.create_task(self._do(victim, Deed(round(now - self._began, 1), victim.name, how)))
        self._deeds.add(task)
        task.add_done_callback(self._deeds.discard)

    def _may_be_struck(self, victim: Victim, now: float) -> bool:
        if victim.name in self._busy or victim.well_since is None:
            return False
        struck = self._struck.get(_kind(victim), -math.inf)
        return now - victim.well_since >= WELL_FOR and now - struck >= victim.every

    async def _do(self, victim: Victim, deed: Deed) -> None:
        try:
            if victim.kill is not None and victim.revive is not None:
                await asyncio.to_thread(victim.kill)
                self._done(victim, deed)
                await asyncio.sleep(self._rng.uniform(0.5, 3.0))
                await asyncio.to_thread(victim.revive)
            elif deed.how is How.HANG:
                await self._hang(victim, deed)
            elif _signal(victim.pid(), signal.SIGKILL if deed.how is How.KILL else signal.SIGTERM):
                self._done(victim, deed)
        finally:
            self._busy.discard(victim.name)

    async def _hang(self, victim: Victim, deed: Deed) -> None:
        pid = (victim.hangs or victim.pid)()
        if _signal(pid, signal.SIGSTOP):
            self._done(victim, deed)
            await asyncio.sleep(self._rng.uniform(*self._hangs))
            _signal(pid, signal.SIGCONT)

    def _done(self, victim: Victim, deed: Deed) -> None:
        victim.done[deed.how] += 1
        self.deeds.append(deed)

    async def _look(self) -> None:
        while True:
            await asyncio.gather(*(self._look_at(victim) for victim in self.victims))
            await asyncio.sleep(LOOK_EVERY)

    async def _look_at(self, victim: Victim) -> None:
        pid = victim.pid()
        is_well = await asyncio.to_thread(victim.is_well)
        if not is_well or victim.name in self._busy or victim.pid() != pid:
            victim.well_since = None
        elif victim.well_since is None or victim.well_as != pid:
            # Another process in the place of one that ended between two looks begins anew.
            victim.well_since, victim.well_as = time.monotonic(), pid


def _kind(victim: Victim) -> str:
    return victim.kind or victim.name


def _signal(pid: int, number: signal.Signals) -> bool:
    """To the process and all of its group, which each of the desk's processes leads; whether there was one."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    return True
