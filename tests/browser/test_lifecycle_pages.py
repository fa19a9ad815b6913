"""Publishing at a moment and golden questions in a real browser: tried, stopped, answered for, scheduled."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from desk.guidance import service as guidance
from desk.guidance.gate import golden
from desk.guidance.record import GuidanceRecord, read_records
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.curator_fixtures import add_curators, named
from tests.desk_fixtures import CONTENT, NOON, World
from tests.e2e.running_desk import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ENTRY = "/desk/guidance/entries/advance_ruling_hs"
THEIRS = "Muốn biết trước trị giá lô hàng sắp nhập thì làm đơn gửi ai?"


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over two entries that ship, one of which was corrected and ends soon."""
    records = {record.id: record for record in read_records(CONTENT / "guidance")}
    some = [records[id].model_copy(update={"related": []}) for id in ("advance_ruling_hs", "advance_ruling_value")]
    with world.store.writing() as session:
        add_curators(session)
        guidance.load_shipped(session, some, at=NOON)
        first = some[0].as_json()
        again = GuidanceRecord.model_validate(first | {"title": {**first["title"], "en": "Advance ruling on HS codes"}})
        guidance.publish(session, again, origin="curator", by="officer:mai", at=NOON, corrects=True)
        later = GuidanceRecord.model_validate(again.as_json() | {"in_force": {"from": "2027-03-01"}})
        guidance.publish(session, later, origin="curator", by="officer:hoa", at=NOON)
        last = dt.date(2026, 12, 15)
        guidance.withdraw(session, "advance_ruling_value", by="operator", reason="Hết.", at=NOON, last_day=last)
        hoa = named(session, "hoa")
        golden.add(session, "advance_ruling_value", hoa, "vi", THEIRS, at=NOON)
        golden.add(session, "advance_ruling_hs", hoa, "vi", "Xin mã HS trước khi hàng về thì nộp gì?", at=NOON)
        golden.add(session, "advance_ruling_hs", hoa, "en", "How do I get a ruling on my HS code?", at=NOON)
    world.search.finds("advance_ruling_hs", "advance_ruling_value", about="mã")
    world.search.finds("advance_ruling_value", about="trị giá")
    world.search.would_find("advance_ruling_hs", about="trị giá lô hàng")
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_change_is_tried_stopped_answered_for_and_waits_for_its_moment(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with (
        somebody(browser, address, size, script=True) as hoa,
        somebody(browser, address, size, script=True) as mai,
    ):
        _signs_in(hoa, "hoa")
        hoa.open("/desk/guidance")
        hoa.checks_the_page("lifecycle-list")
        hoa.open(f"{ENTRY}/golden")
        hoa.page.get_by_label("Câu hỏi", exact=True).fill("Hải quan trả lời mã HS trong bao lâu?")
        _goes(hoa, hoa.page.get_by_role("button", name="Thêm", exact=True))
        hoa.checks_the_page("lifecycle-golden")
        hoa.open(ENTRY)
        hoa.page.locator("summary", has_text="Đề nghị rút").click()
        hoa.checks_the_page("lifecycle-entry")
        _goes(hoa, hoa.page.get_by_role("button", name="Sửa", exact=True))
        hoa.page.get_by_label("Thời hạn (tiếng Việt)").fill("60 ngày, kể cả với trị giá hải quan.")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu", exact=True).first)
        hoa.checks_the_page("lifecycle-edit")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu và gửi duyệt").first)

        _signs_in(mai, "mai")
        mai.open("/desk/guidance/drafts/1")
        _goes(mai, mai.page.get_by_role("button", name="Duyệt và công bố"))
        mai.page.locator("summary", has_text="Vẫn công bố").click()
        mai.page.locator("summary", has_text="Thời điểm công bố").click()
        mai.checks_the_page("lifecycle-stopped")
        mai.page.get_by_label("Ngày giờ Việt Nam").fill("2027-03-01T00:00")
        _goes(mai, mai.page.get_by_role("button", name="Đặt thời điểm"))
        mai.page.locator("summary", has_text="Vẫn công bố").click()
        mai.page.get_by_label("Vì sao vẫn công bố").fill("Câu hỏi này nay thuộc cả hai hướng dẫn.")
        _goes(mai, mai.page.get_by_role("button", name="Vẫn duyệt"))
        expect(mai.page.get_by_role("status").first).to_have_text(world.text("page.guidance.done_scheduled"))
        mai.checks_the_page("lifecycle-scheduled")
        _goes(mai, mai.page.get_by_role("button", name="English"))
        mai.open("/desk/guidance/drafts/1")
        mai.checks_the_page("lifecycle-scheduled-en")
        mai.open(ENTRY)
        mai.checks_the_page("lifecycle-entry-en")


def _goes(person: Somebody, control: Locator) -> None:
    """Press what leads to another page, and wait for it. What the desk refuses comes back with status 409."""
    with person.page.expect_navigation():
        control.click()
    person.complaints = [said for said in person.complaints if "409" not in said]


def _signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    _goes(person, person.page.get_by_role("button", name="Đăng nhập"))
