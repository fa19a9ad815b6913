"""A file of a stranger is read in a process that has nothing to give away, and can be lost without harm."""

from __future__ import annotations

import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from desk.apart import running
from desk.apart.running import Bounds, Busy, NotFinished

TIGHT = Bounds(cpu_seconds=2, seconds=40, memory_bytes=300 * 1024 * 1024, answer_bytes=1_000_000)


@pytest.fixture(autouse=True)
def _with_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        *("echoes", "looks_around", "hangs", "burns", "grows", "floods", "falls_over", "dies", "prints"),
        *("connects", "resolves", "starts", "shells", "writes"),
    ]
    monkeypatch.setattr(running, "TASKS", {name: ("tests.apart_tasks", name) for name in names})


def run(task: str, data: bytes = b"", bounds: Bounds = TIGHT, **given: Any) -> running.Answer:
    return running.run(task, data, given, bounds)


def test_what_was_told_and_made_comes_back_as_it_was() -> None:
    data = bytes(range(256)) * 40
    answer = run("echoes", data, word="hồ sơ\n{}")
    assert answer.told == {"given": {"word": "hồ sơ\n{}"}}
    assert list(answer.parts) == [data, data[::-1]]


def test_no_variable_and_no_open_file_of_the_desk_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    with socket.socket() as held:
        held.set_inheritable(True)
        told = run("looks_around").told
    assert "TELEGRAM_BOT_TOKEN" not in told["environment"]
    assert set(told["environment"]) <= {"LD_LIBRARY_PATH", "LC_CTYPE"}
    assert held.fileno() not in told["descriptors"]


@pytest.mark.parametrize(
    ("task", "bounds", "why"),
    [
        ("hangs", Bounds(seconds=3), "time"),
        ("burns", Bounds(cpu_seconds=1, seconds=60), "status -9"),
        ("grows", TIGHT, "MemoryError"),
        ("floods", TIGHT, "status 1"),
        ("dies", TIGHT, "status -6"),
        ("falls_over", TIGHT, "ValueError"),
    ],
)
def test_one_that_hangs_burns_grows_or_dies_is_given_up(task: str, bounds: Bounds, why: str) -> None:
    with pytest.raises(NotFinished, match=why):
        run(task, bounds=bounds)


def test_an_error_is_told_by_its_kind_and_place_and_never_by_its_message(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(NotFinished) as error:
        run("falls_over", b"0912345678")
    assert "0912345678" not in caplog.text + str(error.value)
    assert "falls_over" in caplog.text


def test_what_a_library_prints_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("prints", b"0912345678").told == {"printed": True}
    assert capfd.readouterr() == ("", "")


def test_no_connection_is_made_and_no_program_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert run("connects", port=server.getsockname()[1]).told["stopped"] == "PermissionError"
        with pytest.raises(TimeoutError):
            server.accept()
    for task in ("resolves", "starts", "shells"):
        assert run(task).told["stopped"] == "PermissionError", task


def test_nothing_large_is_written(tmp_path: Path) -> None:
    path = tmp_path / "large"
    assert run("writes", path=str(path)).told["stopped"] == "OSError"
    assert path.stat().st_size <= TIGHT.answer_bytes


@pytest.mark.thorough
def test_only_so_many_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0.1)
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(running, "_turns", {"uploads": turns})
    bounds = Bounds(seconds=5)

    def hang() -> None:
        with pytest.raises(NotFinished):
            running.run("hangs", b"", {}, bounds)

    other = threading.Thread(target=hang)
    other.start()
    while turns._value:
        time.sleep(0.01)
    with pytest.raises(Busy):
        run("echoes")
    other.join()
    monkeypatch.setattr(running, "PATIENCE", 10.0)
    assert run("echoes").told == {"given": {}}
