"""Browsers and the people at them: a console served on a port of its own, pages that are looked at in both lights.

Whatever a browser reports against the rules of a page, asks of another host or complains of is noted in the record of
tests/looked_at.py and fails the test.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, ViewportSize

from console.app import create_app
from desk.desk import Desk
from tests.console_fixtures import settings_in
from tests.looked_at import THE_RECORD

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No other host is reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
PHONE: ViewportSize = {"width": 360, "height": 740}
SCREEN: ViewportSize = {"width": 1280, "height": 800}
#: Tells of whatever the rules of a page forbade it, from before its first line is read.
_WATCH_THE_RULES = """
document.addEventListener("securitypolicyviolation", (found) =>
  window.breaksARule(`${found.documentURI}: ${found.violatedDirective} forbids ${found.blockedURI || found.sample}`));
"""
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
    script: bool = True
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        try:
            self.page.goto(self.address + path)
        except Error as error:
            # A page that loads itself anew at this very moment, as one that was signed out elsewhere does.
            if "interrupted by another navigation" not in error.message:
                raise
            self.page.wait_for_load_state()
            self.page.goto(self.address + path)

    def complains_of(self, what: str) -> None:
        if "Content Security Policy" in what:
            THE_RECORD.csp.append(what)
        self.complaints.append(what)

    def asks(self, request: Request) -> None:
        """Every request; one to another host than this machine is none of the business of the console's pages.

        What the page of the authority's own sign-in fetches is that page's.
        """
        asked = urllib.parse.urlsplit(request.url)
        is_ours = request.is_navigation_request() or request.frame.url.startswith(self.address)
        if is_ours and asked.scheme in ("http", "https", "ws", "wss") and asked.hostname != "127.0.0.1":
            THE_RECORD.foreign.append(request.url)
            self.complaints.append(f"asked {request.url}")

    def misses(self, request: Request) -> None:
        """A request that failed; what was broken off because the person went on to another page is none."""
        if "ERR_ABORTED" not in str(request.failure):
            self.complains_of(f"{request.url} {request.failure}")

    def arrives(self, page: Page) -> None:
        """Where no script runs, a page that opens is all that can be looked at."""
        if not self.script and page.url.startswith(self.address):
            THE_RECORD.looked_at(urllib.parse.urlsplit(page.url).path, script=False)

    def violations(self, page: str, how: str) -> list[str]:
        """What axe finds on the page as it is, each in a line; ``how`` tells apart looks at one page."""
        found = Axe().run(self.page).response["violations"]
        THE_RECORD.looked_at(page)
        lines = [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:200]})" for one in found]
        THE_RECORD.axe.extend(f"{page} {how}: {line}" for line in lines)
        return lines

    def checks_the_page(self, name: str) -> None:
        """Nothing wider than the window, no accessibility violation by day or night, and pictures for whoever asks."""
        self.page.wait_for_load_state("load")  # without its styles a page is as wide as it likes
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the window"
        for light in LIGHTS:
            self.page.emulate_media(color_scheme=light)
            self.takes_a_picture(f"{name}-{light}")
            assert self.violations(name, light) == []
        self.page.emulate_media(color_scheme="light")

    def overlooks_refusals(self, *statuses: int) -> None:
        """Wait until the browser has told of pages with these statuses, which were meant, and overlook that."""
        for status in statuses:
            told = f"status of {status} "
            deadline = time.monotonic() + 10
            while not any(told in said for said in self.complaints):
                assert time.monotonic() < deadline, f"no page was refused with {status}; told were {self.complaints}"
                self.page.wait_for_timeout(20)
            self.complaints[:] = [said for said in self.complaints if told not in said]

    def takes_a_picture(self, name: str) -> None:
        folder = os.environ.get("BROWSER_PICTURES")
        if folder:
            width = (self.page.viewport_size or SCREEN)["width"]
            self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


@contextmanager
def somebody(browser: Browser, address: str, size: ViewportSize, *, script: bool) -> Iterator[Somebody]:
    context: BrowserContext = browser.new_context(viewport=size, java_script_enabled=script, locale="vi-VN")
    person = Somebody(context.new_page(), address, script)
    watch(context, person)
    try:
        yield person
        assert person.complaints == []
    finally:
        context.close()


def watch(context: BrowserContext, person: Somebody) -> None:
    """Note all that the browser complains of, what the rules of a page forbid, and what it asks of other hosts."""
    page = person.page
    context.expose_binding("breaksARule", lambda _source, what: _breaks_a_rule(person, what))
    context.add_init_script(_WATCH_THE_RULES)
    page.on("request", lambda request: person.asks(request))
    page.on("console", lambda said: person.complains_of(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: person.complains_of(str(error)))
    page.on("requestfailed", lambda request: person.misses(request))
    page.on("load", person.arrives)


def _breaks_a_rule(person: Somebody, what: Any) -> None:
    THE_RECORD.csp.append(str(what))
    person.complaints.append(str(what))
