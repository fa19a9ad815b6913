"""The page of findings in a real browser: seen, closed with words, and citations typed into a draft."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize

from clock import due
from desk.guidance import service as guidance
from desk.guidance.record import GuidanceRecord, read_records
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import CONTENT, NOON, World
from tests.e2e.running_desk import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over three entries: one whose law ended, one whose English lags, and one that names another law."""
    records = {record.id: record for record in read_records(CONTENT / "guidance")}
    with world.store.writing() as session:
        add_curators(session)
        some = [records[id].model_copy(update={"related": []}) for id in ("cites", "used_goods_ban", "aeo_apply")]
        guidance.load_shipped(session, some, at=NOON)
        ended = some[0].as_json() | {"legal_basis": [{"instrument": "128/2020/NĐ-CP", "article": "9"}]}
        lags = some[2].as_json()
        lags["fee"] = {**lags["fee"], "vi": "Không phải nộp phí, lệ phí."}
        for data in (ended, lags):
            guidance.publish(session, GuidanceRecord.model_validate(data), origin="curator", by="officer:hoa", at=NOON)
    due.lint_guidance(world.desk)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_findings_are_seen_and_settled_and_citations_are_read(
    browser: Browser, address: str, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as hoa:
        hoa.open("/desk/sign-in")
        hoa.page.locator("[name=username]").fill("hoa")
        hoa.page.locator("[name=password]").fill(PASSWORD)
        _goes(hoa, hoa.page.locator("main button").first)
        hoa.open("/desk/guidance/lint")
        hoa.checks_the_page("lint-list")
        hoa.page.context.add_cookies([{"name": "language", "value": "en", "url": address}])
        hoa.open("/desk/guidance/lint")
        hoa.checks_the_page("lint-list-in-english")
        hoa.page.context.add_cookies([{"name": "language", "value": "vi", "url": address}])
        hoa.open("/desk/guidance/lint")
        _goes(hoa, hoa.page.get_by_role("link", name="Bản dịch chưa cập nhật", exact=True))
        hoa.page.get_by_text("Bản ngôn ngữ kia vẫn đúng").first.click()
        hoa.checks_the_page("lint-finding")
        hoa.page.get_by_label("Đã so sánh những gì").fill("Chỉ đổi cách nói, nghĩa như cũ.")
        _goes(hoa, hoa.page.get_by_role("button", name="Bản ngôn ngữ kia vẫn đúng"))
        hoa.checks_the_page("lint-settled")
        _goes(hoa, hoa.page.get_by_role("button", name="Mở bản thảo").first)
        hoa.page.get_by_label("Dẫn chiếu viết liền").fill("Điều 9 Nghị định 134")
        _goes(hoa, hoa.page.get_by_role("button", name="Đọc dẫn chiếu"))
        hoa.overlooks_refusals(422)
        hoa.checks_the_page("lint-citation-doubted")
        hoa.page.get_by_label("Dẫn chiếu viết liền").fill("khoản 1 Điều 9 và Điều 24 Nghị định 169/2026")
        _goes(hoa, hoa.page.get_by_role("button", name="Đọc dẫn chiếu"))
        hoa.checks_the_page("lint-citations-read")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu và gửi duyệt").first)
        hoa.overlooks_refusals(422)
        hoa.checks_the_page("lint-error")


def _goes(somebody: Somebody, button: Locator) -> None:
    with somebody.page.expect_navigation():
        button.click()
