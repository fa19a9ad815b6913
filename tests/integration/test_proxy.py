"""The real Caddy with the real Caddyfile before replicas that are made up: what it sends to whom, and never twice."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bootstrap import inside
from bootstrap.settings import Settings
from cli import proxy
from cli.replicas import DRAIN, PORT_OF, settings_of
from tests.replica_fixtures import free_ports

pytestmark = pytest.mark.timeout(60)


@dataclass
class Replica:
    """A process that is made up: counts what it is sent. ``breaks``: it reads a request and hangs up."""

    port: int
    watch_port: int
    breaks: bool = False
    is_ready: bool = True
    got: list[str] = field(default_factory=list)
    told_of: list[str] = field(default_factory=list)
    asked_with: set[str | None] = field(default_factory=set)

    @contextmanager
    def serving(self) -> Iterator[Replica]:
        with self._serving_at(self.port), self._serving_at(self.watch_port):
            yield self

    @contextmanager
    def _serving_at(self, port: int) -> Iterator[None]:
        server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"replica": self}))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    replica: Replica

    def do_GET(self) -> None:
        if self.path == "/ready":
            self.replica.asked_with.add(self.headers["Authorization"])
        self._answer(200 if self.replica.is_ready else 503)

    def do_POST(self) -> None:
        self.replica.got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.replica.told_of.append(self.headers["X-Forwarded-For"])
        if not self.replica.breaks:
            self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


@contextmanager
def caddy_with(settings: Settings) -> Iterator[None]:
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    with (settings.run_dir / "proxy.log").open("wb") as log:
        process = subprocess.Popen(
            proxy.PROXY.command(settings), env=proxy.PROXY.environment(settings), stdout=log, stderr=log
        )
    try:
        _wait_for(lambda: _answers(f"{settings.rasa_url}/proxy-ready"))
        yield
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _wait_for(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def settings_in(folder: Path, **more: Any) -> Settings:
    ports = {name.lower(): int(port) for name, port in free_ports().items()}
    return Settings(_env_file=None, var_dir=folder, replicas=2, **ports, **more)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = settings_in(tmp_path)
    with caddy_with(settings):
        yield settings


def replica(settings: Settings, kind: str, number: int) -> Replica:
    own = settings_of(settings, kind, number)
    return Replica(getattr(own, PORT_OF[kind]), own.watch_port(kind))


def posts(address: str, *texts: str) -> list[int]:
    with httpx.Client(trust_env=False, timeout=20) as client:
        return [client.post(address, content=text).status_code for text in texts]


def test_what_was_sent_to_a_replica_that_hung_up_is_not_sent_to_the_other(settings: Settings) -> None:
    first, second = (replica(settings, "console", 1), replica(settings, "console", 2))
    first.breaks = True
    with first.serving(), second.serving():
        statuses = posts(settings.web_address, *"abcdef")

    assert sorted(first.got + second.got) == list("abcdef")
    assert first.got
    assert statuses.count(502) == len(first.got)
    assert statuses.count(200) == len(second.got)


def test_a_replica_that_is_not_there_costs_no_request(settings: Settings) -> None:
    with replica(settings, "actions", 2).serving() as second:
        assert posts(settings.actions_url, *"abcdef") == [200] * 6
    assert second.got == list("abcdef")


def test_a_replica_that_is_not_ready_gets_nothing_new_before_it_stops_listening(settings: Settings) -> None:
    first, second = (replica(settings, "knowledge", 1), replica(settings, "knowledge", 2))
    with first.serving(), second.serving():
        first.is_ready = False
        time.sleep(DRAIN)
        before = list(first.got)
        assert posts(settings.knowledge_url, *"abcdef") == [200] * 6
    assert first.got == before


def test_what_is_of_the_inside_is_not_reached_from_outside(settings: Settings) -> None:
    # These replicas answer whatever they are asked: what is refused is refused by the proxy.
    with replica(settings, "console", 1).serving(), httpx.Client(trust_env=False) as client:
        for path in ("/metrics", "/ready", "/replica-ready", "/proxy-ready"):
            answer = client.get(f"{settings.web_address}{path}", headers={"X-Replica": "127.0.0.1:1"})
            assert answer.status_code == 404, path
        assert client.get(f"{settings.web_address}/chat").status_code == 200


def test_each_replica_is_asked_with_the_secret_of_the_desks_processes(settings: Settings) -> None:
    with replica(settings, "knowledge", 1).serving() as knowledge:
        _wait_for(lambda: knowledge.asked_with)
    assert knowledge.asked_with == {inside.headers(settings)["authorization"]}


def test_the_proxy_of_many_machines_asks_with_the_secret_of_a_file(tmp_path: Path) -> None:
    here, settings = "127.0.0.77", settings_in(tmp_path)
    (tmp_path / "secret").write_text("s" * 32 + "\n")
    console = replica(settings, "console", 1)
    surroundings = {
        "HOME": str(tmp_path),
        "SITE": f"http://{here}:{settings.console_port}",
        "INSIDE": here,
        "CONSOLES": f"127.0.0.1:{console.port}",
        "CONSOLE_WATCH_PORT": str(console.watch_port),
        "INTERNAL_SECRET_FILE": str(tmp_path / "secret"),
    }
    words = [proxy.caddy(settings), "run", "--config", str(proxy.FOLDER / "Caddyfile"), "--adapter", "caddyfile"]
    with console.serving(), (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(words, env=surroundings, stdout=log, stderr=log)
        try:
            _wait_for(lambda: console.asked_with)
        finally:
            process.kill()
            process.wait()
    assert console.asked_with == {"Bearer " + "s" * 32}


@pytest.mark.parametrize(("trusted", "told_of"), [("10.0.0.0/8", "127.0.0.1"), ("127.0.0.1", "203.0.113.9, 127.0.0.1")])
def test_an_address_is_believed_only_of_a_trusted_proxy(tmp_path: Path, trusted: str, told_of: str) -> None:
    settings = settings_in(tmp_path, trusted_proxies=trusted)
    with caddy_with(settings), replica(settings, "console", 1).serving() as console:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        answer = httpx.post(settings.web_address, content="x", headers=headers, trust_env=False)
    assert answer.status_code == 200
    assert console.told_of == [told_of]
