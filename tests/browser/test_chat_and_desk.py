"""The web door in a real browser: phone and desk, with and without a script, strict headers and accessible pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select

from desk.conversations.model import Person
from desk.ratings.model import Rating
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import newest_case
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port

pytestmark = pytest.mark.browser

QUESTION = "Hồ sơ hải quan hàng nhập khẩu gồm những gì?"
OWN_MATTER = "Tờ khai của tôi bị treo ở bước phân luồng, phải làm gì?"


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
        for path, name in (("/desk/search?q=hồ sơ", "search"), ("/desk/figures", "figures"), ("/desk/me", "me")):
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
