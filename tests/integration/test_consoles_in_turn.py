"""Several consoles and bots: what one leaves another finishes, and one that ends keeps nobody waiting."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select
from telegram import Bot

from bootstrap.settings import Settings
from bot import webhook
from bot.connection import posted_to
from bot.inbox import Kept, keep
from bot.webhook import SECRET_HEADER
from console.app import create_app
from console.enterprise import chat_inbox
from desk.conversations import inbox
from desk.conversations.inbox import RawUpdate
from desk.conversations.model import Conversation, InboxUpdate, Message
from desk.workers import service as workers
from tests.console_fixtures import ADDRESS, settings_in
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.worker_fixtures import Told, dies, lives

API = "/api/chat/messages"
#: Asked for nothing as long as the store is there.
NOBODYS_BOT = Bot("1:unused")


def left_by_a_dead_console(world: World, conversation: str, message_id: str) -> None:
    """A visitor's message was stored and taken by a console that died over it."""
    lives(world.store, "a", process="console")
    body = {"conversation": conversation, "text": "xin chào", "message_id": message_id}
    with world.store.writing() as session:
        visitor = session.get_one(Conversation, conversation).chat.address
        raw = RawUpdate(f"{visitor}:{message_id}", visitor, json.dumps(body))
        inbox.store(session, "web", [raw], world.clock.now())
        assert inbox.claim_next(session, "web", world.clock.now(), "a") is not None
    assert chat_inbox.finish_left_over(world.desk) == 0
    dies(world.store, "a")


def test_another_console_finishes_it_and_the_visitor_gets_the_one_reply(app: Litestar, world: World) -> None:
    with TestClient(app, base_url=ADDRESS) as client:
        first = client.post(API, json={"text": "xin chào"}).json()
        left_by_a_dead_console(world, first["conversation"], "m1")
        chat_inbox.finish_left_over(world.desk)  # or the thread beside the app was quicker
        last = first["messages"][-1]["id"]
        fetched = client.get(API, params={"conversation": first["conversation"], "after": last}).json()
        assert [each["from"] for each in fetched["messages"]] == ["person", "assistant"]
        again = {"conversation": first["conversation"], "text": "xin chào", "message_id": "m1"}
        replies = [client.post(API, json=again).json() for _ in range(2)]
    assert [each["id"] for each in replies[0]["messages"]] == [each["id"] for each in fetched["messages"]]
    assert replies[0] == replies[1]
    with world.store.reading() as session:
        assert len(session.scalars(select(Message).where(Message.author == "person")).all()) == 2


def test_a_console_is_known_while_it_runs_and_gives_back_what_it_has_at_its_end(world: World, tmp_path: Path) -> None:
    desk = replace(world.desk, worker="c")
    with TestClient(create_app(desk, settings_in(tmp_path)), base_url=ADDRESS):
        with world.store.reading() as session:
            assert [(each.id, each.process) for each in workers.at_work(session)] == [("c", "console")]
        with world.store.writing() as session:
            inbox.store(session, "terminal", [RawUpdate("1", "v", "{}")], world.clock.now())
            assert inbox.claim(session, "terminal", "1", world.clock.now(), "c") is not None
    with world.store.reading() as session:
        assert workers.at_work(session) == []
        assert session.scalars(select(InboxUpdate.state)).all() == ["stored"]


def test_one_that_is_told_to_stop_takes_nothing_more(world: World) -> None:
    with world.store.writing() as session:
        raw = [RawUpdate(f"{n}", f"visitor {n}", '{"text": "xin chào"}') for n in range(3)]
        inbox.store(session, "web", raw, world.clock.now())
    stop = threading.Event()
    stop.set()
    assert chat_inbox.finish_left_over(world.desk, stop) == 0
    assert chat_inbox.finish_left_over(world.desk) == 3


async def test_what_is_being_posted_is_stored_and_answered_before_the_socket_closes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, came, go_on = free_port(), threading.Event(), threading.Event()

    def slowly(*arguments: Any) -> Kept[None]:
        came.set()
        assert go_on.wait(10)
        return keep(*arguments)

    monkeypatch.setattr(webhook, "keep", slowly)
    settings = Settings(
        telegram_mode="webhook",
        telegram_webhook_url=f"http://127.0.0.1:{port}/hook",
        telegram_webhook_secret="s3cret",
        webhook_port=port,
    )
    update = {"update_id": 5, "message": {"chat": {"id": 1, "type": "private"}, "text": "xin chào"}}
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        async with posted_to(world.desk, NOBODYS_BOT, settings, Told(), lambda: None):
            post = asyncio.create_task(
                http.post(f"http://127.0.0.1:{port}/hook", json=update, headers={SECRET_HEADER: "s3cret"})
            )
            await asyncio.to_thread(came.wait, 10)
            asyncio.get_running_loop().call_later(0.2, go_on.set)
        answer = await post
        assert answer.status_code == 200
        with pytest.raises(httpx.ConnectError):
            await http.post(f"http://127.0.0.1:{port}/hook", json=update)
    with world.store.reading() as session:
        assert session.scalars(select(InboxUpdate.update_key)).all() == ["5"]
