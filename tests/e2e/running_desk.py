"""The whole desk for end-to-end tests: every real process, on free ports, with a store of its own."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bootstrap.settings import PROJECT
from tests.e2e.telegram_emulator import TOKEN, Sent, Telegram, free_port, running_emulator

T = TypeVar("T")
#: Seconds for the start of everything, the first training and indexing among it.
START = 400.0


def wait_for(what: Callable[[], T | None], seconds: float, name: str) -> T:
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
    telegram: Telegram

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.environment['CONSOLE_PORT']}"

    def customs(self, *words: str) -> str:
        """What a `customs` command prints; fails when the command does."""
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

    def pid(self, process: str) -> int:
        """The process id of one of the desk's processes."""
        return int((Path(self.environment["VAR_DIR"]) / "run" / f"{process}.pid").read_text())

    def rasa_server_pid(self) -> int:
        """The process id of Rasa itself, which runs under the process ``rasa`` as its guard."""
        run = Path(self.environment["VAR_DIR"]) / "run"
        return int((run / f"rasa-{self.environment['RASA_PORT']}.server.pid").read_text())

    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def logs(self) -> str:
        """The last lines of every process, for a failing test."""
        folder = Path(self.environment["VAR_DIR"]) / "run"
        tails = [f"== {log.name}\n" + "\n".join(log.read_text().splitlines()[-15:]) for log in folder.glob("*.log")]
        return "\n".join([self.printed(), *tails])


def environment_for(var: Path, telegram: str) -> dict[str, str]:
    """Settings of a desk with its own ports and store; models and vectors are those of the project's var/."""
    shared = Path(os.environ.get("VAR_DIR") or PROJECT / "var").resolve()
    for part in ("models", "rasa/models", "index"):
        (shared / part).mkdir(parents=True, exist_ok=True)
        (var / part).parent.mkdir(parents=True, exist_ok=True)
        (var / part).symlink_to(shared / part, target_is_directory=True)
    ports: tuple[str, ...] = ("CONSOLE_PORT", "RASA_PORT", "ACTIONS_PORT", "KNOWLEDGE_PORT", "WEBHOOK_PORT")
    ports += tuple(f"{name}_WATCH_PORT" for name in ("RASA", "ACTIONS", "KNOWLEDGE", "CONSOLE", "BOT", "CLOCK"))
    foreign = ("TELEGRAM_", "DATABASE_URL", "WEB_ADDRESS", "RASA_URL", "ACTIONS_URL", "KNOWLEDGE_URL")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        **{port: str(free_port()) for port in ports},
        "VAR_DIR": str(var),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram,
        "COLUMNS": "300",
    }


@contextmanager
def running_desk(folder: Path) -> Iterator[RunningDesk]:
    """`customs run` until everything is healthy; ended by SIGTERM, after which no process may be left."""
    with running_emulator() as telegram:
        environment = {**environment_for(folder / "var", telegram.url), "RASA_TOKEN": "token-of-tests-for-rasa"}
        output = folder / "run.log"
        with output.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "run"], env=environment, cwd=PROJECT, stdout=log, stderr=log
            )
        desk = RunningDesk(environment, output, process, telegram)
        try:
            wait_for(lambda: "Ctrl-C" in desk.printed() or process.poll() is not None, START, "the desk")
            assert "Everything runs" in desk.printed(), desk.logs()
            yield desk
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(40)


def says(running: RunningDesk, chat: int, *, after: int, like: Callable[[Sent], bool], seconds: float = 20) -> Sent:
    """The first message to the chat after the ``after`` first ones that looks like this."""

    def look() -> Sent | None:
        return next((sent for sent in running.telegram.sent(chat)[after:] if like(sent)), None)

    try:
        return wait_for(look, seconds, "the message")
    except AssertionError:
        texts = [sent.text[:200] for sent in running.telegram.sent(chat)]
        raise AssertionError(f"not among {texts}\n{running.logs()}") from None


def ask(running: RunningDesk, chat: int, text: str) -> Sent:
    """Write a text and wait for the reply that has buttons."""
    after = len(running.telegram.sent(chat))
    running.telegram.send(text, chat)
    return says(running, chat, after=after, like=lambda sent: bool(sent.buttons))


def press(running: RunningDesk, chat: int, title: str, like: str) -> Sent:
    after = len(running.telegram.sent(chat))
    running.telegram.press(title, chat)
    return says(running, chat, after=after, like=lambda sent: re.search(like, sent.text) is not None)


_persons = itertools.count(70_001)


def new_person() -> int:
    """A Telegram chat that no other test has used."""
    return next(_persons)
