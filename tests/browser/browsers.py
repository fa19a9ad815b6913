"""Browsers and the people at them: a console served on a port of its own, pages that are looked at in both lights."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from console.app import create_app
from desk.desk import Desk
from tests.console_fixtures import settings_in

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 360, "height": 740}
SCREEN: ViewportSize = {"width": 1280, "height": 800}
LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def chromium(config: pytest.Config) -> str:
    """Where the browser is; without one the tests are skipped aloud, except where a build promises one."""
    wanted = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if wanted and Path(wanted).exists():
        return wanted
    reason = "no Chromium: install Debian's package chromium, or set CHROMIUM to its path"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    capture = config.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled():
        reporter.write_line(f"\nTHE PAGES WERE NOT TRIED IN A BROWSER: {reason}", red=True, bold=True)
    pytest.skip(reason)


@contextmanager
def serving(desk: Desk, folder: Path, port: int, **settings: Any) -> Iterator[str]:
    """The console on a port of its own, in a thread."""
    app = create_app(desk, settings_in(folder, **settings))
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline, "the console did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class Somebody:
    """A person at a browser; whatever the browser complains of is kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def checks_the_page(self, name: str) -> None:
        """Nothing wider than the window, no accessibility violation by day or night, and pictures for whoever asks."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the window"
        for light in LIGHTS:
            self.page.emulate_media(color_scheme=light)
            self.takes_a_picture(f"{name}-{light}")
            result = Axe().run(self.page)
            assert result.violations_count == 0, f"{name} {light}: {result.generate_report()}"
        self.page.emulate_media(color_scheme="light")

    def overlooks_refusals(self, *statuses: int) -> None:
        """Take what the browser says of pages with these statuses for no complaint: they were meant to be refused."""
        meant = [f"status of {status} " for status in statuses]
        self.complaints[:] = [said for said in self.complaints if not any(status in said for status in meant)]

    def takes_a_picture(self, name: str) -> None:
        folder = os.environ.get("BROWSER_PICTURES")
        if folder:
            width = (self.page.viewport_size or SCREEN)["width"]
            self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


@contextmanager
def somebody(browser: Browser, address: str, size: ViewportSize, *, script: bool) -> Iterator[Somebody]:
    context: BrowserContext = browser.new_context(viewport=size, java_script_enabled=script, locale="vi-VN")
    page = context.new_page()
    person = Somebody(page, address)
    page.on("console", lambda said: person.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    page.on("requestfailed", lambda request: person.complaints.append(f"{request.url} {request.failure}"))
    try:
        yield person
        assert [c for c in person.complaints if "ERR_ABORTED" not in c] == []
    finally:
        context.close()
