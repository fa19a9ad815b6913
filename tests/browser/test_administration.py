"""The administrators' pages in a real browser: officers, units, a tree from a file, and the calendar."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.people.model import Role
from desk.people.service import appoint
from desk.working_time import service as working_time
from desk.working_time.days import DayKind
from desk.working_time.service import WantedDay
from tests.administration_fixtures import add_administrators
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.e2e.running_desk import free_port
from tests.small_tree import a_case_at, linked, officer, unit

pytestmark = pytest.mark.browser


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over the small tree: thu holds a case that is due on a day off, and hanh is locked out."""
    add_administrators(world)
    case_id = a_case_at(world, "CATLAI", world.chatter("100"))
    linked(world, "thu")
    with world.store.writing() as session:
        case, quang = session.get_one(Case, case_id), officer(session, "quang")
        officer_desk.claim(world.desk, session, case, officer(session, "thu"))
        case.due_at = NOON.replace(day=25, hour=3)
        thu, hanh = officer(session, "thu"), officer(session, "hanh")
        thu.name, thu.second_factor_since, hanh.locked_until = "Đỗ Thị Thu Hường", NOON, NOON.replace(hour=6)
        appoint(session, thu, Role.CURATOR, unit(session, "CATLAI-1"), by="operator", at=NOON)
        for day, kind, reason, code in (
            (25, DayKind.OFF, "Bão số 12", "VN"),
            (28, DayKind.WORKED, "Giải tỏa hàng tồn sau bão", "KV02"),
        ):
            wanted = WantedDay(NOON.date().replace(day=day), kind, reason, document=f"{day}/TB-HQ")
            calendar = world.desk.deadlines(session).calendar
            working_time.add_day(session, calendar, unit(session, code), wanted, by=quang, at=NOON)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_every_page_is_readable_in_both_lights_and_languages(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as quang:
        _signs_in(quang, "quang")
        for path, name in (
            ("/desk/people", "people"),
            ("/desk/people/thu", "person"),
            ("/desk/people/thu/dismiss?role=officer&unit=CATLAI", "person-dismiss"),
            ("/desk/people/hanh/deactivate", "person-deactivate"),
            ("/desk/units", "units"),
            ("/desk/units/CATLAI", "unit"),
            ("/desk/units/CATLAI/close", "unit-close"),
            ("/desk/units-load", "units-load"),
            ("/desk/calendar/CATLAI?month=2026-11", "calendar"),
        ):
            quang.open(path)
            quang.checks_the_page(name)
        quang.page.get_by_role("button", name="English").click()
        expect(quang.page.get_by_role("heading", level=1)).to_have_text("Calendar")
        quang.checks_the_page("calendar-english")
        quang.open("/desk/people/thu")
        quang.checks_the_page("person-english")
        quang.open("/desk/units/CATLAI")
        quang.checks_the_page("unit-english")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_an_officer_is_added_appointed_and_shut_out(browser: Browser, address: str, world: World, script: bool) -> None:
    with somebody(browser, address, SCREEN, script=script) as tam:
        _signs_in(tam, "tam")
        tam.open("/desk/people")
        add = tam.page.locator("form[action='/desk/people']:not([role])")
        add.get_by_label("Họ tên").fill("Nguyễn Thị Mới")
        add.get_by_label("Tên đăng nhập").fill("Không được")
        add.get_by_label("Đơn vị").select_option("CATLAI-1")
        tam.page.get_by_role("button", name="Thêm cán bộ").click()
        expect(tam.page.get_by_role("alert")).to_have_text(world.text("page.people.refused_username"))
        expect(add.get_by_label("Họ tên")).to_have_value("Nguyễn Thị Mới")
        _was_refused(tam, 409)
        _looks_fine(tam, "people-refused", script)
        add.get_by_label("Tên đăng nhập").fill("moi")
        tam.page.get_by_role("button", name="Thêm cán bộ").click()
        expect(tam.page.get_by_role("heading", name="Đã thêm cán bộ Nguyễn Thị Mới")).to_be_visible()
        _looks_fine(tam, "people-added", script)
        tam.page.get_by_role("link", name="Mở trang của cán bộ").click()
        appoint_form = tam.page.get_by_role("form", name="Giao thêm vai trò")
        appoint_form.get_by_label("Vai trò").select_option("head")
        appoint_form.get_by_label("Đơn vị").select_option("CATLAI")
        tam.page.get_by_role("button", name="Giao vai trò").click()
        expect(tam.page.get_by_role("status")).to_have_text("Đã giao vai trò.")
        tam.page.get_by_role("link", name="Thôi vai trò Lãnh đạo").click()
        tam.page.get_by_role("button", name="Thôi vai trò").click()
        expect(tam.page.get_by_role("status")).to_contain_text("Đã thôi vai trò.")
        tam.page.get_by_role("button", name="Tạo mật khẩu tạm").click()
        expect(tam.page.get_by_role("status")).to_contain_text("Mật khẩu tạm dưới đây")
        _looks_fine(tam, "person-password", script)
        tam.page.get_by_role("link", name="Ngừng hoạt động").click()
        tam.page.get_by_role("button", name="Ngừng hoạt động").click()
        expect(tam.page.get_by_role("status")).to_contain_text("Cán bộ đã ngừng hoạt động.")


def test_a_tree_is_loaded_after_a_look_at_it(browser: Browser, address: str, tmp_path: Path) -> None:
    with somebody(browser, address, SCREEN, script=True) as quang:
        _signs_in(quang, "quang")
        quang.open("/desk/units")
        with quang.page.expect_download() as download:
            quang.page.get_by_role("link", name="Tải cây đơn vị hiện tại (CSV)").click()
        file = tmp_path / "units.csv"
        present = Path(download.value.path()).read_text(encoding="utf-8-sig")
        file.write_text(f"{present}MOI,office,KHONG-CO,Hải quan Mới,New Office,,,,,\n", encoding="utf-8")
        quang.page.get_by_role("link", name="Nạp cây đơn vị từ tệp CSV").click()
        _chooses(quang, file)
        expect(quang.page.get_by_role("alert")).to_contain_text("MOI trực thuộc KHONG-CO")
        _was_refused(quang, 422)
        quang.checks_the_page("units-load-faults")
        changed = present.replace("Cat Lai Port Customs", "Cat Lai Customs")
        file.write_text(f"{changed}MOI,office,KV03,Hải quan Mới,New Office,,,,,\n", encoding="utf-8")
        _chooses(quang, file)
        quang.checks_the_page("units-load-preview")
        quang.page.get_by_role("button", name="Xác nhận và nạp").click()
        expect(quang.page.get_by_role("status")).to_have_text("Đã nạp cây đơn vị.")
        expect(quang.page.get_by_role("link", name="Hải quan Mới")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_day_is_added_and_taken_away(browser: Browser, address: str, script: bool) -> None:
    with somebody(browser, address, PHONE, script=script) as tam:
        _signs_in(tam, "tam")
        tam.page.get_by_role("link", name="Quản trị", exact=True).click()
        tam.page.get_by_role("link", name="Lịch làm việc").click()
        tam.page.get_by_label("Ngày", exact=True).fill("2026-11-27")
        tam.page.get_by_label("Lý do").fill("Mất điện toàn cảng")
        tam.page.get_by_role("button", name="Thêm ngày").click()
        expect(tam.page.get_by_role("status")).to_contain_text("Đã thêm ngày.")
        expect(tam.page.get_by_role("cell", name=re.compile("Mất điện toàn cảng"))).to_be_visible()
        tam.page.get_by_role("button", name=re.compile("Bỏ ngày này")).click()
        expect(tam.page.get_by_role("status")).to_contain_text("Đã bỏ ngày.")


def _was_refused(person: Somebody, status: int) -> None:
    """The browser says aloud that a form was refused, which is what was wanted; nothing else went wrong."""
    assert [complaint for complaint in person.complaints if str(status) not in complaint] == []
    assert person.complaints != []
    person.complaints.clear()


def _chooses(person: Somebody, file: Path) -> None:
    person.page.get_by_label("Tệp CSV").set_input_files(file)
    person.page.get_by_role("button", name="Xem trước thay đổi").click()


def _signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()
    expect(person.page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def _looks_fine(person: Somebody, name: str, script: bool) -> None:
    # axe itself is a script: the pages are the same without one.
    if script:
        person.checks_the_page(name)
