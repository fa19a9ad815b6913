"""The clock's threads seal and check beside its other work, go on after an error, and end when they are asked to."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy.exc import OperationalError

from clock import audit as keeping
from clock.audit import keeping_the_audit
from desk.audit.checks import Checker, Part, kept
from desk.audit.verifying import verify
from desk.observing import Unobserved
from tests.audit_fixtures import record, seal
from tests.desk_fixtures import World

#: Seconds after which a test no longer believes that it will happen.
PATIENCE = 20.0


class Ticks(Unobserved):
    """Counts kinds of work, and lets a test wait for the next time that one was done."""

    def __init__(self) -> None:
        self._done: Counter[str] = Counter()
        self._changed = threading.Condition()

    def ticked(self, work: str) -> None:
        with self._changed:
            self._done[work] += 1
            self._changed.notify_all()

    def wait_for(self, work: str, times: int = 2) -> None:
        """Until it was done so often from now on: what was under way at this moment may have begun before."""
        with self._changed:
            wanted = self._done[work] + times
            assert self._changed.wait_for(lambda: self._done[work] >= wanted, PATIENCE)


@pytest.fixture
def ticks(world: World, monkeypatch: pytest.MonkeyPatch) -> Ticks:
    monkeypatch.setattr(keeping, "SEALING", 0.01)
    monkeypatch.setattr(keeping, "CHECKING", 0.01)
    observer = Ticks()
    world.store.observer = observer
    return observer


def test_what_is_recorded_is_sealed_and_checked_while_the_clock_runs(world: World, ticks: Ticks) -> None:
    with keeping_the_audit(world.desk, threading.Event()):
        ticks.wait_for("seal_audit")
        record(world, 3)
        ticks.wait_for("seal_audit")
        verdict = verify(world.store)
        assert verdict.is_whole
        assert verdict.unsealed.entries == 0
        ticks.wait_for("check_audit")
        with world.store.reading() as session:
            assert set(kept(session)) == {Part.NEWEST, Part.WHOLE}
    assert [thread.name for thread in threading.enumerate() if thread.name in ("sealing", "checking")] == []


def test_an_error_of_the_store_is_no_end(
    world: World, ticks: Ticks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Event()
    goes_on = keeping.seal_some

    def fails_once(*given: object) -> int:
        if not failed.is_set():
            failed.set()
            raise OperationalError("SELECT", {}, Exception("away"))
        return goes_on(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "seal_some", fails_once)
    with keeping_the_audit(world.desk, threading.Event()):
        ticks.wait_for("seal_audit")
    assert "the audit could not be sealed or checked" in caplog.text
    assert verify(world.store).unsealed.entries == 0


def test_a_long_check_ends_with_the_clock_and_is_made_later(
    world: World, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal(world)
    monkeypatch.setattr(keeping, "RESTING", PATIENCE)
    stop = threading.Event()
    with keeping_the_audit(world.desk, stop):
        ticks.wait_for("check_audit", times=1)  # it rests after a portion
        stop.set()
    with world.store.reading() as session:
        assert kept(session) == {}
    world.clock.advance(minutes=30)
    Checker(world.desk).check_due(lambda: True)
    with world.store.reading() as session:
        assert set(kept(session)) == {Part.NEWEST, Part.WHOLE}
