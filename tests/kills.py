"""Kills a piece of work before and after its steps, as a process that dies there would."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest


class Killed(Exception):
    """The process died here."""


def killed_around_each(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, steps: Sequence[str], work: Callable[[], object]
) -> Iterator[str]:
    """Begin the work again and again; it dies before and then after each step, whose names are given as it does."""
    for step in steps:
        for after in (False, True):
            killed_at_call(monkeypatch, module, step, 1, work, after=after)
            yield step


def killed_at_call(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    step: str,
    number: int,
    work: Callable[[], object],
    *,
    after: bool = True,
) -> None:
    """Begin the work; it dies at this call of a step (from 1), before what the step does or after it."""
    whole, calls = getattr(module, step), 0

    def dies(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            raise Killed
        result = whole(*arguments, **more)
        if calls == number:
            raise Killed
        return result

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        patch.setattr(module, step, dies)
        work()
