"""People in a run with faults press the button that they wait for, be it that it comes in a second message."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from evaluation.faults import people
from evaluation.faults.crowd import whenever
from evaluation.faults.people import Journal, Person
from evaluation.faults.talks import Step, Talk, Way
from evaluation.faults.telegram import Arrived

STARS = frozenset({"★★★★★"})


class Desk:
    """Answers each text with words, and a moment later with ``buttons``."""

    def __init__(self, **buttons: str) -> None:
        self._buttons = buttons
        self._update = 0
        self._hears: Callable[[Arrived], None] = lambda _: None

    def listen(self, _chat: int, listener: Callable[[Arrived], None]) -> None:
        self._hears = listener

    def say(self, chat: int, _text: str) -> int:
        loop = asyncio.get_running_loop()
        loop.call_soon(self._hears, Arrived(chat, 1, "Tạm biệt", {}))
        loop.call_later(0.05, self._hears, Arrived(chat, 2, "Mời đánh giá", self._buttons))
        self._update += 1
        return self._update

    def press(self, chat: int, _data: str, _message: int) -> int:
        return self.say(chat, "")


async def said(desk: Any) -> list[str]:
    journal = Journal()
    talk = Talk("asks", (Step(Way.SAY, "tạm biệt"), Step(Way.PRESS, titles=STARS, instead="Phí bao nhiêu?")))
    await Person(desk, 1, journal, random.Random(1), whenever).go_through(talk)
    return [sent.words for sent in journal.sent]


@pytest.fixture(autouse=True)
def _nobody_thinks_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "QUIET", 0.01)
    monkeypatch.setattr(people, "THINKS", (0.0, 0.0))
    monkeypatch.setattr(people, "OFFERED_WITHIN", 0.3)


async def test_a_button_that_comes_a_moment_later_is_pressed() -> None:
    assert await said(Desk(**{"★★★★★": "stars"})) == ["tạm biệt", "[★★★★★]"]


async def test_where_no_button_comes_something_else_is_written() -> None:
    assert await said(Desk()) == ["tạm biệt", "Phí bao nhiêu?"]
