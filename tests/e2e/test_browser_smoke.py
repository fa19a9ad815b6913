"""The web door in a real browser: phone and desk, with and without a script, strict headers and accessible pages."""

from __future__ import annotations

import dataclasses
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from sqlalchemy import select

from console.app import create_app
from desk.conversations.model import Person
from desk.desk import Desk
from desk.ratings.model import Rating
from tests.conftest import PASSWORD
from tests.console_fixtures import newest_case, settings_in
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port

pytestmark = pytest.mark.browser

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
QUESTION = "Hồ sơ hải quan hàng nhập khẩu gồm những gì?"
OWN_MATTER = "Tờ khai của tôi bị treo ở bước phân luồng, phải làm gì?"


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
def serving(desk: Desk, folder: Path, port: int) -> Iterator[str]:
    """The console on a port of its own, in a thread."""
    config = uvicorn.Config(
        create_app(desk, settings_in(folder)), host="127.0.0.1", port=port, log_config=None, access_log=False
    )
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
        """No accessibility violation, nothing wider than the window, and a picture for whoever asks for one."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the window"
        pictures = os.environ.get("BROWSER_PICTURES")
        if pictures:
            width = (self.page.viewport_size or SCREEN)["width"]
            self.page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)
        result = Axe().run(self.page)
        assert result.violations_count == 0, f"{name}: {result.generate_report()}"


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


@pytest.fixture(scope="module")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(pytestconfig), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console with its fakes around the desk, reached as it would be on this machine."""
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    world.dialogue.desk = desk
    world.search.finds("dossier_import", about="nhập khẩu")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_question_becomes_an_answer_a_case_a_reply_and_a_rating(
    browser: Browser, address: str, world: World, size: ViewportSize, script: bool
) -> None:
    with (
        somebody(browser, address, size, script=script) as lan,
        somebody(browser, address, size, script=script) as minh,
    ):
        lan.open("/")
        _looks_fine(lan, "chat-empty", script)
        _asks(lan, QUESTION)
        expect(lan.page.get_by_text("Nguyên văn dossier_import")).to_be_visible()
        lan.page.get_by_role("button", name="Hữu ích", exact=True).click()
        expect(lan.page.get_by_text(world.text("feedback.helpful"))).to_be_visible()
        _asks(lan, OWN_MATTER)
        with world.store.writing() as session:
            session.scalars(select(Person)).one().contact = "lan@example.vn"
        lan.page.get_by_role("button", name="Hỏi cán bộ").last.click()
        lan.page.get_by_role("button", name="Gửi luôn câu hỏi này").last.click()
        expect(lan.page.get_by_text("Số hồ sơ: 2026-00001")).to_be_visible()
        _looks_fine(lan, "chat", script)

        _officer_answers(minh, world, script)

        if not script:
            lan.open("/chat")
        reply = lan.page.get_by_text("Bạn liên hệ Chi cục nơi mở tờ khai.").last
        expect(reply).to_be_visible()
        minh.page.get_by_role("button", name="Kết thúc hồ sơ").click()
        expect(minh.page.get_by_text("Hồ sơ đã kết thúc")).to_be_visible()
        lan.open(f"/case/{newest_case(world.desk).key}")
        lan.page.get_by_role("button", name="★★★★ Hài lòng", exact=True).click()
        expect(lan.page.get_by_text("Bạn đã đánh giá 4 sao")).to_be_visible()
        _looks_fine(lan, "case", script)
        with world.store.reading() as session:
            assert session.scalars(select(Rating.stars)).all() == [4]
        for path, name in (("/desk/search?q=hồ sơ", "search"), ("/desk/ratings", "ratings"), ("/desk/me", "me")):
            minh.open(path)
            _looks_fine(minh, name, script)


def test_the_pages_speak_english_too(browser: Browser, address: str) -> None:
    with somebody(browser, address, PHONE, script=True) as lan:
        lan.open("/chat")
        lan.page.get_by_role("button", name="English").click()
        expect(lan.page.get_by_role("button", name="Send")).to_be_visible()
        lan.checks_the_page("chat-english")


def test_what_could_not_be_sent_is_kept_and_sent_once(browser: Browser, address: str, world: World) -> None:
    with somebody(browser, address, PHONE, script=True) as lan:
        lan.open("/chat")
        _asks(lan, "xin chào")
        expect(lan.page.get_by_text(world.text("small_talk.greet"))).to_be_visible()
        lan.page.context.set_offline(True)
        _types(lan, "cảm ơn")
        expect(lan.page.get_by_text(world.text("page.chat.not_sent"))).to_be_visible()
        lan.page.context.set_offline(False)
        lan.page.get_by_role("button", name="Gửi", exact=True).click()
        expect(lan.page.get_by_text(world.text("small_talk.thanks"))).to_be_visible()
        expect(lan.page.locator(".message.person").filter(has_text="cảm ơn")).to_have_count(1)
        lan.complaints = [c for c in lan.complaints if "ERR_INTERNET_DISCONNECTED" not in c]


def _types(person: Somebody, text: str) -> None:
    person.page.get_by_label("Câu hỏi của bạn").fill(text)
    person.page.get_by_role("button", name="Gửi", exact=True).click()


def _asks(person: Somebody, text: str) -> None:
    """Send a text and wait until the desk has it, with its answer."""
    _types(person, text)
    expect(person.page.locator(".message.person:not(.pending)").filter(has_text=text).last).to_be_visible()


def _officer_answers(minh: Somebody, world: World, script: bool) -> None:
    minh.open("/desk/")
    _looks_fine(minh, "sign-in", script)
    minh.page.get_by_label("Tên đăng nhập").fill("minh")
    minh.page.get_by_label("Mật khẩu").fill(PASSWORD)
    minh.page.get_by_role("button", name="Đăng nhập").click()
    minh.page.get_by_role("link", name="Đang chờ 1").click()
    _looks_fine(minh, "inbox", script)
    minh.page.get_by_role("link", name="2026-00001").click()
    minh.page.get_by_role("button", name="Nhận xử lý").click()
    _looks_fine(minh, "officer-case", script)
    minh.page.get_by_label("Nội dung trả lời").fill("Bạn liên hệ Chi cục nơi mở tờ khai.")
    minh.page.get_by_role("button", name="Gửi trả lời").click()
    expect(minh.page.get_by_role("status")).to_have_text(world.text("page.desk.done_sent"))
    _looks_fine(minh, "officer-case-answered", script)


def _looks_fine(person: Somebody, name: str, script: bool) -> None:
    # axe itself is a script: the pages are the same without one.
    if script:
        person.checks_the_page(name)
