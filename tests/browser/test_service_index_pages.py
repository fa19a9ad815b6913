"""The service index in a real browser: units, one unit with its reasons, a deduction, and the public page."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.service_index_fixtures import QUARTER, REASON, counted, staffed

pytestmark = pytest.mark.browser


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    staffed(world)
    counted(world)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


def signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()
    expect(person.page.get_by_role("button", name="Đăng xuất")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_from_a_deduction_to_the_public_page(browser: Browser, address: str, size: ViewportSize) -> None:
    with somebody(browser, address, size, script=False) as vinh:
        signs_in(vinh, "vinh")
        vinh.open(f"/desk/service-index/units/CATLAI?period={QUARTER}")
        vinh.page.locator("summary", has_text="Trừ điểm").click()
        vinh.page.get_by_label("Số điểm").fill("1,5")
        vinh.page.get_by_label("Ngày xảy ra sự việc").fill("2026-08-20")
        vinh.page.get_by_label("Lý do", exact=True).last.fill(REASON)
        vinh.page.get_by_role("button", name="Trừ điểm", exact=True).click()
        expect(vinh.page.get_by_role("status")).to_contain_text("Đã trừ điểm.")
    with somebody(browser, address, size, script=True) as hanh:
        signs_in(hanh, "hanh")
        hanh.open(f"/desk/service-index/units/CATLAI?period={QUARTER}")
        hanh.page.locator("summary", has_text="Giải trình cho đơn vị").click()
        hanh.page.get_by_label("Vì sao việc trừ điểm chưa đúng").fill("Đơn vị đã trả lời bằng văn bản đúng hạn.")
        hanh.page.get_by_role("button", name="Gửi giải trình").click()
        hanh.checks_the_page("index-unit-objected")
    with somebody(browser, address, size, script=True) as vinh:
        signs_in(vinh, "vinh")
        vinh.open(f"/desk/service-index/units/CATLAI?period={QUARTER}")
        for summary in vinh.page.locator("details > summary").all():
            summary.click()
        vinh.checks_the_page("index-unit-of-who-deducted")
    with somebody(browser, address, size, script=True) as mai:
        signs_in(mai, "mai")
        mai.page.get_by_role("link", name="Chỉ số phục vụ").click()
        mai.page.get_by_label("Đơn vị", exact=True).select_option("office")
        mai.page.get_by_role("button", name="Xem").click()
        mai.checks_the_page("index-units")
        mai.page.get_by_role("link", name="Công bố…").click()
        mai.checks_the_page("index-publish")
        mai.page.get_by_role("button", name="Công bố", exact=True).click()
        expect(mai.page.get_by_role("status")).to_contain_text("Đã công bố chỉ số.")
        mai.checks_the_page("index-published")
        mai.open("/desk/service-index/published")
        mai.checks_the_page("index-published-list")
        mai.open("/desk/service-index?kind=office&period=2026-Q4")
        mai.checks_the_page("index-nothing-yet")
    with somebody(browser, address, size, script=True) as anybody:
        anybody.open("/service-index")
        anybody.page.get_by_role("link", name="Quý III/2026").click()
        anybody.page.locator("summary").first.click()
        anybody.checks_the_page("index-public")
        anybody.page.get_by_role("button", name="English").click()
        expect(anybody.page.get_by_role("heading", level=1)).to_have_text("Service index: Q3 2026")
        for summary in anybody.page.locator("summary").all():
            summary.click()
        anybody.checks_the_page("index-public-english")
