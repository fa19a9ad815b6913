"""The database is away or full: every page and every answer of JSON says so with 503, and nothing is half done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from desk.cases.model import CaseEntry
from desk.conversations.model import InboxUpdate
from desk.deliveries.model import Delivery
from desk.desk import Desk
from tests.conftest import PASSWORD
from tests.console_fixtures import ADDRESS, Browser, open_case
from tests.desk_fixtures import World
from tests.walks.routes import all_routes

#: Ways in which a database says that it is away, locked or full.
FAILURES = ("database or disk is full", "unable to open database file", "connection refused")


@pytest.fixture
def browser(app: Litestar) -> Iterator[Browser]:
    with TestClient(app, base_url=ADDRESS) as client:
        yield Browser(client)


def gone(monkeypatch: pytest.MonkeyPatch, desk: Desk, why: str = FAILURES[0]) -> None:
    """From now on the store cannot be reached."""

    def fails(*_: Any, **__: Any) -> Any:
        raise OperationalError("BEGIN", {}, Exception(why))

    monkeypatch.setattr(desk.store.engine.pool, "connect", fails)


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_says_it_in_the_visitors_language_without_the_store(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, language: Any
) -> None:
    browser.signs_in("minh", PASSWORD)
    browser.client.cookies.set("language", language)
    gone(monkeypatch, world.desk)
    told = world.text("page.error.store_down", language)
    paths = {filled(route.path) for route in all_routes() if route.method == "GET"}
    unlike = []
    for path in sorted(paths):
        answer = browser.get(path)
        if answer.status_code >= 500 and not (answer.status_code == 503 and (told in answer.text or path == "/health")):
            unlike.append((path, answer.status_code))
    assert unlike == []
    assert told in browser.get("/chat").text


@pytest.mark.parametrize("why", FAILURES)
def test_a_program_and_a_script_are_told_in_json(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    page = browser.get("/chat").text
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', page)
    assert token is not None
    gone(monkeypatch, world.desk, why)
    told = {"error": world.text("page.error.store_down", "en")}
    english = {"accept-language": "en"}
    api = browser.client.post("/api/chat/messages", json={"conversation": None, "text": "x"}, headers=english)
    form = browser.client.post(
        "/chat",
        data={"_csrf_token": token.group(1), "text": "x"},
        headers={**english, "accept": "application/json"},
    )
    for answer in (api, form):
        assert (answer.status_code, answer.json()) == (503, told)


def test_a_message_that_is_kept_is_not_said_to_be_lost_when_the_store_fails_after_that(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("console.enterprise.chat_inbox.work_on", fails)
        answer = browser.client.post("/api/chat/messages", json={"text": "x", "conversation": None})
    assert (answer.status_code, answer.json()["error"]) == (503, world.text("page.chat.still_at_work"))
    with world.store.reading() as session:
        assert len(session.scalars(select(InboxUpdate)).all()) == 1


def test_an_officers_reply_that_cannot_be_kept_is_not_half_done_and_can_be_sent_again(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = open_case(world)
    browser.signs_in("minh", PASSWORD)
    page = f"/desk/cases/{case.number}"
    browser.posts(f"{page}/claim", {}, form_on=page)
    before = kept(world)

    def full(*_: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    form = browser.get(page).text
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', form)
    assert token is not None
    reply = {"_csrf_token": token.group(1), "text": "Xin mang hồ sơ đến đội thủ tục."}
    with monkeypatch.context() as patch:
        patch.setattr(world.store.engine.dialect, "do_commit", full)
        answer = browser.client.post(f"{page}/reply", data=reply)
    assert (answer.status_code, world.text("page.error.store_down") in answer.text) == (503, True)
    assert kept(world) == before
    assert browser.client.post(f"{page}/reply", data=reply).status_code == 200
    assert [after - earlier for earlier, after in zip(before, kept(world), strict=True)] == [1, 1]


def kept(world: World) -> list[int]:
    with world.store.reading() as session:
        return [len(session.scalars(select(model)).all()) for model in (CaseEntry, Delivery)]
