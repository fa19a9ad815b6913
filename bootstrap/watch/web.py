"""A web server under a watch: it beats with its own loop, and drains before it ends."""

from __future__ import annotations

import time
from types import FrameType
from typing import Any

import uvicorn

from bootstrap.watch.watch import Watch


class WatchedServer(uvicorn.Server):
    """Asked to end, it goes on answering for ``drain`` seconds while /ready says no; asked again, it ends at once."""

    def __init__(self, config: uvicorn.Config, watch: Watch, drain: float) -> None:
        super().__init__(config)
        self._watch = watch
        self._drain = drain
        self._asked: tuple[float, int] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._watch.draining()
        if self._drain and self._asked is None:
            self._asked = time.monotonic() + self._drain, sig
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        self._watch.beat()
        if self._asked is not None and not self.should_exit and time.monotonic() >= self._asked[0]:
            super().handle_exit(self._asked[1], None)
        return await super().on_tick(counter)


def serve(app: Any, watch: Watch, *, host: str, port: int, drain: float = 0.0, **options: Any) -> None:
    """Serve an ASGI app until the process is told to stop; ``options`` are those of uvicorn.Config."""
    WatchedServer(uvicorn.Config(app, host=host, port=port, log_config=None, **options), watch, drain).run()
