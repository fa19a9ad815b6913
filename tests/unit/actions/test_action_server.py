"""The server that Rasa calls: every action of the domain, one async run each, failures that tell nothing of people."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import yaml

from actions.server import actions_over, create_app
from actions.turn import Dispatcher, Event, Tracker
from bootstrap.settings import PROJECT

WORDS = "what a person wrote"


class NoDesk:
    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        raise RuntimeError("the store is broken")

    def cancel_case(self, conversation: str, enquiry_id: str) -> None: ...

    def is_confident_question(self, conversation: str, text: str) -> bool:
        return False

    def may_skip(self, conversation: str, field: str) -> bool:
        return True


class Slow:
    """Waits until two of it run at once."""

    name = "action_slow"

    def __init__(self) -> None:
        self.both = asyncio.Barrier(2)

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        await asyncio.wait_for(self.both.wait(), 5)
        dispatcher.utter_message(json_message={"act": "slow"})
        return []


def call(action: str, **more: Any) -> dict[str, Any]:
    message = {"text": WORDS, "intent": {"name": "enquiry"}, "metadata": {"enquiry_id": "e"}}
    tracker = {"sender_id": "c", "slots": {}, "latest_message": message, "events": []}
    return {"next_action": action, "sender_id": "c", "tracker": tracker, "domain": {"slots": {}}, **more}


@asynccontextmanager
async def client_of(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app between its start and its end, which Sanic insists on."""
    to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    from_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://actions") as client:
        yield client
    await to_app.put({"type": "lifespan.shutdown"})
    await life


async def post(app: Any, *calls: dict[str, Any]) -> list[httpx.Response]:
    async with client_of(app) as client:
        return await asyncio.gather(*(client.post("/webhook", json=body) for body in calls))


def test_every_action_of_the_domain_is_registered_and_the_reverse() -> None:
    domain = yaml.safe_load((PROJECT / "nlu" / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(action.name for action in actions_over(NoDesk())) == sorted(domain["actions"])


def test_every_action_runs_without_blocking_the_others() -> None:
    assert all(inspect.iscoroutinefunction(action.run) for action in actions_over(NoDesk()))


async def test_actions_run_at_the_same_time() -> None:
    app = create_app([Slow()])
    first, second = await post(app, call("action_slow"), call("action_slow"))
    assert first.json()["responses"][0]["custom"] == second.json()["responses"][0]["custom"] == {"act": "slow"}


async def test_a_failing_act_is_a_failure_that_repeats_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        [failed] = await post(create_app(actions_over(NoDesk())), call("action_open_case"))
    assert failed.status_code == 500
    assert failed.json() == {"error": "RuntimeError", "action_name": ""}
    assert "the store is broken" in caplog.text
    assert WORDS not in failed.text + caplog.text


async def test_an_unknown_action_has_a_status_of_its_own() -> None:
    [answer] = await post(create_app(actions_over(NoDesk())), call("action_unknown"))
    assert answer.status_code == 404
    assert answer.json()["action_name"] == "action_unknown"


async def test_no_action_asks_for_the_domain() -> None:
    [answer] = await post(create_app(actions_over(NoDesk())), call("action_skip_case_field", domain=None))
    assert answer.status_code == 200


async def test_health_names_the_actions() -> None:
    async with client_of(create_app(actions_over(NoDesk()))) as client:
        answer = await client.get("/health")
    assert answer.json()["status"] == "ok"
    assert "action_open_case" in answer.json()["actions"]
