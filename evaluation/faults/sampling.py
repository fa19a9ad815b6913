"""Looking at a running desk every few seconds: how much memory its processes have, and what waits in its store."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
from sqlalchemy import func, select

from desk.conversations.model import InboxUpdate
from desk.deliveries.model import Delivery
from desk.store import Store
from evaluation.faults.profiles import Running
from evaluation.faults.reconcile import UNSETTLED

MIB = 1024 * 1024


@dataclass
class Samples:
    """By name: (seconds since the beginning, value). Memory is in MiB and of a process with all that it started."""

    memory: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    queues: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))


async def sample(running: Running, store: Store, samples: Samples, every: float) -> None:
    """Sample until cancelled."""
    began = time.monotonic()
    while True:
        at = time.monotonic() - began
        for victim in running.victims:
            with suppress(psutil.NoSuchProcess):
                samples.memory[victim.name].append((at, memory_of(victim.pid()) / MIB))
        for name, count in (await asyncio.to_thread(waiting, store)).items():
            samples.queues[name].append((at, float(count)))
        await asyncio.sleep(every)


def memory_of(pid: int) -> int:
    """Resident bytes of a process and all below it."""
    mother = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [mother, *mother.children(recursive=True)])


def finished(store: Store) -> int:
    """How many updates were finished so far."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(InboxUpdate).where(InboxUpdate.state == "done")) or 0


def waiting(store: Store) -> dict[str, int]:
    """How many updates are not finished, and how many messages to Telegram not carried."""
    with store.reading() as session:
        updates = session.scalar(
            select(func.count()).select_from(InboxUpdate).where(InboxUpdate.state.in_(("stored", "processing")))
        )
        deliveries = session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(Delivery.channel == "telegram", Delivery.state.in_(UNSETTLED))
        )
    return {"updates": updates or 0, "deliveries": deliveries or 0}
