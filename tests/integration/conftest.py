"""Browsers of people at the web door, for the tests that look at its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from console.app import create_app
from desk.desk import Desk
from tests.console_fixtures import ADDRESS, Browser, settings_in


@pytest.fixture
def app(desk: Desk, tmp_path: Path) -> Litestar:
    return create_app(desk, settings_in(tmp_path))


@pytest.fixture
def browse(app: Litestar) -> Iterator[Callable[[], Browser]]:
    """Open a browser of one person; each has its own cookies."""
    with TestClient(app, base_url=ADDRESS) as first:
        first.headers["accept-language"] = "vi"

        def another() -> Browser:
            client = TestClient(app, base_url=ADDRESS)
            client.blocking_portal = first.blocking_portal
            client.headers["accept-language"] = "vi"
            return Browser(client)

        yield another
