"""A process that is asked to end says so first, serves on while it drains, and only then stops listening."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bootstrap.settings import PROJECT
from tests.replica_fixtures import free_ports

SERVES = """
from bootstrap.serving import serve
from bootstrap.settings import Settings

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(scope["client"][0]).encode()})

settings = Settings(_env_file=None)
serve(app, settings, settings.console_port)
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_ports()["CONSOLE_PORT"]
    surroundings = {**os.environ, "VAR_DIR": str(tmp_path), "CONSOLE_PORT": port, "DRAIN_SECONDS": "1"}
    process = subprocess.Popen([sys.executable, "-c", SERVES], cwd=PROJECT, env=surroundings)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while status(address, "/health") != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        yield address, process
    finally:
        process.kill()
        process.wait()


def status(address: str, path: str) -> int:
    """The status of the answer; 0 where nobody listens."""
    try:
        return httpx.get(f"{address}{path}", trust_env=False).status_code
    except httpx.ConnectError:
        return 0


def test_it_serves_on_while_it_says_that_it_is_not_ready_and_then_ends(
    served: tuple[str, subprocess.Popen[bytes]],
) -> None:
    address, process = served
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    while status(address, "/health") == 200 and time.monotonic() < began + 1:
        time.sleep(0.01)

    assert status(address, "/health") == 503
    assert status(address, "/page") == 200
    assert process.wait(20) == 0
    assert time.monotonic() - began >= 1
    assert status(address, "/page") == 0


def test_a_second_request_to_end_is_obeyed_at_once(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, process = served
    process.send_signal(signal.SIGTERM)
    while status(address, "/health") == 200:
        time.sleep(0.01)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    assert time.monotonic() - began < 0.9


def test_a_clients_address_is_taken_from_a_trusted_proxy(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, _ = served
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert httpx.get(address, headers=headers, trust_env=False).text == "203.0.113.9"
