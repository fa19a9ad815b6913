"""Browsers of people at the web door, for the tests that look at its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from bootstrap.settings import Settings
from console.app import create_app, site_of
from desk.desk import Desk
from tests.console_fixtures import ADDRESS, Browser, settings_in


@pytest.fixture(scope="session")
def lent_app() -> Callable[[Desk, Settings], Litestar]:
    """Half a second goes into putting a console's routes together, so one is made and lent from test to test."""
    made: list[Litestar] = []

    def lent(desk: Desk, settings: Settings) -> Litestar:
        if not made:
            made.append(create_app(desk, settings))
        [app] = made
        app.state.site, app.state.settings = site_of(desk, settings), settings
        return app

    return lent


@pytest.fixture
def app(lent_app: Callable[[Desk, Settings], Litestar], desk: Desk, tmp_path: Path) -> Litestar:
    return lent_app(desk, settings_in(tmp_path))


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
