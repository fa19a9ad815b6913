"""A month's report in a real browser: chosen, read, published after a look at the public version, read by everybody."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.browsers import PHONE, SCREEN, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.report_fixtures import with_months

pytestmark = pytest.mark.browser


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    with_months(world, busiest=25)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_manager_reads_and_publishes_a_month_and_everybody_reads_it(
    browser: Browser, address: str, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as mai:
        mai.open("/reports")
        mai.checks_the_page("reports-none-yet")
        mai.open("/desk/")
        mai.page.get_by_label("Tên đăng nhập").fill("mai")
        mai.page.get_by_label("Mật khẩu").fill(PASSWORD)
        mai.page.get_by_role("button", name="Đăng nhập").click()
        mai.page.get_by_role("link", name="Báo cáo tháng", exact=True).click()
        expect(mai.page.get_by_role("heading", level=1)).to_have_text("Báo cáo tháng 10/2026")
        mai.checks_the_page("report-of-a-month")
        mai.page.get_by_label("Đơn vị", exact=True).select_option("KV02")
        mai.page.get_by_role("button", name="Xem").click()
        expect(mai.page.locator(".lead")).to_have_text("Chi cục Hải quan khu vực II")
        with mai.page.expect_download() as kept:
            mai.page.get_by_role("link", name="Tải bản PDF").click()
        assert kept.value.suggested_filename == "report-2026-10-KV02-vi.pdf"
        mai.complaints = [said for said in mai.complaints if "ERR_ABORTED" not in said]
        mai.open("/desk/reports?month=2026-10&unit=VN")
        mai.page.get_by_role("link", name="Công bố báo cáo này").click()
        mai.checks_the_page("report-to-publish")
        mai.page.get_by_role("button", name="Công bố báo cáo này").click()
        expect(mai.page.get_by_role("status")).to_have_text("Đã công bố báo cáo và giữ nguyên như hiện có.")
        mai.page.get_by_role("link", name="Xem bản công khai").click()
        mai.page.get_by_role("button", name="English").click()
        expect(mai.page.get_by_role("heading", level=1)).to_have_text("Report for October 2026")
        mai.checks_the_page("report-for-everybody")
        mai.page.get_by_role("link", name="Monthly reports").click()
        mai.checks_the_page("reports-published")
