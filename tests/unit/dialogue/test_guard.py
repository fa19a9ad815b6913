"""The guard of a Rasa server: when it starts one, when it calls it ready, and when it ends it."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import psutil
import pytest

from dialogue.guarding import guard as guarding
from dialogue.guarding.child import Child
from dialogue.guarding.guard import Guard, Stores
from dialogue.guarding.lock_store import LockStore
from dialogue.guarding.log_lines import Told, fit_to_pass_on, told
from dialogue.guarding.probe import Found, Look, Probe, within
from dialogue.guarding.tracker_database import TrackerDatabase

SAVING_FAILED = (
    "2026-11-23 ERROR rasa.core.tracker_store - Error happened when trying to save conversation tracker to "
    "'SQLTrackerStore'. Falling back to use the 'InMemoryTrackerStore'. Please investigate the following error: ..."
)
NO_LOCK = "rasa.core.lock_store.LockError: Error while acquiring lock. Error:"
UNLOCKED = Look(Found.UNLOCKED, "the lock store: Connection refused")
WELL, FORKED, FAILED = Look(Found.WELL), Look(Found.FORKED, "it is not kept"), Look(Found.FAILED, "it did not answer")


@dataclass
class Server:
    """A server in place of a child process."""

    pid: int = 1
    code: int | None = None
    killed: bool = False
    ended_in_peace: bool = False
    heard: Callable[[str], None] = print

    def start(self, heard: Callable[[str], None]) -> Child:
        self.heard = heard
        return cast(Child, self)

    def ended(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.killed, self.code = True, -9

    def end(self) -> None:
        self.ended_in_peace = not self.killed


@dataclass
class Looks:
    """A probe that finds one thing after another, and lets things happen at a look; at the end it stops the guard."""

    found: list[Look]
    happens: dict[int, Callable[[], object]] = field(default_factory=dict)
    stop: Callable[[], object] = print
    ready: list[bool] = field(default_factory=list)
    is_ready: Callable[[], bool] = bool
    count: int = 0

    def look(self) -> Look:
        self.ready.append(self.is_ready())
        self.count += 1
        self.happens.get(self.count, lambda: None)()
        if self.count > len(self.found):
            self.stop()
            return WELL
        return self.found[self.count - 1]


@dataclass
class Away:
    """A store that is away for some looks."""

    looks: int = 0
    seen: int = 0

    def trouble(self) -> str | None:
        self.seen += 1
        return "connection refused" if self.seen <= self.looks else None


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "LOOK_EVERY", 0)
    monkeypatch.setattr(guarding, "LOOK_AT_START_EVERY", 0)


def guard_over(server: Server, looks: Looks, trackers: Away | None = None, locks: Away | None = None) -> Guard:
    stores = Stores(cast(TrackerDatabase, trackers or Away()), cast(LockStore, locks or Away()))
    guard = Guard(server.start, stores, cast(Probe, looks), lambda _: None)
    looks.stop, looks.is_ready = guard.request_stop, guard.is_ready
    return guard


def test_a_server_that_keeps_what_it_is_told_is_ready_until_it_is_told_to_stop() -> None:
    server, looks = Server(), Looks([FAILED, FAILED, FAILED, FAILED, WELL, WELL])
    guard = guard_over(server, looks)
    assert guard.run() == 0
    assert looks.ready == [False] * 5 + [True, True]
    assert server.ended_in_peace
    assert guard.is_alive()
    assert not guard.is_ready()


def test_an_event_that_is_not_in_the_database_ends_the_server(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    assert guard_over(server, Looks([WELL, FORKED, WELL])).run() == 1
    assert server.killed
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "this Rasa server is ended: it is not kept"
    ]


def test_the_line_of_the_fall_back_ends_the_server_at_once() -> None:
    server, looks = Server(), Looks([WELL, WELL, WELL])
    looks.happens[2] = lambda: server.heard(SAVING_FAILED)
    assert guard_over(server, looks).run() == 1
    assert server.killed
    assert looks.count == 2


def test_a_server_that_is_not_seen_to_be_well_is_ended_after_some_looks() -> None:
    server, looks = Server(), Looks([WELL, FAILED, FAILED, WELL, FAILED, FAILED, FAILED])
    assert guard_over(server, looks).run() == 1
    assert looks.ready == [False, True, False, False, True, False, False]
    assert server.killed


def test_a_server_that_does_not_become_ready_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "START_WITHIN", 0.0)
    server = Server()
    assert guard_over(server, Looks([FAILED] * 3)).run() == 1
    assert server.killed


def test_a_server_that_ends_by_itself_ends_the_guard() -> None:
    server, looks = Server(), Looks([WELL, WELL, WELL])
    looks.happens[2] = lambda: setattr(server, "code", 3)
    assert guard_over(server, looks).run() == 1


def test_without_locks_a_server_is_not_ready_and_stays() -> None:
    server, looks = Server(), Looks([WELL, *[UNLOCKED] * 9, WELL])
    looks.happens[2] = lambda: server.heard(NO_LOCK)
    assert guard_over(server, looks).run() == 0
    assert looks.ready == [False, True, *[False] * 9, True]
    assert not server.killed


@pytest.mark.parametrize("which", ["trackers", "locks"])
def test_nothing_is_started_before_the_stores_are_there(which: str, caplog: pytest.LogCaptureFixture) -> None:
    server, away = Server(), Away(3)
    assert guard_over(server, Looks([WELL]), **{which: away}).run() == 0
    assert away.seen == 4
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "alive but not ready" in warnings[0]


def test_a_guard_that_waits_can_be_stopped() -> None:
    guard = guard_over(Server(), Looks([]), Away(10**9))
    threading.Timer(0.05, guard.request_stop).start()
    assert guard.run() == 0
    assert guard.is_alive()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (SAVING_FAILED, Told.FORKED),
        (SAVING_FAILED.replace("save conversation tracker to", "retrieve conversation tracker from"), Told.FORKED),
        (NO_LOCK, Told.UNLOCKED),
        ("redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:7. Connection refused.", Told.UNLOCKED),
        ("rasa.core.lock_store.LockError: Could not acquire lock for conversation_id '1'.", None),
        ("Encountered an exception while running action 'validate_case_form'.", None),
    ],
)
def test_what_a_line_tells(line: str, what: Told | None) -> None:
    assert told(line) == what


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("[parameters: ('c', 'user', '{\"text\": \"bí mật\"}')]", "[parameters: left out]"),
        (
            "rest.message.received.failure  text='bí mật của tôi' x=1",
            "rest.message.received.failure  text=(left out) x=1",
        ),
        (
            'ERROR rest - {"text": "bí mật", "event": "rest.message.received.timeout", "level": "error"}',
            'ERROR rest - {"event": "rest.message.received.timeout", "level": "error"}',
        ),
        ('text="it\'s \\"mine\\"" y', "text=(left out) y"),
        ("[SQL: INSERT INTO events (sender_id) VALUES (?)]", "[SQL: INSERT INTO events (sender_id) VALUES (?)]"),
    ],
)
def test_what_people_wrote_is_not_passed_on(line: str, kept: str) -> None:
    assert fit_to_pass_on(line) == kept


def test_a_look_that_never_ends_is_left_behind() -> None:
    never = threading.Event()
    assert within(0.05, lambda: WELL if never.wait(5) else FAILED) is None
    never.set()
    assert within(5, lambda: WELL) == WELL


@pytest.fixture
def lock_store() -> Iterator[tuple[str, list[bytes]]]:
    """A server with a password that answers as Redis does; its address, and what it received."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                received.append(connection.recv(1000))
                right = b"s t" in received[0]
                connection.sendall(b"+OK\r\n+PONG\r\n" if right else b"-NOAUTH Authentication required.\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", received
        thread.join()


def test_a_lock_store_that_answers_is_well(lock_store: tuple[str, list[bytes]]) -> None:
    address, received = lock_store
    assert LockStore(f"redis://:s%20t@{address}/0").trouble() is None
    assert received == [b"*2\r\n$4\r\nAUTH\r\n$3\r\ns t\r\n*1\r\n$4\r\nPING\r\n"]


def test_a_lock_store_that_refuses_is_not(lock_store: tuple[str, list[bytes]]) -> None:
    assert LockStore(f"redis://{lock_store[0]}").trouble() == "NOAUTH Authentication required."


def test_a_lock_store_that_is_not_there_is_not_well_and_locks_in_memory_are() -> None:
    assert LockStore("redis://127.0.0.1:9").trouble() == "Connection refused"
    assert LockStore("").trouble() is None


def test_a_tracker_database_that_cannot_be_opened_is_said_without_its_address(tmp_path: Path) -> None:
    (tmp_path / "trackers.sqlite").mkdir()
    assert TrackerDatabase(f"sqlite:///{tmp_path}/trackers.sqlite").trouble() == "unable to open database file"
    away = TrackerDatabase("postgresql://rasa:secret@127.0.0.1:9/rasa").trouble()
    assert away is not None
    assert "secret" not in away
    assert TrackerDatabase(f"sqlite:///{tmp_path}/new/trackers.sqlite").trouble() is None


_STARTS_A_CHILD = """
import sys, time
from pathlib import Path
from dialogue.guarding.child import Child
child = Child([sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"], {}, Path("."), print)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_dies_with_its_guard_whatever_kills_it() -> None:
    guard = subprocess.Popen([sys.executable, "-c", _STARTS_A_CHILD], stdout=subprocess.PIPE, text=True)
    assert guard.stdout is not None
    lines = {guard.stdout.readline().strip(), guard.stdout.readline().strip()}
    assert "here" in lines
    child = psutil.Process(int((lines - {"here"}).pop()))
    guard.kill()
    guard.wait()
    guard.stdout.close()
    assert child.wait(10) is not False


def test_a_child_is_ended_in_peace_or_at_once(tmp_path: Path) -> None:
    lines: list[str] = []
    ends = "import signal, time\nsignal.signal(15, lambda *_: exit(5))\nprint('here', flush=True)\ntime.sleep(60)"
    child = Child([sys.executable, "-c", ends], {}, tmp_path, lines.append)
    deadline = time.monotonic() + 20
    while "here" not in lines and time.monotonic() < deadline:
        time.sleep(0.01)
    child.end()
    assert child.ended() == 5
    child.kill()
