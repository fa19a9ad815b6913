"""What a part of the fuzzing has tried, and what it found: crashes, errors of a server, what took too long."""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
#: Seconds that nothing may take.
SLOW = 1.0
#: Of findings of one sort so many are told; all are counted.
_TOLD = 20


def own_time() -> float:
    """Seconds that go on while this process works or waits, and stand still while others have the processor.

    On Linux the kernel tells for how long each thread was ready to run and did not; elsewhere it is the plain time.
    """
    now = time.perf_counter()
    for told in Path("/proc/self/task").glob("*/schedstat"):
        try:
            now -= int(told.read_text().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            continue  # it has just ended
    return now


@dataclass(frozen=True)
class Finding:
    """``kind``: crash, server_error, slow or unanswered; ``what`` says where, ``given`` is how to see it again."""

    kind: str
    what: str
    given: str


@dataclass
class Tally:
    """Of one part, such as the updates."""

    name: str
    tried: int = 0
    slowest: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    #: What became of what was tried, as words: done, refused, 404.
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    clock: Callable[[], float] = field(default_factory=lambda: own_time)

    def found(self, kind: str, what: str, given: object) -> None:
        self.counts[kind] += 1
        if sum(each.kind == kind for each in self.findings) < _TOLD:
            self.findings.append(Finding(kind, what, repr(given)[:500]))

    def crashed(self, error: BaseException, given: object) -> None:
        """Something raised what it must not."""
        self.found("crash", where(error), given)

    def timed(self, act: Callable[[], T], given: object, again: Callable[[], object] | None = None) -> T:
        """What ``act`` returns; noted where it takes longer than SLOW.

        A machine that is busy with something else makes anything slow once: what can be done ``again`` counts only if
        it is slow again.
        """
        began = self.clock()
        try:
            return act()
        finally:
            took = self.clock() - began
            if took > SLOW and again is not None:
                took = min(took, self._time_of(again))
            self.took(took, given)

    def took(self, seconds: float, given: object) -> None:
        self.slowest = max(self.slowest, seconds)
        if seconds > SLOW:
            self.found("slow", f"{seconds:.2f} s", given)

    def _time_of(self, act: Callable[[], object]) -> float:
        began = self.clock()
        try:
            act()
        except Exception:  # noqa: BLE001 - what it raised was noted the first time
            pass
        return self.clock() - began

    @property
    def is_clean(self) -> bool:
        return not self.counts

    def as_json(self) -> dict[str, Any]:
        return {
            "tried": self.tried,
            "slowest_ms": round(self.slowest * 1000, 1),
            "found": dict(self.counts),
            "outcomes": dict(self.outcomes.most_common()),
            "findings": [asdict(each) for each in self.findings],
        }


def where(error: BaseException) -> str:
    """The kind of an error and the place of ours that it came from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    place = f" in {frames[-1].filename.rsplit('/', 2)[-1]}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{place}: {str(error)[:200]}"


@contextmanager
def what_failed() -> Iterator[list[str]]:
    """What is logged as an error while the block lasts, so that a finding says where it came from."""
    told: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raised = record.exc_info[1] if record.exc_info else None
            told.append(f"{record.name}: {record.getMessage()} {where(raised) if raised is not None else ''}")

    handler, root = Handler(logging.ERROR), logging.getLogger()
    root.addHandler(handler)
    try:
        yield told
    finally:
        root.removeHandler(handler)
