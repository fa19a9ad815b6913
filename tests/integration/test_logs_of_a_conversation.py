"""A conversation is run through, with what goes wrong in it, and its words are looked for in all that was logged."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from telegram.error import BadRequest

from bootstrap.logs import LogFormat, set_up_logging
from bot.courier import Courier
from bot.pace import Pace
from bot.worker import Stored, Worker
from console.enterprise import chat_inbox
from console.enterprise.chat_messages import CHANNEL
from desk.conversations import inbox
from desk.conversations.model import Conversation, InboxUpdate
from desk.deliveries.model import Delivery
from desk.letters import service as letters
from desk.ports import PostRefused
from tests.desk_fixtures import Chatter, World

#: Nobody's words but those of the people of this test.
WORDS = ("zyxwv", "0100109107", "Hoa Sen Vàng", "lan@example.vn", "tránh đường lễ hội", "98765432101234567890")
SECRET = "123:secret-token"

Logged = Callable[[], str]


@pytest.fixture(params=["text", "json"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    """All that is logged, at every level above debug, in one format."""
    root, output = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    log_format: LogFormat = request.param
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", output)
        patch.setattr("sys.excepthook", None)
        patch.setattr("threading.excepthook", None)
        set_up_logging(log_format)
        logging.captureWarnings(capture=False)
        yield output.getvalue
    root.handlers[:], root.level = handlers, level


class FakeBot:
    """Telegram, which refuses every message and repeats a part of it."""

    id, username = 1, "customs_desk_bot"

    async def send_message(self, _chat: str, text: str, **_: Any) -> None:
        raise BadRequest(f"wrong is: {text[:200]} in {WORDS[0]}")

    async def send_chat_action(self, *_: Any) -> None:
        raise BadRequest(f"no chat {WORDS[5]}")


class RefusingPost:
    def send(self, to: str, subject: str, text: str, *, name: str) -> None:
        raise PostRefused(f"550 no such mailbox {to}")


def _secrets(world: World) -> list[str]:
    with world.store.reading() as session:
        conversations = session.scalars(select(Conversation.id)).all()
    return [*WORDS, SECRET, *conversations]


def _ask_an_officer(lan: Chatter, minh: Chatter) -> None:
    lan.writes(f"Công ty {WORDS[2]}, mã số thuế {WORDS[1]}, phải {WORDS[4]} không?")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    minh.writes(f"Liên hệ {WORDS[0]} nhé.", reply_to=minh.external_id(minh.read()[-1]))


def _break(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web's next update fails with an error in whose message are the words, and is put back."""

    def breaks(_desk: object, _id: object, incoming: Any) -> None:
        raise ValueError(incoming.text)

    web = world.chatter("98765432101234567890", channel="web")
    with monkeypatch.context() as patch:
        patch.setattr("desk.conversations.exchange._exchange", breaks)
        body = json.dumps({"text": f"{WORDS[0]}?"})
        with world.store.writing() as session:
            inbox.store(session, CHANNEL, [inbox.RawUpdate("k", web.address, body)], world.clock.now())
            claimed = inbox.claim(session, CHANNEL, "k", world.clock.now())
            assert claimed is not None
        assert chat_inbox.work_on(world.desk, claimed) is False


async def test_no_words_ids_or_secrets_of_people_are_logged(
    world: World, lan: Chatter, minh: Chatter, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask_an_officer(lan, minh)
    world.dialogue.fails = True
    lan.writes(f"Còn {WORDS[0]} thì sao?")
    _break(world, monkeypatch)
    with world.store.writing() as session:
        expires = world.clock.now().replace(year=2027)
        letters.write(session, to=WORDS[3], subject="s", text=WORDS[0], expires_at=expires, at=world.clock.now())
    letters.send_due(replace(world.desk, post=RefusingPost()))
    bot: Any = FakeBot()
    courier = Courier(world.desk, bot, Pace())
    [parcel] = courier.hands.claim()
    await courier.carry(parcel)
    worker = Worker(world.desk, bot, replied=lambda: None)
    await worker.work_on(Stored(_stored_update(world), json.dumps(_update(WORDS[0]))))

    shown = logged()
    assert [secret for secret in _secrets(world) if secret in shown] == []
    for part in ("worked on an update of telegram", "dialogue failed", "web update", "letter", "BadRequest, never"):
        assert part in shown
    with world.store.reading() as session:
        refused = session.get_one(Delivery, parcel.delivery_id).error
    assert refused is not None
    assert WORDS[0] in refused  # whoever may see the message sees why it was refused


async def test_each_line_carries_what_it_is_about(world: World, lan: Chatter, minh: Chatter, logged: Logged) -> None:
    _ask_an_officer(lan, minh)
    courier = Courier(world.desk, FakeBot(), Pace())  # type: ignore[arg-type]  # as much of a bot as a courier needs
    [parcel] = courier.hands.claim()
    await courier.carry(parcel)
    shown = logged()
    is_json = shown.startswith("{")
    for name, value in (("update", 2), ("delivery", parcel.delivery_id), ("case", "2026-00001")):
        assert (f'"{name}": {json.dumps(value)}' if is_json else f"{name}={value}") in shown


def _update(words: str) -> dict[str, Any]:
    person = {"id": 98765432101, "is_bot": False, "first_name": words}
    chat = {"id": 98765432101, "type": "private", "first_name": words}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": f"{words} là gì?"}
    return {"update_id": 1, "message": message}


def _stored_update(world: World) -> int:
    with world.store.writing() as session:
        inbox.store(session, "telegram", [inbox.RawUpdate("77", "98765432101", "{}")], world.clock.now())
        claimed = inbox.claim(session, "telegram", "77", world.clock.now())
        assert claimed is not None
        return session.get_one(InboxUpdate, claimed.id).id
