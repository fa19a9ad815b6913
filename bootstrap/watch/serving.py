"""The port on which a process shows how it is: served by threads, so that a process that is busy still answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from bootstrap import garbage, inside
from bootstrap.settings import BadSetting, Settings
from bootstrap.watch.watch import Told, Watch

#: Seconds that somebody who connects has to ask.
_ASKS_WITHIN = 5.0


@contextmanager
def watched(settings: Settings, process: str) -> Iterator[Watch]:
    """A watch over this process, shown on its port until the block ends; raises BadSetting where the port is taken."""
    garbage.leave_what_is_loaded()
    watch = Watch(process)
    try:
        server = server_of(watch, settings.host, settings.watch_port(process), inside.secret_of(settings))
    except OSError as error:
        raise BadSetting(f"{process.upper()}_WATCH_PORT cannot be used: {error.strerror or error}.") from error
    with serving(server):
        yield watch


def server_of(watch: Watch, host: str, port: int, secret: str = "") -> ThreadingHTTPServer:
    """A server that listens and does not answer yet; port 0 is any that is free. Raises OSError.

    This machine may ask without more; others must give ``secret``, and nobody else may where it is empty.
    """
    server = ThreadingHTTPServer((host, port), type("Handler", (_Handler,), {"watch": watch, "secret": secret}))
    server.daemon_threads = True
    return server


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Answer for as long as the block lasts."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """GET /health, /ready and /metrics, and nothing else."""

    watch: Watch
    secret: str
    timeout = _ASKS_WITHIN
    server_version, sys_version = "desk", ""

    def do_GET(self) -> None:
        if not inside.is_loopback(self.client_address[0]) and not inside.proves(
            self.headers.get(inside.HEADER), self.secret
        ):
            return self._answer(HTTPStatus.UNAUTHORIZED, "text/plain", b"")
        match self.path.split("?")[0]:
            case "/health":
                self._tell(self.watch.health())
            case "/ready":
                self._tell(self.watch.readiness())
            case "/metrics":
                self._answer(HTTPStatus.OK, CONTENT_TYPE_PLAIN_0_0_4, generate_latest(self.watch.metrics.registry))
            case _:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"")
        return None

    def send_error(self, code: int, *_: Any) -> None:
        """Without what was asked, which the base class repeats; a method that is not GET is none of ours."""
        status = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        self.close_connection = True
        self._answer(status, "text/plain", b"")

    def _tell(self, told: Told) -> None:
        status = HTTPStatus.OK if told.is_well else HTTPStatus.SERVICE_UNAVAILABLE
        self._answer(status, "application/json", json.dumps(told.as_json()).encode())

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Who asks how the process is, every few seconds, is not logged."""
