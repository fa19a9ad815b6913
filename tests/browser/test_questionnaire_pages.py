"""A questionnaire in a real browser: answered by an invited person, and asked, watched and read by who leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.questionnaire_fixtures import a_plan, asked, invitation, sent

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SIZES = pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    with serving(world.desk, tmp_path, free_port()) as address:
        yield address


def link_of(world: World) -> str:
    [lan] = asked(world, "100")
    sent(world, a_plan())
    with world.store.reading() as session:
        return f"/questionnaire/{invitation(session, lan).key}"


@SIZES
def test_an_invited_person_answers(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    link = link_of(world)
    with somebody(browser, address, size, script=True) as lan:
        page = lan.page
        lan.open(link)
        lan.checks_the_page("questionnaire-begin")
        _goes(lan, page.get_by_role("button", name="Bắt đầu"))
        lan.checks_the_page("questionnaire-level")
        _goes(lan, page.get_by_role("button", name="Tiếp theo"))
        expect(page.get_by_text("Câu này cần được trả lời.")).to_be_visible()
        lan.checks_the_page("questionnaire-refused")
        lan.overlooks_refusals(422)
        page.get_by_label("Hài lòng", exact=True).check()
        _goes(lan, page.get_by_role("button", name="Tiếp theo"))
        page.get_by_label("Trang web").check()
        _goes(lan, page.get_by_role("button", name="Tiếp theo"))
        page.get_by_label("Nhanh").check()
        page.get_by_label("Lịch sự").check()
        lan.checks_the_page("questionnaire-several")
        _goes(lan, page.get_by_role("button", name="Tiếp theo"))
        page.get_by_label("Bạn góp ý gì?").fill("Mong được trả lời nhanh hơn vào buổi chiều.")
        lan.checks_the_page("questionnaire-text")
        _goes(lan, page.get_by_role("button", name="Tiếp theo"))
        lan.checks_the_page("questionnaire-end")
        lan.open(f"{link}?all=1")
        lan.checks_the_page("questionnaire-all")
        _goes(lan, page.get_by_role("button", name="English"))
        lan.open(link)
        lan.checks_the_page("questionnaire-end-english")
        _goes(lan, page.get_by_role("button", name="Hand in my answers"))
        lan.checks_the_page("questionnaire-thanks-english")


def _goes(who: Somebody, link: Locator) -> None:
    with who.page.expect_navigation():
        link.click()
