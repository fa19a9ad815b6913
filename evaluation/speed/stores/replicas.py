"""How many messages a second one to four replicas of the bot's hands bring from the store to their chats."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import IO, NamedTuple

from bootstrap.settings import PROJECT
from bot.inbox import keep, received
from evaluation.speed.stores.scene import Scene, update_from

#: Seconds within which the next message must go out, or a replica be ready.
PATIENCE = 60.0


class ReplicasFailed(Exception):
    """Not all messages went out; the message says how many did."""


class Rate(NamedTuple):
    """Messages a second from the moment when all replicas begin to the last message, and how many are no answers."""

    a_second: float
    not_answered: int


def rate(scene: Scene, url: str, addresses: Sequence[int], replicas: int) -> Rate:
    """The messages, one from each chat, wait in the store before; raises ReplicasFailed."""
    for address in addresses:
        scene.clock.advance(seconds=5)  # no flood
        now = scene.desk.now()
        if not keep(scene.desk, [received(update_from(address, now.timestamp()), now)]).is_work:
            raise ReplicasFailed("a message was not let in")
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    running = [_started(url, f"replica-{number}", lines) for number in range(replicas)]
    try:
        _wait_for(lines, replicas, "replicas are ready")
        began = time.time()
        for process in running:
            _pipe(process).write("go\n")
            _pipe(process).flush()
        told = [line.split() for line in _wait_for(lines, len(addresses), "messages went out")]
    finally:
        for process in running:
            _end(process)
    scene.clock.advance(minutes=120)  # what comes next comes after what the replicas have done
    last = max(float(moment) for moment, _ in told)
    return Rate(round(len(addresses) / (last - began), 2), sum(is_answer == "0" for _, is_answer in told))


def _started(url: str, name: str, lines: queue.SimpleQueue[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "evaluation.speed.stores.working", url, name],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True).start()
    return process


def _pump(pipe: IO[str], lines: queue.SimpleQueue[str]) -> None:
    for line in pipe:
        lines.put(line.strip())


def _wait_for(lines: queue.SimpleQueue[str], count: int, what: str) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        try:
            found.append(lines.get(timeout=PATIENCE))
        except queue.Empty:
            raise ReplicasFailed(f"{len(found)} of {count} {what} within {PATIENCE:g} seconds") from None
    return found


def _pipe(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdin is not None
    return process.stdin


def _end(process: subprocess.Popen[str]) -> None:
    """It finishes what it has in hand."""
    try:
        _pipe(process).close()
        process.wait(PATIENCE)
    except (subprocess.TimeoutExpired, BrokenPipeError):
        process.kill()
        process.wait()
