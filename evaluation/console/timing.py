"""How long the console takes for a page: from the request to the last byte of its answer, without a browser."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from evaluation.cases.figures import percentile


@dataclass(frozen=True)
class Times:
    """Of some requests, in milliseconds; ``work_p50_ms`` is what this process worked, however busy the machine was."""

    p50_ms: float
    p95_ms: float
    work_p50_ms: float = 0.0

    @classmethod
    def of(cls, spent: Sequence[tuple[float, float]]) -> Times:
        """From pairs of seconds: those that passed and those that this process worked."""
        passed, worked = ([1000 * second for second in each] for each in zip(*spent, strict=True))
        return cls(percentile(passed, 50), percentile(passed, 95), percentile(worked, 50))


@dataclass
class Timed:
    """An application that notes how long each request took, and how long it worked on it."""

    app: Litestar
    spent: list[tuple[float, float]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, worked = time.perf_counter(), time.process_time()
        await self.app(scope, receive, send)
        self.spent.append((time.perf_counter() - began, time.process_time() - worked))


class PageFailed(Exception):
    """A page was not what it should be, so that its time says nothing."""


@dataclass
class Visitor:
    """Somebody who is signed in, and asks for pages one after the other."""

    client: TestClient[Any]
    timed: Timed

    def times(self, path: str, rounds: int) -> Times:
        """The times of a page after one that warms it up; raises PageFailed."""
        self._get(path)
        self.timed.spent.clear()
        for _ in range(rounds):
            self._get(path)
        return Times.of(self.timed.spent)

    def page(self, path: str) -> str:
        return self._get(path)

    def _get(self, path: str) -> str:
        answer = self.client.get(path, follow_redirects=False)
        if answer.status_code not in (200, 204):
            raise PageFailed(f"{path} answered {answer.status_code}")
        return str(answer.text)


@contextmanager
def visiting(app: Litestar, cookies: dict[str, str]) -> Iterator[Visitor]:
    timed = Timed(app)
    with TestClient(timed, base_url="http://127.0.0.1", cookies=cookies) as client:
        client.headers["accept-language"] = "vi"
        yield Visitor(client, timed)
