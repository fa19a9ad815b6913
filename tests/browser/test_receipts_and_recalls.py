"""A receipt in a real browser, on the public page and the officers'; and a recall from its dry run to its report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect
from sqlalchemy import select

from clock.due import send_corrections
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.guidance.record import GuidanceRecord, read_records
from desk.receipts import codes
from desk.receipts.model import Receipt
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import CONTENT, NOON, World
from tests.e2e.running_desk import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ENTRY = "advance_ruling_hs"
QUESTION = "Công ty TNHH Hoa Sen, MST 0312345678, muốn xác định trước mã số HS thì nộp hồ sơ gì?"


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over an entry that was given to five chats, and then corrected."""
    records = {record.id: record for record in read_records(CONTENT / "guidance")}
    record = records[ENTRY].model_copy(update={"related": []})
    with world.store.writing() as session:
        add_curators(session)
        guidance.load_shipped(session, [record], at=NOON)
    world.search.finds(ENTRY)
    for number in range(4):
        world.chatter(f"{200 + number}").writes(QUESTION)
    world.chatter("300", hint="en").writes("How do I get an advance ruling on an HS code?")
    with world.store.writing() as session:
        data = record.as_json()
        data["answer"] = {
            language: f"{words} {more}"
            for (language, words), more in zip(
                data["answer"].items(), ("Nộp bản giấy tại Cục.", "Papers are taken at the department."), strict=True
            )
        }
        right = GuidanceRecord.model_validate(data)
        guidance.publish(session, right, origin="curator", by="officer:hoa", at=NOON, corrects=True)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


def code_in(world: World) -> str:
    with world.store.reading() as session:
        asked = select(Receipt.code).join(Enquiry, Enquiry.id == Receipt.enquiry_id).where(Enquiry.text == QUESTION)
        return codes.grouped(session.scalars(asked).first() or "")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_code_is_typed_and_its_receipt_read(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    code = code_in(world)
    with (
        somebody(browser, address, size, script=True) as anybody,
        somebody(browser, address, size, script=True) as minh,
    ):
        anybody.open("/receipt")
        anybody.checks_the_page("receipt-form")
        anybody.page.get_by_label("Mã tra cứu").fill(f"{code[:-1]}0")
        anybody.page.get_by_role("button", name="Tra cứu").click()
        expect(anybody.page.get_by_text("ký tự kiểm tra ở cuối không khớp")).to_be_visible()
        anybody.checks_the_page("receipt-wrong-code")
        anybody.overlooks_refusals(422)
        anybody.page.get_by_label("Mã tra cứu").fill(code.lower())
        anybody.page.get_by_role("button", name="Tra cứu").click()
        expect(anybody.page.get_by_text("không phải văn bản trả lời chính thức")).to_be_visible()
        expect(anybody.page.get_by_text("0312345678")).to_have_count(0)
        anybody.checks_the_page("receipt")
        anybody.page.get_by_role("button", name="English").click()
        anybody.open(f"/receipt/{code}")
        anybody.checks_the_page("receipt-english")
        _signs_in(minh, "minh")
        minh.open("/desk/search")
        minh.page.get_by_role("searchbox").fill(code)
        _goes(minh, minh.page.get_by_role("button", name="Tìm", exact=True))
        expect(minh.page.get_by_text("0312345678")).to_be_visible()
        minh.checks_the_page("receipt-staff")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_recall_is_planned_by_one_and_let_go_by_another(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with (
        somebody(browser, address, size, script=True) as hoa,
        somebody(browser, address, size, script=True) as mai,
    ):
        _signs_in(hoa, "hoa")
        hoa.open("/desk/recall")
        hoa.checks_the_page("recall-none")
        hoa.open(f"/desk/guidance/entries/{ENTRY}")
        _goes(hoa, hoa.page.get_by_role("link", name="Báo cho người đã nhận nội dung sai"))
        hoa.checks_the_page("recall-plan")
        hoa.page.get_by_label("Chỗ sai (tiếng Việt)").fill("Câu trả lời trước thiếu nơi nhận hồ sơ bản giấy.")
        hoa.page.get_by_label("Chỗ sai (tiếng Anh)").fill("The answer did not say where papers are taken.")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu kế hoạch"))
        hoa.checks_the_page("recall-planned")
        _signs_in(mai, "mai")
        mai.open(hoa.page.url.removeprefix(address).split("?")[0])
        mai.page.get_by_label("Số cuộc trò chuyện được báo").fill("4")
        _goes(mai, mai.page.get_by_role("button", name="Cho gửi"))
        expect(mai.page.get_by_text("Số cuộc trò chuyện cần báo bây giờ là 5")).to_be_visible()
        mai.checks_the_page("recall-other-number")
        mai.overlooks_refusals(409)
        mai.page.get_by_label("Số cuộc trò chuyện được báo").fill("5")
        _goes(mai, mai.page.get_by_role("button", name="Cho gửi"))
        send_corrections(world.desk)
        _some_fail(world)
        mai.page.reload()
        mai.checks_the_page("recall-report")
        mai.page.get_by_role("button", name="English").click()
        mai.checks_the_page("recall-report-english")
        mai.open("/desk/recall")
        mai.checks_the_page("recall-list")


def _some_fail(world: World) -> None:
    """Of the corrections one arrives, one never does, and one perhaps."""
    with world.store.writing() as session:
        ids = session.scalars(select(Delivery.id).where(Delivery.bulk).order_by(Delivery.id)).all()
        deliveries.delivered(session, ids[0], NOON)
        deliveries.failed_for_good(session, ids[1], "Forbidden: bot was blocked by the user")
        deliveries.cut_off(session, ids[2], "Timed out")


def _signs_in(who: Somebody, username: str) -> None:
    who.open("/desk/sign-in")
    who.page.locator("[name=username]").fill(username)
    who.page.locator("[name=password]").fill(PASSWORD)
    who.page.locator("main button").first.click()
    who.page.wait_for_url(lambda url: "/sign-in" not in url)


def _goes(who: Somebody, link: Locator) -> None:
    with who.page.expect_navigation():
        link.click()
