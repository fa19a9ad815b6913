"""The supervisor restarts what dies, reports it, says when something is wrong, and ends everything together."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bootstrap.settings import Settings
from bootstrap.watch import Watch
from bootstrap.watch.serving import server_of, serving
from cli import supervisor as supervising
from cli.processes import Process, environment
from cli.rolling import Requests
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
    monkeypatch.setattr(supervising, "BACK_OFF", (0.01, 0.01))
    monkeypatch.setattr(supervising, "PATIENCE", 0.5)


@pytest.fixture
def watch() -> Watch:
    """What the process under supervision shows of itself."""
    return Watch("worker")


@pytest.fixture
def health(watch: Watch) -> Iterator[str]:
    server = server_of(watch, "127.0.0.1", 0)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}/health"


@pytest.fixture
def start(settings: Settings, health: str) -> Iterator[Callable[[str], tuple[Supervisor, list[str]]]]:
    started = []

    def _start(code: str) -> tuple[Supervisor, list[str]]:
        said: list[str] = []
        one = Process("worker", lambda _: [sys.executable, "-c", code], environment, lambda _: health)
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


def test_one_kind_can_be_started_before_the_others(settings: Settings, health: str) -> None:
    waiting = lambda _: [sys.executable, "-c", "import time; time.sleep(60)"]  # noqa: E731
    both = [Process(name, waiting, environment, lambda _: health) for name in ("rasa-2", "bot")]
    supervisor = Supervisor(settings, [].append, tuple(both))
    try:
        supervisor.start("rasa")
        first = supervisor.pids()
        supervisor.start()
        assert (set(first), set(supervisor.pids())) == ({"rasa-2"}, {"rasa-2", "bot"})
        assert supervisor.pids()["rasa-2"] == first["rasa-2"]
    finally:
        supervisor.stop()


def test_a_process_that_dies_is_reported_and_started_again(
    start: Callable[[str], tuple[Supervisor, list[str]]],
) -> None:
    supervisor, said = start(LIVES)
    first = supervisor.pids()["worker"]

    os.kill(first, 9)
    _look_until(supervisor, lambda: supervisor.pids().get("worker", first) != first)

    assert "worker died (exit code -9) and is started again" in said[0]


def test_a_process_that_never_becomes_well_is_called_so_and_tried_only_once_in_a_while(
    start: Callable[[str], tuple[Supervisor, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "BACK_OFF", (0.01, 0.01, 60.0))
    supervisor, said = start(DIES)

    _look_until(supervisor, lambda: len(said) == 3)

    assert said[-1].startswith("worker died 3 times before it was ready (exit code 3): SOMETHING IS WRONG")
    assert "tried again in 60 s" in said[-1]
    supervisor.look_after()
    assert supervisor.pids() == {}


def test_a_process_that_was_well_is_started_again_soon_however_often_it_dies(
    start: Callable[[str], tuple[Supervisor, list[str]]], watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "BACK_OFF", (0.01, 60.0))
    supervisor, said = start(LIVES)

    for died in range(1, 5):
        pid = supervisor.pids()["worker"]
        watch.beat()
        supervisor.look_after()
        os.kill(pid, 9)
        _look_until(supervisor, lambda pid=pid: supervisor.pids().get("worker", pid) != pid)
        assert len(said) == died

    assert all("is started again in 0.01 s" in sentence for sentence in said)


def test_a_process_that_is_asked_to_restart_comes_back_at_once_and_is_not_called_dead(
    start: Callable[[str], tuple[Supervisor, list[str]]], settings: Settings, watch: Watch
) -> None:
    supervisor, said = start(LIVES)
    first = supervisor.pids()["worker"]
    watch.beat()
    supervisor.look_after()
    asked = Requests(settings)
    id_ = asked.ask("worker")
    assert id_ is not None

    def is_told() -> bool:
        supervisor.go_on_restarting()
        if supervisor.pids().get("worker", first) != first:
            watch.beat()
        return any(told.ended for told in asked.heard(id_))

    _look_until(supervisor, is_told)

    assert supervisor.pids()["worker"] != first
    assert said == ["worker is restarted and well"]


def test_a_restart_of_what_is_not_there_is_refused_by_name(
    start: Callable[[str], tuple[Supervisor, list[str]]], settings: Settings
) -> None:
    supervisor, _ = start(LIVES)
    asked = Requests(settings)
    id_ = asked.ask("walker")
    assert id_ is not None

    supervisor.go_on_restarting()

    assert asked.heard(id_) == [("There is no process 'walker' here; there are worker.", False)]


def test_what_ignores_the_request_to_restart_is_ended_after_its_patience(
    start: Callable[[str], tuple[Supervisor, list[str]]], settings: Settings
) -> None:
    supervisor, _ = start(IGNORES_THE_REQUEST)
    first = supervisor.pids()["worker"]
    log = settings.run_dir / "worker.log"
    _look_until(supervisor, lambda: b"deaf" in log.read_bytes())
    Requests(settings).ask("worker")

    def is_new() -> bool:
        supervisor.go_on_restarting()
        return supervisor.pids().get("worker", first) != first

    _look_until(supervisor, is_new)


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
