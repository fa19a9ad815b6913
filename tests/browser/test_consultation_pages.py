"""A draft rule in a real browser: written and opened by who leads, commented on by anybody, and answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize

from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.consultation_fixtures import NEVER, PRINTER, PRINTER_TOO, consulted, drafted, ended, grouped, says
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.questionnaire_fixtures import add_leader

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SIZES = pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    with world.store.writing() as session:
        add_leader(session)
    with serving(world.desk, tmp_path, free_port()) as address:
        yield address


@SIZES
def test_a_draft_rule_is_put_before_the_public_and_answered(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with (
        somebody(browser, address, size, script=True) as quan,
        somebody(browser, address, size, script=True) as lan,
    ):
        page = quan.page
        _signs_in(quan, "quan")
        quan.open("/desk/consultations/new")
        page.get_by_label("Tên dự thảo (Tiếng Việt)").fill("Dự thảo bịa để thử")
        _goes(quan, page.get_by_role("button", name="Lưu", exact=True).first)
        quan.checks_the_page("consult-edit-refused")
        quan.overlooks_refusals(422)
        quan.open(f"/desk/consultations/{drafted(world)}")
        quan.checks_the_page("consult-draft")
        id = consulted(world)
        lan.open("/consultations")
        lan.checks_the_page("consult-list-public")
        lan.open(f"/consultations/{id}")
        lan.page.get_by_label("Ý kiến", exact=True).fill("ừ")
        lan.page.evaluate("document.querySelector('main form').noValidate = true")
        lan.page.get_by_label("Màu tím có tiện không?").check()
        _goes(lan, lan.page.get_by_role("button", name="Gửi ý kiến"))
        lan.checks_the_page("consult-comment-refused")
        lan.overlooks_refusals(422)
        lan.page.get_by_label("Ý kiến", exact=True).fill(NEVER)
        _goes(lan, lan.page.get_by_role("button", name="Gửi ý kiến"))
        lan.checks_the_page("consult-sent")
        says(world, id, f"{PRINTER}. Điện thoại 0912345678.", PRINTER_TOO)
        quan.open(f"/desk/consultations/{id}")
        quan.checks_the_page("consult-open")
        grouped(world)
        ended(world, id)
        quan.open(f"/desk/consultations/{id}")
        page.get_by_text("Nêu kết quả tiếp thu").first.click()
        quan.checks_the_page("consult-to-answer")
        page.get_by_label("Kết quả tiếp thu").first.select_option("taken_up")
        page.get_by_label("Nội dung giải trình (Tiếng Việt)").first.fill("Tờ khai vẫn màu trắng.")
        page.get_by_label("Nội dung giải trình (Tiếng Anh)").first.fill("Declarations stay white.")
        page.get_by_label("Công bố cả ý kiến này").first.check()
        _goes(quan, page.get_by_role("button", name="Công bố").first)
        _goes(quan, page.get_by_role("button", name="English"))
        quan.checks_the_page("consult-answered-english")
        _goes(quan, page.get_by_role("link", name="Read all of them").first)
        quan.checks_the_page("consult-comments-english")
        quan.open("/desk/consultations")
        quan.checks_the_page("consult-list-english")
        lan.open(f"/consultations/{id}")
        lan.checks_the_page("consult-said")
        _goes(lan, lan.page.get_by_role("button", name="English"))
        lan.checks_the_page("consult-said-english")


def _signs_in(who: Somebody, username: str) -> None:
    who.open("/desk/sign-in")
    who.page.locator("[name=username]").fill(username)
    who.page.locator("[name=password]").fill(PASSWORD)
    who.page.locator("main button").first.click()
    who.page.wait_for_url(lambda url: "/sign-in" not in url)


def _goes(who: Somebody, link: Locator) -> None:
    with who.page.expect_navigation():
        link.click()
