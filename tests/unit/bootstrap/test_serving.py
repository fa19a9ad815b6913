"""A process that is asked to end says so first, serves on while it drains, and only then stops listening."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bootstrap.settings import PROJECT
from tests.replica_fixtures import free_ports

SERVES = """
from bootstrap.settings import Settings
from bootstrap.watch import watched
from bootstrap.watch.web import serve

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(scope["client"][0]).encode()})

settings = Settings(_env_file=None)
with watched(settings, "console") as watch:
    serve(app, watch, settings, settings.console_port)
"""


@dataclass(frozen=True)
class Served:
    """A process that serves at one address and says at another how it is."""

    address: str
    ready: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    ports = free_ports()
    surroundings = {**os.environ, **ports, "VAR_DIR": str(tmp_path), "DRAIN_SECONDS": "1"}
    process = subprocess.Popen([sys.executable, "-c", SERVES], cwd=PROJECT, env=surroundings)
    served = Served(*(f"http://127.0.0.1:{ports[f'CONSOLE_{name}']}" for name in ("PORT", "WATCH_PORT")), process)
    try:
        deadline = time.monotonic() + 30
        while status(f"{served.ready}/ready") != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        yield served
    finally:
        process.kill()
        process.wait()


def status(address: str) -> int:
    """The status of the answer; 0 where nobody listens."""
    try:
        return httpx.get(address, trust_env=False).status_code
    except httpx.TransportError:
        return 0


def asked_to_end(served: Served) -> float:
    """When it was; it has said meanwhile that it takes nothing more."""
    served.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    while status(f"{served.ready}/ready") == 200 and time.monotonic() < began + 1:
        time.sleep(0.01)
    return began


def test_it_serves_on_while_it_says_that_it_is_not_ready_and_then_ends(served: Served) -> None:
    began = asked_to_end(served)

    assert status(f"{served.ready}/ready") == 503
    assert status(f"{served.address}/page") == 200
    assert served.process.wait(20) == 0
    assert time.monotonic() - began >= 1
    assert status(f"{served.address}/page") == 0


def test_a_second_request_to_end_is_obeyed_at_once(served: Served) -> None:
    asked_to_end(served)
    began = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(20)
    assert time.monotonic() - began < 0.9


def test_a_clients_address_is_taken_from_a_trusted_proxy(served: Served) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert httpx.get(served.address, headers=headers, trust_env=False).text == "203.0.113.9"


def test_of_several_addresses_the_last_that_is_no_proxy_counts(served: Served) -> None:
    """A client may write whatever it likes; the proxy adds what it sees at the end."""
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9, 127.0.0.1"}
    assert httpx.get(served.address, headers=headers, trust_env=False).text == "203.0.113.9"
