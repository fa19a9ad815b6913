"""The page of figures in a real browser: months of them, one day, and none; plots, tables, the filter and the files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from desk.people.model import Role
from desk.units.model import DEPARTMENT
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.e2e.running_desk import free_port
from tests.figures_fixtures import History
from tests.small_tree import add_units
from tests.unit_fixtures import hire

pytestmark = pytest.mark.browser

UNITS = ("CATLAI", "VN", "CATLAI-1", "KV03", "LINHTRUNG")
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over a desk that nobody asked anything yet, with a manager of the department and a head of a region."""
    with world.store.writing() as session:
        add_units(session)
    hire(world, "mai", DEPARTMENT, Role.MANAGER)
    hire(world, "phong", "KV02", Role.HEAD)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


def happens(world: World, first: dt.date, last: dt.date, *, busiest: int = 9) -> None:
    with world.store.writing() as session:
        History(session, UNITS).of_days(first, last, NOON, busiest=busiest)


def signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_manager_looks_at_months(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    happens(world, dt.date(2026, 3, 2), TODAY)
    with somebody(browser, address, size, script=True) as mai:
        signs_in(mai, "mai")
        mai.page.get_by_role("link", name="Số liệu", exact=True).first.click()
        expect(mai.page.get_by_role("heading", level=1)).to_have_text("Số liệu")
        mai.checks_the_page("figures-days")
        mai.page.get_by_role("link", name="Năm nay").click()
        expect(mai.page.get_by_text("1/1/2026 – 23/11/2026")).to_be_visible()
        for summary in mai.page.locator("details.as-table > summary").all():
            summary.click()
        mai.checks_the_page("figures-months")
        visible = mai.page.get_by_role("img").filter(visible=True)
        assert visible.count() >= 10
        for plot in visible.all():
            smallest = plot.evaluate(
                "svg => Math.min(...[...svg.querySelectorAll('text')].map(text => "
                "parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width "
                "/ svg.viewBox.baseVal.width))"
            )
            assert smallest > 10.5, "letters too small to read"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_days_and_a_unit_are_chosen_and_a_table_is_kept(
    browser: Browser, address: str, world: World, script: bool
) -> None:
    happens(world, dt.date(2026, 9, 1), TODAY)
    with somebody(browser, address, SCREEN, script=script) as phong:
        signs_in(phong, "phong")
        phong.open("/desk/figures")
        phong.page.get_by_label("Từ ngày").fill("2026-10-05")
        phong.page.get_by_label("Đến ngày").fill("2026-11-08")
        phong.page.get_by_label("Đơn vị", exact=True).select_option("CATLAI")
        phong.page.get_by_label("Chia theo").select_option("week")
        phong.page.get_by_role("button", name="Xem").click()
        expect(phong.page.get_by_text("5/10/2026 – 8/11/2026")).to_be_visible()
        expect(phong.page.locator(".lead")).to_have_text("Hải quan cửa khẩu cảng Cát Lái")
        phong.page.locator("summary", has_text="Thời gian giải quyết theo đơn vị").click()
        with phong.page.expect_download() as kept:
            links = phong.page.get_by_role("group", name="Tải về: Thời gian giải quyết theo đơn vị")
            links.get_by_role("link", name="Tải Excel").click()
        assert kept.value.suggested_filename == "figures-timeliness-2026-11-23.xlsx"
        workbook = openpyxl.load_workbook(io.BytesIO(kept.value.path().read_bytes()))
        assert workbook.worksheets[0]["A2"].value == "Tất cả các đơn vị đã chọn"
        assert "5/10/2026 – 8/11/2026" in str(workbook.worksheets[1]["B2"].value)
        phong.complaints = [said for said in phong.complaints if "ERR_ABORTED" not in said]
        if script:
            phong.checks_the_page("figures-of-a-unit")


def test_one_day_and_its_english(browser: Browser, address: str, world: World) -> None:
    happens(world, dt.date(2026, 11, 20), dt.date(2026, 11, 20), busiest=12)
    for size in (PHONE, SCREEN):
        with somebody(browser, address, size, script=True) as mai:
            signs_in(mai, "mai")
            mai.open("/desk/figures?from=2026-11-20&to=2026-11-20")
            mai.page.get_by_role("button", name="English").click()
            mai.open("/desk/figures?from=2026-11-20&to=2026-11-20")
            expect(mai.page.get_by_role("heading", level=1)).to_have_text("Figures")
            mai.checks_the_page("figures-one-day")


def test_nothing_yet_and_nothing_in_the_period(browser: Browser, address: str, world: World) -> None:
    with somebody(browser, address, PHONE, script=True) as mai:
        signs_in(mai, "mai")
        mai.open("/desk/figures")
        expect(mai.page.get_by_text(world.text("page.figures.nothing_yet"))).to_be_visible()
        mai.checks_the_page("figures-nothing-yet")
        happens(world, dt.date(2026, 11, 20), dt.date(2026, 11, 20), busiest=12)
        mai.open("/desk/figures?period=last_month")
        expect(mai.page.get_by_text(world.text("page.figures.nothing"))).to_be_visible()
        mai.checks_the_page("figures-nothing-in-the-period")
        mai.open("/desk/figures?from=2026-11-20&to=2026-11-01")
        expect(mai.page.get_by_text(world.text("figures.refused_order"))).to_be_visible()
        mai.complaints.clear()  # the browser notes that the page was answered with 422
        mai.checks_the_page("figures-refused")
