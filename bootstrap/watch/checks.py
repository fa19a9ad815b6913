"""Questions to what may never answer, such as a database: asked in a thread of their own, waited for briefly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
#: Seconds that an answer is waited for.
PATIENCE = 2.0


class Unanswered(Exception):
    """There was no answer in time."""


@dataclass
class _Asking(Generic[T]):
    done: threading.Event = field(default_factory=threading.Event)
    answer: list[T] = field(default_factory=list)
    error: Exception | None = None


class Asked(Generic[T]):
    """Whoever asks while an answer is awaited waits for that one: a store that hangs holds one thread, not many."""

    def __init__(self, question: Callable[[], T], patience: float = PATIENCE) -> None:
        self._question = question
        self._patience = patience
        self._lock = threading.Lock()
        self._asking: _Asking[T] | None = None

    def __call__(self) -> T:
        """The answer; raises what the question raised, or Unanswered."""
        with self._lock:
            if self._asking is None or self._asking.done.is_set():
                self._asking = _Asking()
                # A daemon, so that the process can end while something does not answer.
                threading.Thread(target=self._ask, args=(self._asking,), name="asking", daemon=True).start()
            asking = self._asking
        if not asking.done.wait(self._patience):
            raise Unanswered
        if asking.error is not None:
            raise asking.error
        return asking.answer[0]

    def _ask(self, asking: _Asking[T]) -> None:
        try:
            asking.answer.append(self._question())
        except Exception as error:  # noqa: BLE001 - whatever it was, whoever asked is told
            asking.error = error
        finally:
            asking.done.set()
