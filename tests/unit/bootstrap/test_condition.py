"""Asking every part how it is: what each tells, what counts as well, and that nobody waits long or sees a token."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bootstrap import condition
from bootstrap.condition import Well
from bootstrap.settings import Settings
from tests.clamd_server import Clamd, serving

TOKEN = "123:secret"
WELL = {
    "/health": {
        "status": "ok",
        "publication_no": 4,
        "model": "/srv/models/e5",
        "passages": 9,
        "entries": 2,
        "actions": [],
        "lag": 1.5,
    },
    "/version": {"version": "3.6.21"},
    "/status": {"model_file": "/srv/rasa/abc.tar.gz"},
    f"/bot{TOKEN}/getMe": {"ok": True, "result": {"username": "hoi_dap_bot"}},
    f"/bot{TOKEN}/getWebhookInfo": {"ok": True, "result": {"url": "", "pending_update_count": 3}},
}


@pytest.fixture
def answers() -> dict[str, Any]:
    """What the stand-in for every part answers, by path; a number is a status, None is silence."""
    return dict(WELL)


@pytest.fixture
def settings(answers: dict[str, Any], tmp_path: Path) -> Iterator[Settings]:
    class Stand(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = answers.get(self.path.split("?")[0], 404)
            if told is None:
                silent.wait(10)
                return
            body = json.dumps(told if not isinstance(told, int) else {}).encode()
            self.send_response(told if isinstance(told, int) else answers.get("code", 200))
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    silent = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stand)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield Settings(
            _env_file=None,
            var_dir=tmp_path,
            knowledge_url=url,
            actions_url=url,
            rasa_url=url,
            console_port=server.server_port,
            bot_watch_port=server.server_port,
            clock_watch_port=server.server_port,
            telegram_api_url=url,
            telegram_bot_token=TOKEN,
        )
    finally:
        silent.set()
        server.shutdown()
        server.server_close()


def test_parts_that_are_well_tell_what_they_run(settings: Settings) -> None:
    parts = condition.look(settings)
    scanner = parts.pop("scanner")  # none is set up here
    assert (scanner.well, scanner.is_well) == (Well.OFF, True)
    assert {name: part.well for name, part in parts.items()} == dict.fromkeys(parts, Well.WELL)
    assert parts["telegram"].facts["username"] == "@hoi_dap_bot"
    assert parts["telegram"].facts["pending"] == 3
    assert (parts["rasa"].facts["version"], parts["rasa"].facts["model"]) == ("3.6.21", "abc.tar.gz")
    assert (parts["knowledge"].facts["model"], parts["knowledge"].facts["passages"]) == ("e5", 9)
    assert parts["clock"].facts["lag"] == 1.5
    assert isinstance(parts["bot"].facts["last_sign"], dt.datetime)


def test_a_part_that_is_silent_is_down_after_a_second_and_holds_nobody_up(
    settings: Settings, answers: dict[str, Any]
) -> None:
    answers |= {"/health": None, "/version": None, f"/bot{TOKEN}/getMe": None}
    began = time.monotonic()
    parts = condition.look(settings)
    assert time.monotonic() - began < 3.5
    assert {parts[name].well for name in ("knowledge", "actions", "console", "rasa", "telegram", "bot")} == {Well.DOWN}


def test_what_is_not_understood_is_down_and_no_error_shows_the_token(
    settings: Settings, answers: dict[str, Any]
) -> None:
    answers |= {f"/bot{TOKEN}/getMe": 401, "/health": ["odd"], "/version": 500}
    parts = condition.look(settings)
    assert {parts[name].well for name in ("knowledge", "actions", "rasa", "telegram", "clock")} == {Well.DOWN}
    assert TOKEN not in repr(parts)


def test_a_scanner_is_asked_whether_it_is_there(settings: Settings) -> None:
    daemon = Clamd()
    with serving(daemon):
        there = settings.model_copy(update={"scanner_url": daemon.url})
        assert condition.look(there, ("scanner",))["scanner"].well is Well.WELL
    away = condition.look(there, ("scanner",))["scanner"]
    assert (away.well, away.facts) == (Well.DOWN, {"error": "ConnectionRefusedError"})


def test_a_rasa_without_a_model_and_a_webhook_that_is_not_meant_are_troubles(
    settings: Settings, answers: dict[str, Any]
) -> None:
    answers["/status"] = {"model_file": None}
    answers[f"/bot{TOKEN}/getWebhookInfo"] = {"ok": True, "result": {"url": "https://old.example/hook"}}
    parts = condition.look(settings, ("rasa", "telegram"))
    assert {name: part.well for name, part in parts.items()} == {"rasa": Well.TROUBLED, "telegram": Well.TROUBLED}


def test_nothing_listening_is_down_and_telegram_without_a_token_is_not_set_up(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        _env_file=None,
        var_dir=tmp_path,
        knowledge_url=url,
        rasa_url=url,
        clock_watch_port=port,
        telegram_bot_token=None,
    )
    parts = condition.look(settings, ("knowledge", "rasa", "telegram", "clock"))
    assert {name: part.well for name, part in parts.items()} == {
        "telegram": Well.OFF,
        "rasa": Well.DOWN,
        "knowledge": Well.DOWN,
        "clock": Well.DOWN,
    }
    assert parts["telegram"].is_well


def test_a_main_loop_that_stands_still_is_down_and_one_that_has_not_begun_has_no_lag(
    settings: Settings, answers: dict[str, Any]
) -> None:
    answers |= {"/health": {"lag": 73.0, "status": "failing"}, "code": 503}
    (clock,) = condition.look(settings, ("clock",)).values()
    assert (clock.well, clock.facts["lag"]) == (Well.DOWN, 73.0)
    answers["/health"] = {"lag": None}
    (clock,) = condition.look(settings, ("clock",)).values()
    assert (clock.well, clock.facts) == (Well.DOWN, {"last_sign": None, "lag": None})


def test_versions_are_told() -> None:
    assert set(condition.versions()) == {"application", "python"}
