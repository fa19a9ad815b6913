"""What is too much at the doors of Telegram: acknowledged and counted, while the others lose nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import floods, patience
from bot.arrivals import JUST_NOW, arrival_of
from bot.inbox import CHANNEL, keep, poll, received
from bot.outage import Outage
from bot.webhook import SECRET_HEADER, Server, create_app
from desk.conversations.model import InboxUpdate
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.floods.limits import Limit
from desk.store import Store
from tests.desk_fixtures import NOON
from tests.worker_fixtures import Told

SECRET = "s3cret-of-tests"
LIMIT, NOISY, QUIET = 40, 666, 5


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience.Patience, "failed", lambda *_: 0.001)


def text(number: int, chat: int, at: dt.datetime = NOON) -> dict[str, Any]:
    place = {"id": chat, "type": "private"}
    sender = {"id": chat, "is_bot": False, "language_code": "en"}
    message = {
        "message_id": number,
        "chat": place,
        "from": sender,
        "date": int(at.timestamp()),
        "text": f"no. {number}",
    }
    return {"update_id": number, "message": message}


def tap(number: int, chat: int) -> dict[str, Any]:
    message = text(number, chat)["message"]
    return {"update_id": number, "callback_query": {"id": f"{number}", "from": message["from"], "message": message}}


def command(number: int, chat: int) -> dict[str, Any]:
    update = text(number, chat)
    update["message"] |= {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
    return update


def stored(desk: Desk) -> Counter[str]:
    with desk.store.reading() as session:
        return Counter(session.scalars(select(InboxUpdate.chat_address)))


def counted(desk: Desk) -> dict[tuple[str, Limit, str], int]:
    found = desk.floods.counted()
    return {} if found is None else {key[1:]: count for key, count in found.by_minute.items()}


class Telegram:
    """Hands out updates, a hundred at once, until an offset above them is asked for."""

    def __init__(self, *updates: dict[str, Any]) -> None:
        self.updates = updates
        self.offsets: list[int | None] = []

    async def do_api_request(self, _method: str, asked: dict[str, Any], **_: Any) -> list[Any]:
        await asyncio.sleep(0)
        self.offsets.append(asked["offset"])
        return [u for u in self.updates if asked["offset"] is None or u["update_id"] >= asked["offset"]][:100]

    async def send_message(self, *_: Any) -> None: ...


async def polled(desk: Desk, telegram: Telegram, until: Callable[[], bool]) -> int:
    """Poll until something is so; returns how often the worker was woken."""
    woken: list[None] = []
    polling = asyncio.create_task(poll(desk, telegram, Told(lambda: woken.append(None)), long_poll=0))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        while not until():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    return len(woken)


async def test_while_one_chat_floods_no_message_of_the_others_is_lost(desk: Desk) -> None:
    updates = [text(n, QUIET + n if n % 50 == 0 else NOISY) for n in range(1, 1001)]
    telegram = Telegram(*updates)
    await polled(desk, telegram, lambda: 1001 in telegram.offsets)
    assert stored(desk) == {str(NOISY): LIMIT, **{str(QUIET + n): 1 for n in range(50, 1001, 50)}}
    assert counted(desk) == {(CHANNEL, Limit.CHAT, str(NOISY)): 980 - LIMIT}


async def test_below_the_limit_every_message_of_a_chat_is_kept_in_its_order(desk: Desk) -> None:
    telegram = Telegram(*(text(n, NOISY) for n in range(1, LIMIT + 1)))
    await polled(desk, telegram, lambda: LIMIT + 1 in telegram.offsets)
    with desk.store.reading() as session:
        keys = list(session.scalars(select(InboxUpdate.update_key).order_by(InboxUpdate.position)))
    assert keys == [str(n) for n in range(1, LIMIT + 1)]
    assert counted(desk) == {}


def test_taps_and_commands_count_too(desk: Desk) -> None:
    kinds = (text, tap, command)
    assert keep(desk, [received(kinds[n % 3](n, NOISY), desk.now()) for n in range(1, 101)]).is_work
    assert stored(desk) == {str(NOISY): LIMIT}


class Counting(Store):
    """A store that counts its transactions, and cannot be written to while it is told so."""

    fails = False
    transactions = 0

    def writing(self) -> Any:
        self.transactions += 1
        if self.fails:
            raise OperationalError("INSERT", {}, Exception("disk is full"))
        return super().writing()

    def reading(self) -> Any:
        self.transactions += 1
        return super().reading()


@pytest.fixture
def counting(desk: Desk) -> tuple[Desk, Counting]:
    store = Counting(desk.store.engine)
    return replace(desk, store=store), store


def test_a_batch_of_nothing_but_a_flood_costs_the_store_nothing(counting: tuple[Desk, Counting]) -> None:
    desk, store = counting
    keep(desk, [received(text(n, NOISY), desk.now()) for n in range(1, 101)])
    store.transactions = 0
    for batch in range(1, 11):
        assert not keep(desk, [received(text(batch * 100 + n, NOISY), desk.now()) for n in range(100)]).is_work
    assert store.transactions <= 1  # the settings, once


async def test_what_waits_for_a_store_that_is_down_is_no_flood_when_it_is_back(counting: tuple[Desk, Counting]) -> None:
    desk, store = counting
    desk.settings.value("chat_a_minute")
    telegram = Telegram(*(text(n, QUIET) for n in range(1, 11)))
    store.fails = True
    await polled(desk, telegram, lambda: len(telegram.offsets) > 30)
    store.fails = False
    await polled(desk, telegram, lambda: 11 in telegram.offsets)
    assert stored(desk) == {str(QUIET): 10}
    assert counted(desk) == {}


def test_what_waited_at_telegram_is_measured_by_when_it_was_sent(desk: Desk) -> None:
    calm = [text(n, QUIET, NOON - dt.timedelta(hours=1) + n * dt.timedelta(seconds=5)) for n in range(1, 301)]
    keep(desk, [received(update, desk.now()) for update in calm])
    assert stored(desk) == {str(QUIET): 300}
    wild = [text(n, NOISY, NOON - dt.timedelta(hours=1)) for n in range(301, 601)]
    keep(desk, [received(update, desk.now()) for update in wild])
    assert stored(desk)[str(NOISY)] == LIMIT


async def test_the_worker_is_not_woken_for_what_is_only_counted(desk: Desk) -> None:
    keep(desk, [received(text(n, NOISY), desk.now()) for n in range(1, LIMIT + 1)])
    telegram = Telegram(*(text(n, NOISY) for n in range(41, 141)))
    assert await polled(desk, telegram, lambda: 141 in telegram.offsets) == 0


async def test_while_the_bot_runs_the_person_is_told_and_the_courier_woken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "EVERY", 0.01)
    keep(desk, [received(text(n, NOISY), desk.now()) for n in range(1, 101)])
    told = asyncio.Event()
    noting = asyncio.create_task(floods.note_floods(desk, told.set))
    await asyncio.wait_for(told.wait(), 20)
    noting.cancel()
    with desk.store.reading() as session:
        (delivery,) = session.scalars(select(Delivery))
    assert delivery.message.text == desk.texts.say("flood.told.chat", "en", until="12:01")


def webhook(desk: Desk, called: list[None] | None = None) -> TestClient[Any]:
    wake = (called if called is not None else []).append
    return TestClient(create_app(desk, "/hook", SECRET, Told(lambda: wake(None)), Outage(desk, Telegram())))  # type: ignore[arg-type]


def post(client: TestClient[Any], update: dict[str, Any], secret: str = SECRET, **headers: str) -> Any:
    return client.post("/hook", content=json.dumps(update), headers={SECRET_HEADER: secret, **headers})


def test_what_is_posted_above_the_limit_is_acknowledged_and_not_kept(desk: Desk) -> None:
    woken: list[None] = []
    with webhook(desk, woken) as client:
        assert {post(client, text(n, NOISY)).status_code for n in range(1, 61)} == {200}
        assert post(client, text(61, QUIET)).status_code == 200
    assert stored(desk) == {str(NOISY): LIMIT, str(QUIET): 1}
    assert len(woken) == LIMIT + 1


def test_an_address_that_tries_secrets_is_slowed_and_telegram_is_not(desk: Desk) -> None:
    attempts = desk.rules.limits.attempts
    with webhook(desk) as client:
        answers = [post(client, text(n, 1), secret="wrong") for n in range(attempts + 5)]
        assert [answer.status_code for answer in answers] == [403] * attempts + [429] * 5
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert post(client, text(1, QUIET)).status_code == 200
    assert stored(desk) == {str(QUIET): 1}
    assert counted(desk) == {("webhook", Limit.ATTEMPTS, "unknown"): 5}


def test_an_address_that_a_stranger_writes_into_a_header_makes_no_difference(desk: Desk) -> None:
    attempts = desk.rules.limits.attempts
    with webhook(desk) as client:
        for n in range(attempts):
            post(client, text(n, 1), secret="wrong", **{"X-Forwarded-For": f"198.51.100.{n}"})
        assert post(client, text(1, 1), "wrong", **{"X-Forwarded-For": "192.0.2.1"}).status_code == 429


def test_the_webhooks_server_believes_the_trusted_proxies_only(desk: Desk) -> None:
    app = create_app(desk, "/hook", SECRET, Told(), Outage(desk, Telegram()))  # type: ignore[arg-type]
    assert Server(app, "127.0.0.1", 8443, "10.1.0.0/16").config.forwarded_allow_ips == "10.1.0.0/16"


_KEYS = st.sampled_from(
    ("message", "callback_query", "from", "chat", "date", "edit_date", "type", "language_code", "id")
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _JSON, max_size=4))
def test_whatever_stands_in_an_update_it_can_be_measured(update: dict[str, Any]) -> None:
    arrival = arrival_of(CHANNEL, "1", update, NOON)
    assert arrival.at <= NOON
    assert arrival.hint is None or isinstance(arrival.hint, str)


@pytest.mark.parametrize("date", [10**400, -(10**400), 10**18, 2**63])
def test_a_date_that_no_clock_shows_is_of_now(date: int) -> None:
    assert arrival_of(CHANNEL, "1", {"update_id": 1, "message": {"date": date}}, NOON).at == NOON


def test_clocks_may_differ_a_little_and_what_is_of_the_future_is_of_now() -> None:
    for seconds in (-3600, 0, JUST_NOW.total_seconds()):
        assert arrival_of(CHANNEL, "1", text(1, 1, NOON - dt.timedelta(seconds=seconds)), NOON).at == NOON
    edited = {
        "update_id": 1,
        "edited_message": {**text(1, 1)["message"], "date": 1, "edit_date": int(NOON.timestamp())},
    }
    assert arrival_of(CHANNEL, "1", edited, NOON).at == NOON
