"""Starting the desk as an operator would, for a run with faults: on one small machine, or with replicas."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bootstrap.settings import PROJECT, Settings
from cli import machine
from cli.processes import is_healthy
from cli.replicas import settings_of
from evaluation.faults.chaos import Victim
from evaluation.faults.ports import free_ports
from evaluation.faults.servers import PostgreSQL, Valkey
from tests.e2e.running_desk import environment_for

#: Seconds for the start of everything.
START = 400.0
#: Seconds at least between two deeds to a process that needs long to come back, be it this replica of it or that: most
#: messages are to go through Rasa. Without PostgreSQL no Rasa serves, and all begin anew: a minute on busy cores.
SELDOM = {"rasa": 70.0, "actions": 90.0, "knowledge": 90.0, "postgresql": 200.0, "valkey": 180.0}
REPLICAS = 2


class DidNotStart(Exception):
    """The desk did not become well; the message says what it printed."""


@dataclass
class Running:
    """A desk under `customs run`, and what may be done away with in it."""

    environment: dict[str, str]
    folder: Path
    victims: list[Victim] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        return self.environment.get("DATABASE_URL") or f"sqlite:///{self.environment['VAR_DIR']}/desk.sqlite"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.environment['CONSOLE_PORT']}"

    def pid(self, process: str) -> int:
        return int((Path(self.environment["VAR_DIR"]) / "run" / f"{process}.pid").read_text())

    def customs(self, *words: str) -> str:
        """What a `customs` command prints; raises CalledProcessError."""
        command = [sys.executable, "-m", "cli.main", *words]
        done = subprocess.run(
            command, env=self.environment, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True
        )
        return done.stdout


@contextmanager
def embedded(folder: Path, telegram: str) -> Iterator[Running]:
    """Everything once, on SQLite, with a bot that polls."""
    with _desk(environment_for(folder / "var", telegram), folder) as running:
        running.victims += _processes(running)
        yield running


@contextmanager
def production(folder: Path, telegram: str) -> Iterator[Running]:
    """Two of each process behind the proxy, bots behind a webhook, on PostgreSQL and Valkey that die as well."""
    with PostgreSQL(folder / "postgresql") as postgresql, Valkey(folder / "valkey") as valkey:
        ports = free_ports(REPLICAS)
        environment = {
            **environment_for(folder / "var", telegram),
            **ports,
            "REPLICAS": str(REPLICAS),
            "DATABASE_URL": postgresql.url,
            "RASA_TRACKER_URL": postgresql.rasa_url,
            "RASA_LOCKS_URL": valkey.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{ports['CONSOLE_PORT']}/telegram",
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-run",
        }
        with _desk(environment, folder) as running:
            running.victims += _processes(running)
            running.victims += [_server(server) for server in (postgresql, valkey)]
            yield running


def _processes(running: Running) -> list[Victim]:
    settings = _settings_of(running.environment)
    return [
        Victim(
            process.name,
            pid=partial(running.pid, process.name),
            is_well=partial(is_healthy, process, settings),
            kind=process.kind,
            every=SELDOM.get(process.kind, 0.0),
            hangs=partial(_server_of_rasa, running, process.name, settings) if process.kind == "rasa" else None,
        )
        for process in machine.processes(settings)
    ]


def _server_of_rasa(running: Running, name: str, settings: Settings) -> int:
    """Rasa itself: its guard, stopped, would leave it answering."""
    kind, _, number = name.partition("-")
    own = settings_of(settings, kind, int(number)) if number else settings
    return running.pid(f"rasa-{own.rasa_port}.server")


def _server(server: PostgreSQL | Valkey) -> Victim:
    return Victim(
        server.name,
        pid=lambda: server.pid,
        is_well=server.answers,
        every=SELDOM[server.name],
        kill=server.kill,
        revive=server.start,
    )


@asynccontextmanager
async def started(profile: AbstractContextManager[Running]) -> AsyncIterator[Running]:
    """The desk, started in a thread: that takes long, and Telegram must answer meanwhile in its event loop."""
    running = await asyncio.to_thread(profile.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(profile.__exit__, None, None, None)


@contextmanager
def _desk(environment: dict[str, str], folder: Path) -> Iterator[Running]:
    """`customs run` until everything is well; at the end it is asked to end, and nothing of it may be left."""
    output = folder / "run.log"
    with ExitStack() as stack:
        log = stack.enter_context(output.open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "run"], env=environment, cwd=PROJECT, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + START
            while "Ctrl-C" not in (printed := output.read_text(errors="replace")):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise DidNotStart(printed[-2000:])
                time.sleep(0.2)
            if "Everything runs" not in printed:
                raise DidNotStart(printed[-2000:])
            yield Running(environment, folder)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _settings_of(environment: dict[str, str]) -> Settings:
    """The settings that the desk of this environment has."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        return Settings()
    finally:
        os.environ.clear()
        os.environ.update(before)
