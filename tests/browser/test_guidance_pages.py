"""The pages of those who keep the guidance in a real browser: written by one, reviewed and published by another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect
from sqlalchemy import select

from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.model import GuidanceReview
from desk.guidance.record import GuidanceRecord, read_records
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import CONTENT, NOON, World
from tests.e2e.running_desk import free_port

# Each test looks at some ten long pages, four times each.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ENTRY = "/desk/guidance/entries/advance_ruling_hs"
NEW_WORDS = (
    "Nộp đơn trước khi xuất khẩu, nhập khẩu ít nhất 60 ngày; trả lời trong 30 ngày, trường hợp phức tạp 60 ngày."
)


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over some of the guidance that ships, with one entry of which a curator has a text of her own."""
    records = {record.id: record for record in read_records(CONTENT / "guidance")}
    some = [
        records[id].model_copy(update={"related": []})
        for id in ("advance_ruling_hs", "advance_ruling_value", "address_change_2025", "aeo_apply")
    ]
    with world.store.writing() as session:
        add_curators(session)
        title = {"vi": "Xác định trước trị giá hải quan", "en": "Advance ruling on customs value"}
        changed = GuidanceRecord.model_validate(some[1].as_json() | {"title": title})
        guidance.load_shipped(session, [*some[:1], changed, *some[2:]], at=NOON)
        own = GuidanceRecord.model_validate(some[1].as_json() | {"title": {**title, "en": "Ruling on customs value"}})
        guidance.publish(session, own, origin="curator", by="officer:hoa", at=NOON)
        guidance.load_shipped(session, some, at=NOON)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_curator_writes_and_another_publishes(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with (
        somebody(browser, address, size, script=True) as hoa,
        somebody(browser, address, size, script=True) as mai,
    ):
        _signs_in(hoa, "hoa")
        hoa.checks_the_page("guidance-list")
        hoa.page.get_by_label("Tìm trong tiêu đề").fill("ma so hs")
        _goes(hoa, hoa.page.get_by_role("button", name="Lọc"))
        _goes(hoa, hoa.page.get_by_role("link", name="Xác định trước mã số HS"))
        hoa.checks_the_page("guidance-entry")
        _goes(hoa, hoa.page.get_by_role("button", name="Sửa", exact=True))
        hoa.checks_the_page("guidance-edit")
        hoa.page.get_by_label("Thời hạn (tiếng Việt)").fill(NEW_WORDS)
        hoa.page.get_by_label("Thời hạn (tiếng Anh)").fill("")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu và gửi duyệt").first)
        expect(hoa.page.get_by_role("alert")).to_be_visible()
        hoa.checks_the_page("guidance-edit-incomplete")
        hoa.page.get_by_role("link", name="Thời hạn (tiếng Anh)").click()
        hoa.page.get_by_label("Thời hạn (tiếng Anh)").fill(
            "Answer within 30 days, 60 days in complex cases; file 60 days or more ahead."
        )
        hoa.page.get_by_label("Lý do").fill("Viết lại cho dễ đọc.")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu và gửi duyệt").last)
        expect(hoa.page.get_by_role("status")).to_have_text(world.text("page.guidance.done_submitted"))
        hoa.checks_the_page("guidance-submitted")

        _signs_in(mai, "mai")
        _goes(mai, mai.page.get_by_role("link", name="Chờ tôi duyệt 1"))
        mai.checks_the_page("guidance-for-me")
        _goes(mai, mai.page.get_by_role("link", name="Xác định trước mã số HS"))
        mai.checks_the_page("guidance-review")
        _goes(mai, mai.page.get_by_role("link", name="Trước và sau"))
        mai.checks_the_page("guidance-review-side")
        world.search.publication_no = 99
        _goes(mai, mai.page.get_by_role("button", name="Duyệt và công bố"))
        expect(mai.page.get_by_role("status")).to_have_text(world.text("page.guidance.done_published"))
        mai.open(ENTRY)
        mai.checks_the_page("guidance-published")
        _goes(mai, mai.page.get_by_role("link", name="So với phiên bản 1"))
        mai.checks_the_page("guidance-differences")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_change_of_what_ships_a_newer_text_and_a_new_entry(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with world.store.reading() as session:
        review = session.scalars(select(GuidanceReview.id).where(GuidanceReview.kind == "shipped_change")).one()
    with somebody(browser, address, size, script=True) as hoa:
        _signs_in(hoa, "hoa")
        _goes(hoa, hoa.page.get_by_role("button", name="English"))
        hoa.open("/desk/guidance/shipped")
        hoa.checks_the_page("guidance-shipped-list-en")
        hoa.open(f"/desk/guidance/shipped/{review}")
        hoa.checks_the_page("guidance-shipped-en")
        hoa.open(ENTRY)
        _goes(hoa, hoa.page.get_by_role("button", name="Edit", exact=True))
        hoa.page.get_by_label("Title (English)").fill("Advance ruling on the code of goods")
        _goes(hoa, hoa.page.get_by_role("button", name="Save", exact=True).first)
        expect(hoa.page.get_by_role("status")).to_have_text(world.text("page.guidance.done_saved", "en"))
        with world.store.writing() as session:
            live = versions.newest(session, "advance_ruling_hs")
            assert live is not None
            title = {"vi": live.record.title.vi, "en": "Ruling on the HS code in advance"}
            theirs = type(live.record).model_validate({**live.content, "title": title})
            guidance.publish(session, theirs, origin="curator", by="officer:mai", at=NOON)
        hoa.page.reload()
        _goes(hoa, hoa.page.get_by_role("link", name="See what changed"))
        hoa.checks_the_page("guidance-update-en")
        _goes(hoa, hoa.page.get_by_role("button", name="Bring up to date"))
        hoa.checks_the_page("guidance-draft-en")
        hoa.open("/desk/guidance")
        _goes(hoa, hoa.page.get_by_role("button", name="Write new guidance"))
        _goes(hoa, hoa.page.get_by_role("button", name="Save and submit").first)
        hoa.checks_the_page("guidance-new-incomplete-en")


def test_everything_is_done_without_a_script(browser: Browser, address: str, world: World) -> None:
    with (
        somebody(browser, address, PHONE, script=False) as hoa,
        somebody(browser, address, PHONE, script=False) as mai,
    ):
        _signs_in(hoa, "hoa")
        hoa.open(ENTRY)
        _goes(hoa, hoa.page.get_by_role("button", name="Sửa", exact=True))
        hoa.page.get_by_label("Giấy tờ 4 (tiếng Việt)").fill("Giấy ủy quyền")
        _goes(hoa, hoa.page.get_by_role("button", name="Thêm dòng giấy tờ"))
        expect(hoa.page.get_by_label("Giấy tờ 4 (tiếng Việt)")).to_have_value("Giấy ủy quyền")
        expect(hoa.page.get_by_label("Giấy tờ 6 (tiếng Anh)")).to_be_visible()
        hoa.page.get_by_label("Giấy tờ 4 (tiếng Anh)").fill("Power of attorney")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu và gửi duyệt").first)
        _signs_in(mai, "mai")
        mai.open("/desk/guidance/drafts")
        _goes(mai, mai.page.get_by_role("link", name="Xác định trước mã số HS"))
        mai.page.locator("summary", has_text="Trả lại để sửa").click()
        mai.page.get_by_label("Cần sửa gì").fill("Ghi rõ số bản.")
        _goes(mai, mai.page.get_by_role("button", name="Trả lại", exact=True))
        expect(mai.page.get_by_role("status")).to_have_text(world.text("page.guidance.done_returned"))
        hoa.open("/desk/guidance/drafts?which=mine")
        _goes(hoa, hoa.page.get_by_role("link", name="Xác định trước mã số HS"))
        expect(hoa.page.get_by_text("Ghi rõ số bản.")).to_be_visible()
        _goes(hoa, hoa.page.get_by_role("button", name="Gửi duyệt"))
        mai.page.reload()
        _goes(mai, mai.page.get_by_role("button", name="Duyệt và công bố"))
        expect(mai.page.get_by_role("status")).to_have_text(world.text("page.guidance.done_published"))


def _goes(person: Somebody, control: Locator) -> None:
    """Press what leads to another page, and wait for it. A form that lacks something comes back with status 422."""
    with person.page.expect_navigation():
        control.click()
    person.complaints = [said for said in person.complaints if "422" not in said]


def _signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    _goes(person, person.page.get_by_role("button", name="Đăng nhập"))
