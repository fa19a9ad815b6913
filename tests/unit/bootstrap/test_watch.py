"""What a process shows of itself on its watch port: alive, ready, draining, its metrics; and that it never hangs."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from bootstrap.settings import BadSetting, Settings
from bootstrap.watch import ALIVE_FOR, Watch, watched
from bootstrap.watch.checks import Asked, Unanswered
from bootstrap.watch.serving import server_of, serving
from bootstrap.watch.web import WatchedServer
from tests.e2e.telegram_emulator import free_port


@dataclass
class Hand:
    """A clock that is turned by hand."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def watch(hand: Hand) -> Watch:
    return Watch("bot", hand, patience=0.1)


@pytest.fixture
def asked(watch: Watch) -> Iterator[httpx.Client]:
    """Somebody who asks the watch over HTTP."""
    server = server_of(watch, "127.0.0.1", 0)
    with (
        serving(server),
        httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", trust_env=False) as client,
    ):
        yield client


def status(client: httpx.Client, path: str) -> tuple[int, dict[str, Any]]:
    answer = client.get(path)
    return answer.status_code, answer.json()["reasons"]


def test_a_process_is_alive_while_it_beats_and_for_ten_seconds_more(
    watch: Watch, hand: Hand, asked: httpx.Client
) -> None:
    assert status(asked, "/health") == (503, {"beat": "the main loop has not begun"})
    watch.beat()
    hand.at += ALIVE_FOR - 0.5
    assert asked.get("/health").json() == {"process": "bot", "status": "ok", "lag": 9.5, "reasons": {}}
    hand.at += 1
    assert status(asked, "/health") == (503, {"beat": "the main loop has stood still for 10 s"})
    watch.beat()
    assert status(asked, "/health") == (200, {})


def test_it_is_ready_when_every_check_holds(watch: Watch, asked: httpx.Client) -> None:
    connected, store = threading.Event(), {"error": True}

    def reached() -> bool:
        if store["error"]:
            raise ConnectionRefusedError("postgresql://desk:secret@db")
        return True

    watch.beat()
    watch.ready_when("telegram", connected.is_set)
    watch.ready_when("store", reached)
    code, reasons = status(asked, "/ready")
    assert (code, reasons) == (503, {"telegram": "not now", "store": "ConnectionRefusedError"})
    connected.set()
    store["error"] = False
    assert status(asked, "/ready") == (200, {})


def test_it_is_alive_and_not_ready_while_it_drains(watch: Watch, asked: httpx.Client) -> None:
    watch.beat()
    assert status(asked, "/ready") == (200, {})
    watch.draining()
    assert status(asked, "/ready") == (503, {"draining": "the process was asked to end"})
    assert status(asked, "/health") == (200, {})


def test_a_process_that_stands_still_is_not_ready(watch: Watch, hand: Hand, asked: httpx.Client) -> None:
    watch.beat()
    hand.at += 60
    code, reasons = status(asked, "/ready")
    assert (code, set(reasons)) == (503, {"beat"})


def test_a_check_that_never_answers_is_no_answer_and_holds_one_thread(watch: Watch, asked: httpx.Client) -> None:
    never, asking = threading.Event(), []

    def hangs() -> bool:
        asking.append(1)
        return never.wait(20)

    watch.beat()
    watch.ready_when("store", hangs)
    try:
        for _ in range(3):
            assert status(asked, "/ready") == (503, {"store": "Unanswered"})
        assert len(asking) == 1
        assert status(asked, "/health") == (200, {})
    finally:
        never.set()


def test_whoever_asks_next_gets_a_new_answer() -> None:
    answers = iter((1, 2))
    ask = Asked(lambda: next(answers))
    assert (ask(), ask()) == (1, 2)
    with pytest.raises(Unanswered):
        Asked(lambda: threading.Event().wait(0.3), patience=0.01)()


def test_the_metrics_tell_how_the_process_is_and_nothing_else_is_served(watch: Watch, asked: httpx.Client) -> None:
    watch.beat()
    watch.ready_when("store", lambda: False)
    page = asked.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        'customs_process_beat_age_seconds{process="bot"} 0.0',
        'customs_process_check{check="store",process="bot"} 0.0',
        'customs_process_draining{process="bot"} 0.0',
    ):
        assert line in page.text
    assert 'customs_build_info{process="bot",python="3.' in page.text
    assert asked.get("/").status_code == 404
    assert asked.post("/health").status_code == 405


def test_a_process_whose_main_loop_is_busy_still_answers(watch: Watch, asked: httpx.Client) -> None:
    watch.beat()
    answered: list[int] = []
    asking = threading.Thread(target=lambda: answered.append(asked.get("/health").status_code))

    async def busy() -> None:
        asking.start()
        asking.join(5)  # nothing of this loop turns meanwhile

    asyncio.run(busy())
    assert answered == [200]


def test_two_watches_in_one_process_have_nothing_in_common(hand: Hand) -> None:
    first, second = Watch("bot", hand), Watch("bot", hand)
    first.metrics.received("web", 3)
    labels = {"channel": "web"}
    assert first.metrics.registry.get_sample_value("customs_updates_received_total", labels) == 3
    assert second.metrics.registry.get_sample_value("customs_updates_received_total", labels) is None


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(_env_file=None, var_dir=tmp_path, bot_watch_port=other.getsockname()[1])
        with (
            pytest.raises(BadSetting, match=r"BOT_WATCH_PORT cannot be used: Address already in use\."),
            watched(settings, "bot"),
        ):
            pass


def test_a_watch_is_shown_on_the_port_of_its_process_until_the_block_ends(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path, clock_watch_port=free_port())
    address = f"http://127.0.0.1:{settings.clock_watch_port}/health"
    with watched(settings, "clock") as watch:
        watch.beat()
        assert httpx.get(address, trust_env=False).json()["process"] == "clock"
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)


def test_every_process_has_a_port_of_its_own() -> None:
    settings = Settings(_env_file=None)
    names = ("rasa", "actions", "knowledge", "console", "bot", "clock")
    assert [settings.watch_port(name) for name in names] == [9005, 9055, 9065, 9000, 9084, 9010]


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise NotImplementedError


class TestAWebServer:
    async def test_beats_and_drains_before_it_ends(self, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
        now = Hand()
        monkeypatch.setattr("bootstrap.watch.web.time.monotonic", now)
        server = WatchedServer(uvicorn.Config(_nothing, log_config=None), watch, drain=5)
        assert await server.on_tick(1) is False
        assert watch.health().is_well
        server.handle_exit(signal.SIGTERM, None)
        assert (watch.is_draining, await server.on_tick(1)) == (True, False)
        now.at += 5
        assert await server.on_tick(1) is True

    async def test_ends_at_once_when_it_is_asked_twice_or_has_nothing_to_wait_for(self, watch: Watch) -> None:
        patient = WatchedServer(uvicorn.Config(_nothing, log_config=None), watch, drain=60)
        patient.handle_exit(signal.SIGTERM, None)
        patient.handle_exit(signal.SIGTERM, None)
        assert await patient.on_tick(1) is True
        quick = WatchedServer(uvicorn.Config(_nothing, log_config=None), watch, drain=0)
        quick.handle_exit(signal.SIGTERM, None)
        assert await quick.on_tick(1) is True
