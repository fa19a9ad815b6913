"""The whole desk for end-to-end tests: every real process, on free ports, in a folder of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from bootstrap.settings import PROJECT

T = TypeVar("T")
TOKEN = "123456:TEST"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(what: Callable[[], T | None], *, seconds: float, name: str) -> T:
    """The first true value; fails with the name of what did not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{name} did not come within {seconds} s")


@dataclass
class RunningDesk:
    """A desk that was started with `customs run`."""

    environment: dict[str, str]
    output: Path
    process: subprocess.Popen[bytes]
    console: str
    telegram: str

    def customs(self, *words: str) -> str:
        """What a `customs` command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")


def environment_for(var: Path, telegram: str) -> dict[str, str]:
    """Settings of a desk of its own: its ports, its store; models are those of the project's var/."""
    shared = Path(os.environ.get("VAR_DIR", PROJECT / "var"))
    for part in ("models", "rasa/models", "index"):
        (shared / part).mkdir(parents=True, exist_ok=True)
        (var / part).parent.mkdir(parents=True, exist_ok=True)
        (var / part).symlink_to((shared / part).resolve(), target_is_directory=True)
    ports = {
        name: str(free_port())
        for name in ("CONSOLE_PORT", "RASA_PORT", "ACTIONS_PORT", "KNOWLEDGE_PORT", "WEBHOOK_PORT")
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "DATABASE_URL", "EMBEDDING_MODEL"))}
    return {
        **kept,
        **ports,
        "VAR_DIR": str(var),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram,
        "NO_PROXY": "127.0.0.1",
        "COLUMNS": "200",
    }


@contextmanager
def emulator(folder: Path) -> Iterator[str]:
    """The third-party Bot API emulator as a process of its own; yields its address."""
    port = free_port()
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.telegram_emulator", str(port)],
            cwd=PROJECT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: _answers(f"{address}/__fixture/outbox"), seconds=20, name="the emulator")
            yield address
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def running_desk(folder: Path) -> Iterator[RunningDesk]:
    """`customs run` until everything is healthy; ended by SIGTERM, which must end all cleanly."""
    with emulator(folder) as telegram:
        environment = environment_for(folder / "var", telegram)
        output = folder / "run.log"
        with output.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "run"], env=environment, cwd=PROJECT, stdout=log, stderr=log
            )
        console = f"http://127.0.0.1:{environment['CONSOLE_PORT']}"
        desk = RunningDesk(environment, output, process, console, telegram)
        try:
            wait_for(
                lambda: "Everything runs" in desk.printed() or process.poll() is not None,
                seconds=180,
                name="the running desk",
            )
            assert process.poll() is None, desk.printed()
            yield desk
        finally:
            process.terminate()
            process.wait(40)
            shutil.rmtree(folder / "var" / "run", ignore_errors=True)


def new_person() -> int:
    """A Telegram user id that no test has used."""
    return 10_000_000 + secrets.randbelow(900_000_000)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
