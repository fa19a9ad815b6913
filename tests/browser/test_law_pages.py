"""The pages of legal instruments in a real browser: an instrument is entered, and what it changes is reviewed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from desk.guidance import service as guidance
from desk.guidance.record import read_records
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import open_case
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import CONTENT, NOON, World
from tests.e2e.running_desk import free_port

# The test looks at some ten long pages, four times each.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over guidance that ships, with a person who was answered and a case that names a circular."""
    cited = [
        r for r in read_records(CONTENT / "guidance") if any(c.instrument == "38/2015/TT-BTC" for c in r.legal_basis)
    ]
    with world.store.writing() as session:
        add_curators(session)
        records = [record.model_copy(update={"related": []}) for record in cited[:6]]
        guidance.load_shipped(session, records, at=NOON)
    world.search.finds(cited[0].id, about="phân luồng")
    world.chatter("301").writes("Tờ khai phân luồng thế nào?")
    open_case(world, "Thông tư 38/2015/TT-BTC quy định hồ sơ của tôi ra sao?")
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_curator_enters_an_instrument_and_reviews_what_it_changes(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as hoa:
        _signs_in(hoa, "hoa")
        hoa.open("/desk/law?q=hai+quan&day=2027-02-28")
        hoa.checks_the_page("law-list")
        hoa.open("/desk/law/instruments/38~2015~TT-BTC")
        hoa.checks_the_page("law-instrument")
        hoa.open("/desk/law/new")
        _fills(hoa, {"#number": "905/2026/TT-BTC", "#title-vi": "Thông tư thử nghiệm về hồ sơ hải quan"})
        _fills(hoa, {"#in_force-from": "2026-12-01", "#changes-0-instrument": "38/2015/TT-BTC"})
        _fills(hoa, {"#changes-0-articles": "Điều 16"})
        hoa.page.locator("#kind").select_option("circular")
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu văn bản").first)
        hoa.checks_the_page("law-form-wrong")
        _fills(hoa, {"#title-en": "Trial circular on customs dossiers", "#sources-0": "Bịa", "#changes-0-articles": ""})
        _goes(hoa, hoa.page.get_by_role("button", name="Lưu văn bản").first)
        expect(hoa.page.get_by_role("status")).to_be_visible()
        hoa.checks_the_page("law-entered")
        hoa.open("/desk/law/impact")
        hoa.checks_the_page("law-impact")
        _goes(hoa, hoa.page.locator("tbody th a").first)
        hoa.checks_the_page("law-task-entry")
        _fills(hoa, {"#words": "Phần được viện dẫn không đổi."})
        _goes(hoa, hoa.page.get_by_role("button", name="Hướng dẫn vẫn đúng"))
        hoa.open("/desk/law/impact?kind=answer")
        _goes(hoa, hoa.page.locator("tbody th a").first)
        hoa.checks_the_page("law-task-answer")
        _goes(hoa, hoa.page.get_by_role("button", name="English"))
        hoa.open("/desk/law/impact?which=done")
        hoa.checks_the_page("law-done-en")
        hoa.open("/desk/law/instruments/905~2026~TT-BTC/edit")
        hoa.checks_the_page("law-edit-en")


def _fills(person: Somebody, fields: dict[str, str]) -> None:
    for place, words in fields.items():
        person.page.locator(place).fill(words)


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
