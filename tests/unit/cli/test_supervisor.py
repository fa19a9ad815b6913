"""The supervisor restarts what dies, reports it, gives up loudly, and ends everything together."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bootstrap.settings import Settings
from cli import supervisor as supervising
from cli.processes import Process, environment
from cli.supervisor import Supervisor

LIVES = "import time; time.sleep(60)"
DIES = "raise SystemExit(3)"
IGNORES_THE_REQUEST = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "BACK_OFF", (0.01,))
    monkeypatch.setattr(supervising, "PATIENCE", 0.5)


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[str], tuple[Supervisor, list[str]]]]:
    started = []

    def _start(code: str) -> tuple[Supervisor, list[str]]:
        said: list[str] = []
        one = Process("worker", lambda _: [sys.executable, "-c", code], environment)
        supervisor = Supervisor(settings, said.append, (one,))
        supervisor.start()
        started.append(supervisor)
        return supervisor, said

    yield _start
    for supervisor in started:
        supervisor.stop()


def _look_until(supervisor: Supervisor, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done() and time.monotonic() < deadline:
        supervisor.look_after()
        time.sleep(0.01)
    assert done()


def test_a_process_that_dies_is_reported_and_started_again(
    start: Callable[[str], tuple[Supervisor, list[str]]],
) -> None:
    supervisor, said = start(LIVES)
    first = supervisor.pids()["worker"]

    os.kill(first, 9)
    _look_until(supervisor, lambda: supervisor.pids().get("worker", first) != first)

    assert "worker died (exit code -9) and is started again" in said[0]


def test_after_five_deaths_within_a_minute_it_gives_up_and_says_so(
    start: Callable[[str], tuple[Supervisor, list[str]]],
) -> None:
    supervisor, said = start(DIES)

    _look_until(supervisor, lambda: bool(said) and "NOT started again" in said[-1])

    assert len(said) == 5
    supervisor.look_after()
    assert supervisor.pids() == {}


def test_stopping_ends_also_a_process_that_does_not_listen(
    start: Callable[[str], tuple[Supervisor, list[str]]], settings: Settings
) -> None:
    supervisor, _ = start(IGNORES_THE_REQUEST)
    pid = supervisor.pids()["worker"]
    log = settings.run_dir / "worker.log"
    deadline = time.monotonic() + 20
    while b"deaf" not in log.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.01)

    supervisor.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
