"""Rating in a real browser: one tap in the chat and what may follow, the page of a case, and spam at the desk."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select

from desk.ratings.model import Rating
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import newest_case, officer_replies, open_case
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port

pytestmark = pytest.mark.browser


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    world.search.finds("dossier_import", about="Hồ sơ")
    port = free_port()
    with serving(dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}"), tmp_path, port) as address:
        yield address


def the_rating(world: World) -> Rating:
    with world.store.reading() as session:
        return session.scalars(select(Rating)).one()


def presses(person: Somebody, title: str) -> None:
    person.page.get_by_role("button", name=title, exact=True).last.click()


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_what_the_stars_are_about_is_said_in_the_chat(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as lan:
        lan.open("/chat")
        lan.page.get_by_label("Câu hỏi của bạn").fill("Hồ sơ nhập khẩu gồm gì?")
        presses(lan, "Gửi")
        presses(lan, "Hữu ích")
        presses(lan, "Xong rồi")
        presses(lan, "★★ Không hài lòng")
        presses(lan, world.text("rating.reason.rule"))
        expect(lan.page.get_by_text(world.text("rating.noted", stars=2))).to_be_visible()
        expect(lan.page.get_by_role("button", name=f"☑ {world.text('rating.reason.rule')}")).to_be_visible()
        lan.checks_the_page("rating-chat")
    assert (the_rating(world).stars, the_rating(world).reasons) == (2, ["rule"])


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_case_is_rated_with_one_press_and_then_as_a_whole(
    browser: Browser, address: str, world: World, size: ViewportSize, script: bool
) -> None:
    key = open_case(world).key
    officer_replies(world, "Xong.", resolve=True)
    with somebody(browser, address, size, script=script) as lan:
        lan.open(f"/case/{key}")
        if script:  # what checks a page is a script itself
            lan.checks_the_page("rating-case-asked")
        presses(lan, "★★★★ Hài lòng")
        page = lan.page
        page.get_by_label(world.text("rating.reason.attitude")).check()
        page.get_by_role("group", name=world.text("page.case.rating_officer")).get_by_label(
            "Rất hài lòng"
        ).first.check()
        page.get_by_label(world.text("page.case.comment")).fill("Nhiệt tình")
        presses(lan, world.text("page.case.rating_save"))
        expect(page.get_by_text(world.text("page.case.done_rated"))).to_be_visible()
        if script:
            lan.checks_the_page("rating-case-given")
    rating = the_rating(world)
    assert (rating.stars, rating.reasons, rating.officer_stars, rating.comment) == (4, ["attitude"], 5, "Nhiệt tình")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_case_is_put_away_as_spam(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    open_case(world, "Vay tiền nhanh, lãi thấp")
    with somebody(browser, address, size, script=True) as minh:
        minh.open("/desk/sign-in")
        minh.page.get_by_label("Tên đăng nhập").fill("minh")
        minh.page.get_by_label("Mật khẩu").fill(PASSWORD)
        presses(minh, "Đăng nhập")
        minh.open(f"/desk/cases/{newest_case(world.desk).number}")
        presses(minh, "Nhận xử lý")
        minh.page.locator("summary", has_text=world.text("page.desk.spam_title")).click()
        minh.page.get_by_label(world.text("page.desk.spam_reason")).fill("Quảng cáo")
        minh.checks_the_page("spam-form")
        presses(minh, world.text("page.desk.spam"))
        expect(minh.page.get_by_text(world.text("page.desk.as_spam", reason="Quảng cáo"))).to_be_visible()
        minh.checks_the_page("spam-done")
