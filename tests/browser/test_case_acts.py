"""The page of a case in a real browser: every act of officers and heads, on a phone and on a screen."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select

from desk.cases.model import Case
from desk.cases.officers.signed_topics import SignedTopics
from desk.desk import Rules
from tests.browser.browsers import SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import open_case
from tests.desk_fixtures import UNSURE, World
from tests.e2e.running_desk import free_port
from tests.small_tree import add_people, add_units, unit

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def rules(rules: Rules) -> Rules:
    return dataclasses.replace(rules, signed_topics=SignedTopics(frozenset({"tax"})))


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over a desk with one case, which waits in an office."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    world.search.finds("channels", "fee_rates", "dossier_import", confidence=UNSURE, about="bị treo")
    open_case(world)
    with world.store.writing() as session:
        case = session.scalars(select(Case)).one()
        case.unit, case.topic = unit(session, "CATLAI"), "tax"
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_officers_ask_note_quote_and_transfer_and_the_head_signs(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with (
        somebody(browser, address, size, script=True) as thu,
        somebody(browser, address, size, script=True) as hanh,
    ):
        _signs_in(thu, "thu")
        thu.open("/desk/cases/2026-00001")
        thu.page.get_by_role("button", name="Nhận xử lý").click()
        for summary, field, words, button, done in (
            ("Ghi chú nội bộ", "Ghi chú cho đồng nghiệp", "Đã gọi điện cho doanh nghiệp.", "Lưu ghi chú", "noted"),
            ("Hỏi thêm doanh nghiệp", "Câu hỏi, được chuyển nguyên văn", "Tờ khai số mấy?", "Gửi câu hỏi", "asked"),
        ):
            thu.page.locator("summary", has_text=summary).click()
            thu.page.get_by_label(field).fill(words)
            thu.page.get_by_role("button", name=button).click()
            expect(thu.page.get_by_role("status")).to_have_text(world.text(f"page.desk.done_{done}"))
        thu.checks_the_page("case-asked")
        thu.page.get_by_label("Nội dung trả lời").fill("Chào anh chị,")
        thu.page.get_by_role("button", name="Tiêu đề channels").click()
        expect(thu.page.get_by_label("Nội dung trả lời")).to_have_value(_begins("Chào anh chị,\n\nTiêu đề channels"))
        thu.checks_the_page("case-quoted")
        thu.page.get_by_role("button", name="Gửi trả lời").click()
        expect(thu.page.get_by_role("status")).to_have_text(world.text("page.desk.done_drafted"))
        thu.checks_the_page("case-drafted")

        _signs_in(hanh, "hanh")
        hanh.page.get_by_role("link", name="Chờ tôi ký 1").click()
        hanh.checks_the_page("cases-to-sign")
        hanh.page.get_by_role("link", name="2026-00001").click()
        hanh.checks_the_page("case-to-sign")
        hanh.page.get_by_role("button", name="Ký và gửi doanh nghiệp").click()
        expect(hanh.page.get_by_role("status")).to_have_text(world.text("page.desk.done_signed"))
        hanh.checks_the_page("case-signed")
        hanh.open("/desk/cases")  # the case goes to another unit now, and a page that shows it would ask in vain

        thu.open("/desk/cases/2026-00001")
        thu.page.locator("summary", has_text="Chuyển hồ sơ").click()
        thu.checks_the_page("case-transfer")
        thu.page.get_by_label("Đơn vị nhận").select_option("LINHTRUNG")
        thu.page.get_by_label("Lý do chuyển").fill("Hàng ở khu chế xuất")
        thu.page.get_by_role("button", name="Chuyển", exact=True).click()
        expect(thu.page.get_by_role("status")).to_have_text(world.text("page.desk.case_moved", number="2026-00001"))
        thu.checks_the_page("case-transferred")


def _signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()


def _begins(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))
