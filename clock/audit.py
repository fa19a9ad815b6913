"""The audit is sealed and checked beside the clock's other work: many entries must not hold that up, nor it them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desk.audit.checks import Checker
from desk.audit.horizon import Horizon
from desk.audit.sealing import AT_ONCE, seal_some
from desk.audit.verifying import Interrupted
from desk.desk import Desk

log = logging.getLogger(__name__)
#: Seconds between two looks at what is to be sealed, and at which check is due.
SEALING, CHECKING = 2.0, 5.0
#: Seconds that a check rests after each portion, so that it is not in the way of whoever works.
RESTING = 0.01


@contextmanager
def keeping_the_audit(desk: Desk, stop: threading.Event) -> Iterator[None]:
    """Seal and check until ``stop`` is set; at the end wait for what is in hand."""
    workers = [
        threading.Thread(target=_again, args=(stop, SEALING, _sealing(desk, stop)), name="sealing"),
        threading.Thread(target=_again, args=(stop, CHECKING, _checking(desk, stop)), name="checking"),
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _again(stop: threading.Event, pause: float, work: Callable[[], None]) -> None:
    while not stop.is_set():
        try:
            work()
        except Interrupted:
            return
        except Exception:  # whatever is wrong with the store or one entry, the next look is made all the same
            log.exception("the audit could not be sealed or checked; it is due again at the next look")
        stop.wait(pause)


def _sealing(desk: Desk, stop: threading.Event) -> Callable[[], None]:
    horizon = Horizon()

    def seal() -> None:
        while seal_some(desk, horizon) == AT_ONCE and not stop.is_set():
            desk.observer.ticked("seal_audit")
        desk.observer.ticked("seal_audit")

    return seal


def _checking(desk: Desk, stop: threading.Event) -> Callable[[], None]:
    checker = Checker(desk)

    def go_on() -> bool:
        desk.observer.ticked("check_audit")
        return not stop.wait(RESTING)

    def check() -> None:
        checker.check_due(go_on)
        desk.observer.ticked("check_audit")

    return check
