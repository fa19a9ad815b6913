"""Trying a question, settings and the audit log in a real browser, in both languages, on a phone and on a screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bootstrap import condition
from bootstrap.condition import Part, Well
from desk.conversations import inbox
from desk.conversations.inbox import RawUpdate
from desk.conversations.model import InboxUpdate
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.people.model import Role
from desk.ports import Hit
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import officer_replies, open_case
from tests.desk_fixtures import NOON, SURE, UNSURE, World
from tests.e2e.running_desk import free_port
from tests.running_fixtures import hire

pytestmark = pytest.mark.browser
PARTS = {
    part.name: part
    for part in (
        Part("telegram", Well.WELL, {"username": "@hoi_dap_hai_quan_bot", "mode": "polling", "pending": 3}, 212.0),
        Part("bot", Well.WELL, {"last_sign": NOON, "lag": 1.2}),
        Part("rasa", Well.DOWN, {"error": "ConnectTimeout"}),
        Part("actions", Well.WELL, {"actions": 7}, 4.0),
        Part(
            "knowledge",
            Well.WELL,
            {
                "publication_no": 1,
                "entries": 96,
                "passages": 2841,
                "articles": 512,
                "law_passages": 4120,
                "model": "e5-small",
                "model_identity": "8a1f0c2b9d3e4f56",
                "indexed_at": NOON,
            },
            6.0,
        ),
        Part("console", Well.WELL, {}, 2.0),
        Part("clock", Well.DOWN, {"last_sign": NOON, "lag": 73.0}),
    )
}
ASKED = "Phân kênh tờ khai là gì? Lệ phí hải quan bao nhiêu?"


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over a desk in which something has happened already."""
    hire(world, "ly", Role.ADMINISTRATOR)
    open_case(world)
    officer_replies(world, "Chào anh chị, đề nghị liên hệ chi cục.", resolve=True)
    port = free_port()
    with serving(dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}"), tmp_path, port) as address:
        yield address


