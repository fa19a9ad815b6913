"""Ending what would go on, perhaps for ever, when it has had its time of the processor."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(BaseException):
    """It took longer than it may; no error that a library takes for a damaged file."""


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raise Stopped in what takes more processor time. Only in the main thread."""

    def stop(*_: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
