"""Milliseconds of many searches, step by step, as the two numbers that are read: the middle one and a slow one."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from desk.guidance.record import Language
from desk.ports import SearchResult
from evaluation.speed.material import Asked

#: p50 and p95 by step.
Figures = dict[str, dict[str, float]]


class Times:
    """Milliseconds by step, in the order in which steps were first seen."""

    def __init__(self) -> None:
        self._spent: dict[str, list[float]] = defaultdict(list)

    def add(self, step: str, milliseconds: float) -> None:
        self._spent[step].append(milliseconds)

    @contextmanager
    def measured(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.add(step, (time.perf_counter() - start) * 1000)

    def of(self, step: str) -> list[float]:
        return self._spent[step]

    def without_first(self, count: int) -> Times:
        """The same without the first measurements of each step, when nothing was warm yet."""
        rest = Times()
        for step, spent in self._spent.items():
            rest._spent[step] = spent[count:]
        return rest

    def figures(self) -> Figures:
        return {step: percentiles(spent) for step, spent in self._spent.items()}


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """The value that half of the measurements stay within, and 95 %; between two measurements in proportion."""
    p50, p95 = np.percentile(milliseconds, (50, 95)).tolist()
    return {"p50": round(p50, 3), "p95": round(p95, 3)}


def timed_searches(search: Callable[[str, Language], SearchResult], asked: Sequence[Asked]) -> Times:
    """Every question once: the steps that the search names, and "all" around them."""
    times = Times()
    for one in asked:
        with times.measured("all"):
            result = search(one.text, one.language)
        for step, spent in result.timings_ms.items():
            times.add(step, spent)
    return times