def found(*entries: str, confidence: float) -> list[Hit]:
    return [
        Hit(entry, 1, 2.1 - place, confidence / place, 12.42 / place, 0.91 / place, 3.2 - place)
        for place, entry in enumerate(entries, start=1)
    ]


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_curator_tries_a_question(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    world.search._proposals = [
        ("Phân kênh", found("channels", "dossier_import", "fee_rates", confidence=SURE)),
        ("phí", found("fee_rates", "channels", confidence=SURE)),
        ("kê", found("channels", "dossier_import", confidence=UNSURE)),
        ("", found("fee_rates", "channels", confidence=UNSURE)),
    ]
    with somebody(browser, address, size, script=True) as hoa:
        _signs_in(hoa, "hoa")
        hoa.page.get_by_role("link", name="Thử câu hỏi").click()
        hoa.checks_the_page("try-empty")
        hoa.page.get_by_label("Câu hỏi").fill(ASKED)
        hoa.page.get_by_role("button", name="Thử").click()
        expect(hoa.page.get_by_role("status")).to_have_text(world.text("page.try.some_differ"))
        expect(hoa.page.get_by_text("Nguyên văn channels: nộp ở chi cục.").first).to_be_visible()
        hoa.checks_the_page("try")
        hoa.page.get_by_role("button", name="English").click()
        hoa.open("/desk/guidance/try?q=Ph%C3%A2n%20k%C3%AAnh%20l%C3%A0%20g%C3%AC&lang=en")
        hoa.checks_the_page("try-en")
        world.search.fails = True
        hoa.page.reload()
        expect(hoa.page.get_by_role("alert")).to_have_text(world.text("page.try.failed", "en"))
        hoa.checks_the_page("try-failed")
        hoa.complaints = [told for told in hoa.complaints if "503" not in told]


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_an_administrator_changes_a_setting_and_reads_it_in_the_audit(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as ly:
        _signs_in(ly, "ly")
        ly.page.get_by_role("link", name="Quản trị", exact=True).click()
        ly.page.get_by_role("link", name="Cấu hình").click()
        ly.checks_the_page("settings")
        ly.page.get_by_role("link", name="Ngưỡng trả lời", exact=True).click()
        ly.checks_the_page("setting")
        ly.page.get_by_label("Giá trị mới (%)").fill("12")
        ly.page.get_by_label("Lý do thay đổi").fill("Cán bộ báo nhiều câu trả lời sai.")
        ly.page.get_by_role("button", name="Áp dụng giá trị mới").click()
        expect(ly.page.get_by_role("alert")).to_have_text(
            world.text("setting.refused.range", lowest="30", highest="99")
        )
        ly.checks_the_page("setting-refused")
        ly.page.get_by_label("Giá trị mới (%)").fill("75,5")
        ly.page.get_by_role("button", name="Áp dụng giá trị mới").click()
        expect(ly.page.get_by_role("status")).to_have_text(world.text("page.settings.done_changed"))
        ly.checks_the_page("setting-changed")
        ly.open("/desk/settings")
        ly.checks_the_page("settings-changed")
        ly.page.get_by_role("link", name="Số liệu", exact=True).click()
        ly.page.get_by_role("link", name="Nhật ký").click()
        ly.checks_the_page("audit")
        ly.page.get_by_label("Việc", exact=True).select_option(label="Cấu hình: mọi việc")
        ly.page.get_by_role("button", name="Lọc").click()
        expect(ly.page.get_by_role("cell", name="Ly (ly)")).to_be_visible()
        ly.checks_the_page("audit-filtered")
        ly.page.get_by_label("Về", exact=True).fill("nothing like it")
        ly.page.get_by_role("button", name="Lọc").click()
        ly.checks_the_page("audit-none")
        ly.page.get_by_role("button", name="English").click()
        for path, name in (("settings", "settings-en"), ("settings/answer", "setting-en"), ("audit", "audit-en")):
            ly.open(f"/desk/{path}")
            ly.checks_the_page(name)
        ly.complaints = [told for told in ly.complaints if "422" not in told]


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_an_administrator_sees_what_is_wrong_and_has_a_message_sent_again(
    browser: Browser, address: str, world: World, size: ViewportSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "look", lambda _settings: PARTS)
    with world.store.writing() as session:
        newest = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(2)).all()
        deliveries.failed_for_good(session, newest[0].id, "Bad Request: chat not found")
        deliveries.cut_off(session, newest[1].id, "TimedOut")
        _two_are_set_aside(session)
    with somebody(browser, address, size, script=True) as ly:
        _signs_in(ly, "ly")
        ly.page.get_by_role("link", name="Quản trị", exact=True).click()
        ly.page.get_by_role("link", name="Tình trạng").click()
        ly.checks_the_page("system")
        ly.page.get_by_role("button", name="Gửi lại").first.click()
        expect(ly.page.get_by_role("status")).to_have_text(world.text("page.system.done_sent_again"))
        ly.page.get_by_role("button", name="Gửi lại").first.click()
        ly.page.get_by_role("button", name="Xử lý lại").first.click()
        expect(ly.page.get_by_role("status")).to_have_text(world.text("page.system.done_taken_up"))
        ly.page.get_by_role("button", name="English").click()
        ly.open("/desk/system")
        ly.checks_the_page("system-en")


def _two_are_set_aside(session: Session) -> None:
    for number, error in enumerate(("OperationalError", "NotFetched")):
        inbox.store(session, "telegram", [RawUpdate(f"{number}", f"{number}", "{}")], NOON)
        row = session.scalars(select(InboxUpdate).order_by(InboxUpdate.id.desc()).limit(1)).one()
        row.state, row.attempts, row.result, row.finished_at = "failed", 5, error, NOON


def test_all_of_it_works_without_a_script(browser: Browser, address: str, world: World) -> None:
    world.search.finds("channels")
    with somebody(browser, address, PHONE, script=False) as ly:
        _signs_in(ly, "ly")
        ly.page.get_by_role("link", name="Hướng dẫn", exact=True).click()
        ly.page.get_by_role("link", name="Thử câu hỏi").click()
        ly.page.get_by_label("Câu hỏi").fill("Phân kênh là gì?")
        ly.page.get_by_role("button", name="Thử").click()
        expect(ly.page.get_by_role("status")).to_have_text(world.text("page.try.all_same"))
        ly.open("/desk/settings/idle_minutes")
        ly.page.get_by_label("Giá trị mới (phút)").fill("20")
        ly.page.get_by_label("Lý do thay đổi").fill("Người hỏi cần thêm thời gian.")
        ly.page.get_by_role("button", name="Áp dụng giá trị mới").click()
        expect(ly.page.get_by_role("status")).to_have_text(world.text("page.settings.done_changed"))
        ly.page.get_by_label("Lý do trở về mặc định").fill("Không cần nữa.")
        ly.page.get_by_role("button", name="Trở về mặc định").click()
        expect(ly.page.get_by_role("status")).to_have_text(world.text("page.settings.done_reset"))
        ly.open("/desk/audit?act=setting.")
        expect(ly.page.get_by_role("cell", name="Trở về mặc định")).to_be_visible()


def _signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()
