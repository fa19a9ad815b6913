"""The pages of gaps in a real browser: a group is dismissed, another gives ways to ask, and a reply is proposed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.browsers import PHONE, SCREEN, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import newest_case, officer_replies, open_case
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import NO_IDEA, World
from tests.e2e.running_desk import free_port
from tests.gap_fixtures import DRONE, SEAL, SEAL_AGAIN, SEAL_ENGLISH, alike, asks, group_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over two gaps and a case with a reply."""
    with world.store.writing() as session:
        add_curators(session)
    alike(world)
    world.search.finds("channels", confidence=NO_IDEA)
    for text in (SEAL, SEAL_ENGLISH, SEAL_AGAIN, DRONE):
        asks(world, text)
        world.clock.advance(minutes=7)
    group_all(world.desk)
    open_case(world)
    officer_replies(world, "Bạn báo chi cục nơi mở tờ khai để được hướng dẫn tại chỗ.")
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_gaps_are_settled_and_a_reply_becomes_guidance(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as hoa, somebody(browser, address, size, script=True) as minh:
        for guest, name in ((hoa, "hoa"), (minh, "minh")):
            guest.open("/desk/sign-in")
            guest.page.locator("[name=username]").fill(name)
            guest.page.locator("[name=password]").fill(PASSWORD)
            guest.page.locator("main button").first.click()
            guest.page.wait_for_url(lambda url: "/sign-in" not in url)
        hoa.open("/desk/gaps")
        hoa.checks_the_page("gaps-list")
        hoa.page.get_by_role("link", name=DRONE).click()
        hoa.page.wait_for_url(lambda url: "/desk/gaps/" in url)
        hoa.page.get_by_text("Đóng nhóm này").click()
        hoa.page.get_by_label("Lý do").select_option("single_case")
        hoa.checks_the_page("gap-dismissing")
        hoa.page.get_by_role("button", name="Đóng nhóm", exact=True).click()
        expect(hoa.page.get_by_role("status")).to_have_text(world.text("page.gaps.done_dismissed"))
        hoa.checks_the_page("gap-dismissed")
        hoa.page.get_by_role("button", name="English").click()
        hoa.open("/desk/gaps")
        hoa.checks_the_page("gaps-list-en")
        hoa.page.locator(".gap-list th a").first.click()
        hoa.page.wait_for_url(lambda url: "/desk/gaps/" in url)
        hoa.page.get_by_role("checkbox").first.check()
        hoa.checks_the_page("gap-en")
        hoa.page.get_by_role("button", name="Add to this guidance").click()
        hoa.page.wait_for_url(lambda url: "/drafts/" in url)

        minh.open(f"/desk/cases/{newest_case(world.desk).number}")
        minh.page.get_by_text("Dùng câu trả lời cho mọi người").click()
        minh.checks_the_page("case-draft-guidance")
        minh.page.get_by_role("button", name="Soạn hướng dẫn từ câu trả lời này").click()
        expect(minh.page.get_by_role("status").first).to_have_text(world.text("page.desk.done_guidance_proposed"))
        minh.checks_the_page("case-guidance-drafted")
        hoa.open("/desk/guidance/drafts?which=proposed")
        hoa.checks_the_page("guidance-proposed-en")
