"""A web server under a watch: it beats with its own loop, and goes out of service before it ends.

At SIGTERM a process first says that it is not ready and goes on serving for DRAIN_SECONDS, in which the proxy notices
and sends it nothing new; then it stops listening, finishes what is in hand, and ends.
"""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Any

import uvicorn

from bootstrap.impatience import Impatient
from bootstrap.settings import Settings
from bootstrap.watch.watch import Watch

#: Seconds that requests in hand have to end after the process stopped listening.
FINISH_WITHIN = 10


class WatchedServer(uvicorn.Server):
    """Asked to end, it goes on answering for ``drain`` seconds while /ready says no; SIGINT or asked again, not."""

    def __init__(self, config: uvicorn.Config, watch: Watch, drain: float) -> None:
        super().__init__(config)
        self._watch = watch
        self._drain = drain
        self._ends_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._watch.draining()
        if self._drain and self._ends_at is None and sig == signal.SIGTERM:
            self._ends_at = time.monotonic() + self._drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        self._watch.beat()
        if self._ends_at is not None and time.monotonic() >= self._ends_at:
            self.should_exit = True
        return await super().on_tick(counter)


def serve(app: Any, watch: Watch, settings: Settings, port: int) -> None:
    """Serve an ASGI app until the process is told to stop.

    The address of a client is believed only where one of TRUSTED_PROXIES tells it.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        http=Impatient,
        access_log=False,  # the private links of cases are paths
        log_config=None,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=FINISH_WITHIN,
    )
    WatchedServer(config, watch, settings.drain_seconds).run()
