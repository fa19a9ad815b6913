"""Two replicas of some processes behind the real proxy, on a PostgreSQL of their own; and a steady stream to them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from bootstrap.settings import PROJECT, Settings, read_settings
from cli import machine, running
from cli.supervisor import Supervisor
from evaluation.faults.ports import free_ports
from evaluation.faults.servers import PostgreSQL

#: Read once: each request has a client of its own, as each browser has, and must not read them again.
_CERTIFICATES = httpx.create_ssl_context()


@dataclass
class Machine:
    """Replicas that run, and what is said of them."""

    settings: Settings
    supervisor: Supervisor
    said: list[str]

    def pids(self, kind: str) -> list[int]:
        return [pid for name, pid in sorted(self.supervisor.pids().items()) if name.partition("-")[0] == kind]

    def customs(self, *words: str) -> str:
        """What a `customs` command prints; fails where it does."""
        command = [sys.executable, "-m", "cli.main", *words]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def replicas_of(
    *kinds: str, folder: Path, postgresql: PostgreSQL, patch: pytest.MonkeyPatch, **more: str
) -> Iterator[Machine]:
    """Two replicas of each of these kinds of process, and the proxy; the store is prepared."""
    var = folder / "var"
    shared = Path(os.environ.get("VAR_DIR") or PROJECT / "var").resolve()
    for part in ("models", "rasa/models", "index"):
        (var / part).parent.mkdir(parents=True, exist_ok=True)
        (var / part).symlink_to(shared / part, target_is_directory=True)
    for name, value in {
        **free_ports(),
        "VAR_DIR": str(var),
        "DATABASE_URL": postgresql.url,
        "RASA_TRACKER_URL": postgresql.rasa_url,
        "RASA_LOCKS_URL": "redis://127.0.0.1:1/0",
        "REPLICAS": "2",
        "COLUMNS": "300",
        "PYTHONPATH": str(PROJECT),  # the processes run in another folder, and shall be those of this one
        **more,
    }.items():
        patch.setenv(name, value)
    settings = read_settings()
    machine.refuse_unsafe(settings)
    prepared = subprocess.run(
        [sys.executable, "-m", "cli.main", "prepare"], cwd=PROJECT, capture_output=True, text=True
    )
    assert prepared.returncode == 0, prepared.stdout + prepared.stderr
    said: list[str] = []
    chosen = tuple(each for each in machine.processes(settings) if each.kind in (*kinds, "proxy"))
    supervisor = Supervisor(settings, said.append, chosen)
    with running.noted(settings):
        supervisor.start()
        watching = threading.Thread(target=supervisor.watch)
        try:
            assert supervisor.wait_until_healthy() == []
            watching.start()
            yield Machine(settings, supervisor, said)
        finally:
            supervisor.request_stop()
            if watching.ident is not None:
                watching.join()
            supervisor.stop()


@dataclass
class Stream:
    """Requests that are sent one after the other from several threads: how many of what, and what failed."""

    sent: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    longest: float = 0.0


@contextmanager
def stream_of(requests: dict[str, Callable[[httpx.Client], httpx.Response]], *, every: float) -> Iterator[Stream]:
    """While this block runs each kind of request is sent again and again, at most one ``every`` so many seconds."""
    stream, stop = Stream(), threading.Event()

    def send(name: str, request: Callable[[httpx.Client], httpx.Response]) -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                with httpx.Client(timeout=30, trust_env=False, verify=_CERTIFICATES) as client:
                    answer = request(client)
                if answer.status_code != 200:
                    stream.failed.append(f"{name}: {answer.status_code} {answer.text[:200]}")
            except httpx.HTTPError as error:
                stream.failed.append(f"{name}: {error!r}")
            stream.sent[name] += 1
            took = time.monotonic() - began
            stream.longest = max(stream.longest, took)
            stop.wait(max(0.0, every - took))

    threads = [threading.Thread(target=send, args=each) for each in requests.items()]
    for thread in threads:
        thread.start()
    try:
        yield stream
    finally:
        stop.set()
        for thread in threads:
            thread.join()
