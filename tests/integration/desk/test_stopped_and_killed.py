"""Real processes that are killed or stopped over a piece of work: another takes it, and it has one set of effects."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bootstrap.instance import own_name
from bootstrap.lease import Lease
from desk.audit.model import AuditEntry
from desk.audit.service import record_act
from desk.conversations import claimed, inbox
from desk.conversations.claimed import Claim
from desk.conversations.inbox import RawUpdate
from desk.conversations.model import InboxUpdate
from desk.workers import service as workers
from tests.desk_fixtures import NOON, PROJECT, World

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(own_world: World) -> Iterator[Start]:
    """Start a process that takes the next update, and wait until it has."""
    url = own_world.store.engine.url.render_as_string(hide_password=False)
    script = str(Path(__file__).with_name("claiming_process.py"))
    started = []

    def begin(name: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, script, url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env={"PYTHONPATH": str(PROJECT)},
            text=True,
        )
        started.append(process)
        assert said(process) == "1"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def told_to_go_on(process: subprocess.Popen[str]) -> str:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return said(process)


def put_one(world: World) -> None:
    with world.store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate("1", "lan", "{}", 1)], NOON)


def observer(world: World) -> Lease:
    return Lease(replace(world.desk, worker="b"), "bot")


def claim(world: World) -> InboxUpdate | None:
    with world.store.writing() as session:
        return inbox.claim_next(session, "telegram", world.clock.now() + dt.timedelta(days=1), "b")


def finish(world: World, row: InboxUpdate) -> None:
    with world.store.writing() as session:
        claimed.hold(session, Claim.of(row))
        record_act(session, actor="b", act="test.done", subject=row.update_key, at=NOON)
        claimed.finish(session, row.id, "handled", NOON)


def done_by(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(session.scalars(select(AuditEntry.actor).where(AuditEntry.act == "test.done")))


def test_what_a_killed_process_had_is_taken_at_the_first_look(own_world: World, start: Start) -> None:
    if not own_name().rpartition("/")[2]:
        pytest.skip("this machine does not tell when a process began")
    put_one(own_world)
    process, lease = start("a"), observer(own_world)
    lease.turn()
    assert claim(own_world) is None
    process.kill()
    process.wait()
    lease.turn()
    row = claim(own_world)
    assert row is not None
    finish(own_world, row)
    assert done_by(own_world) == ["b"]


def test_a_stopped_process_that_goes_on_has_no_second_effect(own_world: World, start: Start) -> None:
    put_one(own_world)
    process, lease = start("a"), observer(own_world)
    process.send_signal(signal.SIGSTOP)
    for _ in range(workers.LEASE + 3):  # it may have given a sign or two after the first look
        lease.turn()
    row = claim(own_world)
    assert row is not None
    finish(own_world, row)
    process.send_signal(signal.SIGCONT)
    assert told_to_go_on(process) == "overtaken"
    assert done_by(own_world) == ["b"]


def test_one_that_only_is_slow_keeps_what_it_has(own_world: World, start: Start) -> None:
    put_one(own_world)
    process, lease = start("a"), observer(own_world)
    lease.turn()
    assert claim(own_world) is None
    assert told_to_go_on(process) == "finished"
    assert done_by(own_world) == ["a"]
