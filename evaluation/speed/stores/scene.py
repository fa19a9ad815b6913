"""A desk on a database for a measurement: its own services and the bot's hands, and fakes where others answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from bot.courier import Courier
from bot.pace import Pace
from bot.turns import Turns
from bot.worker import Worker
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.migrations.run import migrate
from desk.ports import DialogueReply
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.desk_fixtures import (
    NOON,
    ActsOfTheDesk,
    FakeSearch,
    FrozenClock,
    rules_for_tests,
    shipped_records,
)
from tests.worker_fixtures import lives

ENTRY = "dossier_import"
QUESTION = "Thời hạn nộp tờ khai nhập khẩu là bao lâu?"
_numbers = itertools.count(1)


class Telegram:
    """Takes what it is sent at once; ``noted`` is called with the text."""

    id, username = 7, "fixture_bot"

    def __init__(self, noted: Callable[[str], None] = lambda _: None) -> None:
        self._noted = noted
        self._ids = itertools.count(1)

    async def send_chat_action(self, *_: Any) -> None:
        return None

    async def send_message(self, chat: str, text: str, **_: Any) -> Any:
        self._noted(text)
        return SimpleNamespace(message_id=next(self._ids))


class Answering(FakeDialogue):
    """Has the desk answer, as Rasa's action does; ``asked`` and ``done`` are told when it begins and ends."""

    asked: Callable[[], None] = staticmethod(lambda: None)
    done: Callable[[], None] = staticmethod(lambda: None)

    def say(
        self, conversation: str, enquiry_id: str, text: str, *, answers: str | None = None
    ) -> Sequence[DialogueReply]:
        self.asked()
        try:
            return super().say(conversation, enquiry_id, text, answers=answers)
        finally:
            self.done()


@dataclass(frozen=True)
class Scene:
    """One process's view of the desk; ``clock`` stands still but where it is moved."""

    desk: Desk
    clock: FrozenClock
    dialogue: Answering

    def hands(self, telegram: Telegram) -> tuple[Worker, Courier]:
        """The bot's, which wait for no pace: what is measured is the store."""
        unhurried = itertools.count(0.0, 60.0)
        turns, pace = Turns(lambda: next(unhurried)), Pace(lambda: next(unhurried))
        courier = Courier(self.desk, telegram, pace)  # type: ignore[arg-type]
        worker = Worker(self.desk, telegram, replied=courier.hands.wake, turns=turns)  # type: ignore[arg-type]
        return worker, courier


@contextmanager
def scene(url: str, name: str, *, minutes_later: float = 0.0) -> Iterator[Scene]:
    """The desk on a database that ``prepare`` has prepared, as the process of this name has it."""
    store = Store(make_engine(url))
    try:
        lives(store, name)
        search, acts, clock = FakeSearch(), ActsOfTheDesk(), FrozenClock()
        clock.advance(minutes=minutes_later)
        search.finds(ENTRY)
        dialogue = Answering(acts)
        desk = Desk(store, clock, search, dialogue, rules_for_tests(), web_address="https://desk.example")
        acts.desk = replace(desk, worker=name)
        yield Scene(acts.desk, clock, dialogue)
    finally:
        store.engine.dispose()


def prepare(url: str) -> None:
    """The newest schema, and guidance to answer from."""
    store = Store(make_engine(url))
    try:
        migrate(store.engine)
        with store.writing() as session:
            guidance.load_shipped(session, shipped_records(), at=NOON)
    finally:
        store.engine.dispose()


def update_from(address: int, at: float, text: str = QUESTION) -> dict[str, Any]:
    """What Telegram delivers when somebody writes."""
    person = {"id": address, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    number = next(_numbers)
    message = {"message_id": number, "date": int(at), "text": text, "from": person}
    return {"update_id": number, "message": {**message, "chat": {"id": address, "type": "private"}}}
