"""An update is in the store before Telegram hears that it arrived, polled or posted."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from telegram.error import NetworkError

from bot import outage, patience
from bot.inbox import NoUpdate, chat_of, poll, received
from bot.outage import Outage
from bot.webhook import SECRET_HEADER, create_app, path_of
from desk.conversations.inbox import RawUpdate
from desk.conversations.model import InboxUpdate
from desk.desk import Desk
from desk.store import Store
from tests.desk_fixtures import NOON, FrozenClock
from tests.worker_fixtures import Told

SECRET = "s3cret-of-tests"


class FailingStore(Store):
    """A store that cannot be written to while it is told so."""

    fails = True

    def writing(self) -> Any:
        if self.fails:
            raise OperationalError("INSERT", {}, Exception("disk is full"))
        return super().writing()


class FakeTelegram:
    """Hands out updates as Telegram does: again and again until an offset above them is asked for."""

    def __init__(self, *updates: dict[str, Any]) -> None:
        self.updates = list(updates)
        self.offsets: list[int | None] = []
        self.failures = 0
        self.said: list[tuple[str, str]] = []
        self.alerts: list[tuple[str, str]] = []

    async def send_message(self, chat: str, text: str) -> None:
        self.said.append((chat, text))

    async def answer_callback_query(self, query: str, text: str, *, show_alert: bool) -> None:
        assert show_alert
        self.alerts.append((query, text))

    async def do_api_request(self, _method: str, asked: dict[str, Any], **_: Any) -> list[Any]:
        await asyncio.sleep(0)
        self.offsets.append(asked["offset"])
        if self.failures:
            self.failures -= 1
            raise NetworkError("down")
        return [u for u in self.updates if asked["offset"] is None or u["update_id"] >= asked["offset"]]


def text_update(number: int, chat: int = 1) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat, "type": "private"}, "text": f"text {number}"}}


def stored(desk: Desk) -> list[InboxUpdate]:
    with desk.store.reading() as session:
        return list(session.scalars(select(InboxUpdate).order_by(InboxUpdate.id)))


async def polled(desk: Desk, telegram: FakeTelegram, until: Callable[[], bool]) -> None:
    """Poll until something is so."""
    polling = asyncio.create_task(poll(desk, telegram, Told(), long_poll=0))  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        while not until():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience.Patience, "failed", lambda *_: 0.001)


@pytest.fixture
def failing_desk(desk: Desk) -> Desk:
    return replace(desk, store=FailingStore(desk.store.engine))


def webhook(desk: Desk, called: list[int] | None = None, bot: FakeTelegram | None = None) -> TestClient[Any]:
    stored = (called if called is not None else []).append
    return TestClient(create_app(desk, "/hook", SECRET, Told(lambda: stored(1)), Outage(desk, bot or FakeTelegram())))  # type: ignore[arg-type]


def post(client: TestClient[Any], body: str | bytes, secret: str = SECRET) -> int:
    return client.post("/hook", content=body, headers={SECRET_HEADER: secret}).status_code


async def test_the_offset_rises_once_the_batch_is_stored(desk: Desk) -> None:
    telegram = FakeTelegram(text_update(5), text_update(6, chat=2))
    await polled(desk, telegram, lambda: 7 in telegram.offsets)
    assert [(row.update_key, row.chat_address) for row in stored(desk)] == [("5", "1"), ("6", "2")]
    assert telegram.offsets[0] is None


async def test_the_offset_stays_while_the_store_fails(failing_desk: Desk) -> None:
    telegram = FakeTelegram(text_update(5))
    await polled(failing_desk, telegram, lambda: len(telegram.offsets) >= 3)
    assert set(telegram.offsets) == {None}


async def test_a_store_that_works_again_takes_what_waited(failing_desk: Desk) -> None:
    store = failing_desk.store
    assert isinstance(store, FailingStore)
    telegram = FakeTelegram(text_update(5))
    await polled(failing_desk, telegram, lambda: len(telegram.offsets) >= 2)
    store.fails = False
    await polled(failing_desk, telegram, lambda: 6 in telegram.offsets)
    assert [row.update_key for row in stored(failing_desk)] == ["5"]


def written(number: int, chat: int, at: dt.datetime, language: str = "", kind: str = "private") -> dict[str, Any]:
    sender = {"id": chat, **({"language_code": language} if language else {})}
    message = {"chat": {"id": chat, "type": kind}, "from": sender, "date": int(at.timestamp()), "text": "x"}
    return {"update_id": number, "message": message}


def kept(*updates: dict[str, Any]) -> list[RawUpdate]:
    return [received(update, NOON).raw for update in updates]


async def test_who_writes_while_the_store_is_down_is_told_in_their_language(desk: Desk) -> None:
    telegram, now = FakeTelegram(), desk.now()
    told = Outage(desk, telegram)  # type: ignore[arg-type]
    tap = {"update_id": 4, "callback_query": {"id": "tap", "from": {"id": 4, "language_code": "en-GB"}}}
    updates = kept(written(1, 1, now), written(2, 2, now, "en"), written(3, 3, now, "fr"), tap)
    await told.tell(updates)
    assert telegram.said == []  # a store that is only restarted is back in a moment
    desk.clock.advance(seconds=3)  # type: ignore[attr-defined]
    await told.tell(updates)
    say = desk.texts.say
    expected = [("1", "vi"), ("2", "en"), ("3", "vi")]
    assert telegram.said == [(chat, say("degraded.store_down", language)) for chat, language in expected]  # type: ignore[arg-type]
    assert telegram.alerts == [("tap", say("degraded.store_down_tap", "en"))]
    assert len(say("degraded.store_down_tap", "vi")) <= 200


async def test_a_chat_is_told_once_in_ten_minutes_of_an_outage_and_again_in_the_next(desk: Desk) -> None:
    telegram = FakeTelegram()
    clock: FrozenClock = desk.clock  # type: ignore[assignment]
    told = Outage(desk, telegram)  # type: ignore[arg-type]
    for number, (minutes, said) in enumerate(((0, 0), (1, 1), (5, 1), (9, 2), (1, 2))):
        clock.advance(minutes=minutes)
        await told.tell(kept(written(number, 1, clock.now())))
        assert len(telegram.said) == said
    told.over()
    await told.tell(kept(written(9, 1, clock.now())))
    clock.advance(seconds=3)
    await told.tell(kept(written(9, 1, clock.now())))
    assert len(telegram.said) == 3


async def test_what_is_old_or_of_a_group_or_asks_for_nothing_is_told_nothing(desk: Desk) -> None:
    telegram, now = FakeTelegram(), desk.now()
    told = Outage(desk, telegram)  # type: ignore[arg-type]
    old = written(1, 1, now - dt.timedelta(minutes=5))
    edited = {"update_id": 3, "edited_message": written(3, 3, now)["message"]}
    updates = kept(old, written(2, -2, now, kind="group"), edited, {"update_id": 4, "message": {"chat": "x"}})
    await told.tell(updates)
    desk.clock.advance(seconds=3)  # type: ignore[attr-defined]
    await told.tell(updates)
    assert telegram.said == []


async def test_only_so_many_chats_are_remembered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "REMEMBERED", 3)
    told = Outage(desk, FakeTelegram())  # type: ignore[arg-type]
    await told.tell([])
    desk.clock.advance(seconds=3)  # type: ignore[attr-defined]
    await told.tell(kept(*(written(number, number, desk.now()) for number in range(1, 10))))
    assert len(told._told) == 3


async def test_while_it_polls_the_person_is_told_once_and_answered_when_the_store_is_back(
    failing_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "TOLD_AFTER", dt.timedelta(0))
    telegram = FakeTelegram(written(5, 1, failing_desk.now()))
    await polled(failing_desk, telegram, lambda: len(telegram.offsets) >= 4)
    assert [chat for chat, _ in telegram.said] == ["1"]
    failing_desk.store.fails = False  # type: ignore[attr-defined]
    await polled(failing_desk, telegram, lambda: 6 in telegram.offsets)
    assert (len(stored(failing_desk)), len(telegram.said)) == (1, 1)


def test_behind_a_webhook_the_person_is_told_too(failing_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "TOLD_AFTER", dt.timedelta(0))
    telegram = FakeTelegram()
    with webhook(failing_desk, bot=telegram) as client:
        for _ in range(3):
            assert post(client, json.dumps(written(9, 1, failing_desk.now()))) == 503
    assert [chat for chat, _ in telegram.said] == ["1"]


async def test_a_network_that_fails_is_asked_again(desk: Desk) -> None:
    telegram = FakeTelegram(text_update(5))
    telegram.failures = 3
    await polled(desk, telegram, lambda: 6 in telegram.offsets)
    assert len(stored(desk)) == 1


async def test_an_update_that_is_delivered_twice_is_stored_once(desk: Desk) -> None:
    for _ in range(2):
        telegram = FakeTelegram(text_update(5))
        await polled(desk, telegram, lambda telegram=telegram: 6 in telegram.offsets)  # type: ignore[misc]
    assert len(stored(desk)) == 1


async def test_what_has_no_update_id_keeps_nothing_else_back(desk: Desk) -> None:
    telegram = FakeTelegram(text_update(5))
    answer = telegram.do_api_request

    async def with_nonsense(*args: Any, **more: Any) -> list[Any]:
        return [None, {"message": {}}, *await answer(*args, **more)]

    telegram.do_api_request = with_nonsense  # type: ignore[method-assign]
    await polled(desk, telegram, lambda: 6 in telegram.offsets)
    assert [row.update_key for row in stored(desk)] == ["5"]


def test_a_posted_update_is_stored_as_it_came(desk: Desk) -> None:
    called: list[int] = []
    body = '{ "update_id":9,"message":{"chat":{"id":4},"text":"Thuế?"} }'
    with webhook(desk, called) as client:
        assert post(client, body.encode()) == 200
    (row,) = stored(desk)
    assert (row.update_key, row.chat_address, row.body, row.state) == ("9", "4", body, "stored")
    assert called == [1]


@pytest.mark.parametrize("secret", ["", "wrong", "s3cret-of-testsx", "ß"])
def test_a_post_without_the_secret_is_refused(desk: Desk, secret: str) -> None:
    with webhook(desk) as client:
        header = secret.encode("latin-1").decode("latin-1")
        answer = client.post("/hook", content="{}", headers=[(SECRET_HEADER.encode(), header.encode("latin-1"))])
    assert answer.status_code == 403
    assert stored(desk) == []


NO_UPDATES = [
    *(b"", b"nonsense", b"[]", b'{"message": {}}', b'{"update_id": "9"}', b"\xff"),
    b"[" * 100_000,
    b'{"update_id": ' + b"9" * 10_000 + b"}",
]


@pytest.mark.parametrize("body", NO_UPDATES, ids=lambda body: str(body[:12]))
def test_a_post_that_is_no_update_is_refused(desk: Desk, body: bytes) -> None:
    with webhook(desk) as client:
        assert post(client, body) == 400


def test_a_post_that_is_too_long_for_an_update_is_refused(desk: Desk) -> None:
    with webhook(desk) as client:
        assert post(client, b" " * (1024 * 1024 + 1)) == 413
    assert stored(desk) == []


def test_an_update_that_is_posted_again_by_whomever_is_kept_once(desk: Desk) -> None:
    with webhook(desk) as client:
        assert [post(client, json.dumps(text_update(9))) for _ in range(3)] == [200, 200, 200]
        assert post(client, json.dumps(text_update(9, chat=7))) == 200
    assert [(row.update_key, row.chat_address) for row in stored(desk)] == [("9", "1")]


def test_a_webhook_without_a_secret_is_not_served(desk: Desk) -> None:
    with pytest.raises(ValueError, match="anybody could post"):
        create_app(desk, "/hook", "", Told(), Outage(desk, FakeTelegram()))  # type: ignore[arg-type]


def test_a_post_is_not_acknowledged_while_the_store_fails(failing_desk: Desk) -> None:
    store = failing_desk.store
    assert isinstance(store, FailingStore)
    with webhook(failing_desk) as client:
        assert post(client, json.dumps(text_update(9))) == 503
        store.fails = False
        assert post(client, json.dumps(text_update(9))) == 200
    assert len(stored(failing_desk)) == 1


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"message": {"chat": {"id": -5}, "from": {"id": 1}}}, "-5"),
        ({"callback_query": {"from": {"id": 1}, "message": {"chat": {"id": 2}}}}, "2"),
        ({"callback_query": {"from": {"id": 1}}}, "1"),
        ({"my_chat_member": {"chat": {"id": 3}}}, "3"),
        ({"poll": {"id": "8"}}, None),
        ({"message": {"chat": "x"}}, None),
    ],
)
def test_the_chat_of_an_update(update: dict[str, Any], chat: str | None) -> None:
    assert chat_of({"update_id": 1, **update}) == chat


def test_an_update_without_a_chat_is_kept_all_the_same() -> None:
    assert received({"update_id": 1, "poll": {}}, NOON).raw.chat == "unknown"


@pytest.mark.parametrize("update", [None, [], "x", {}, {"update_id": True}, {"update_id": "1"}])
def test_what_has_no_id_is_no_update(update: object) -> None:
    with pytest.raises(NoUpdate):
        received(update, NOON)


@pytest.mark.parametrize(
    ("url", "path"), [("https://desk.example/telegram", "/telegram"), ("https://desk.example", "/")]
)
def test_the_app_listens_under_the_path_of_its_public_address(url: str, path: str) -> None:
    assert path_of(url) == path


def test_a_fault_of_ours_leaves_the_update_with_telegram_and_is_logged_without_its_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("text 5")

    monkeypatch.setattr("bot.webhook.keep", breaks)
    with webhook(desk) as client:
        assert post(client, json.dumps(text_update(5))) == 500
    assert "a post was not taken: ZeroDivisionError" in caplog.text
    assert "text 5" not in caplog.text
