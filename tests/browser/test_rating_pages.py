"""The pages of ratings in a real browser: a low rating from the officer's remark to the words that are sent."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect
from sqlalchemy import select

from clock.due import tell_of_reviews
from desk.cases.model import Case
from desk.ratings import service as ratings
from desk.ratings.model import LeftOut, RatingRequest
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.e2e.running_desk import free_port
from tests.rating_review_fixtures import WORDS, add_small_tree, answered, rated

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over a few ratings: two low ones, a good one, and one that does not count."""
    add_small_tree(world)
    rated(world, world.chatter("200"), 1, "thu", comment="Chờ hai ngày mới được trả lời, gọi điện không ai nghe máy.")
    rated(world, world.chatter("201"), 5, "nam", comment="Nhanh, rõ ràng.")
    rated(world, world.chatter("202"), 2, "thu")
    world.chatter("202").taps("rate", ":4")
    answered(world, world.chatter("203"), "thu")
    with world.store.writing() as session:
        request = session.get_one(RatingRequest, 1)
        ratings.give_reasons(session, request, ["speed", "attitude"], NOON, world.desk.rules.ratings)
        session.get_one(RatingRequest, 4).left_out = LeftOut.SAME_ENTERPRISE
    world.chatter("203").taps("rate", ":1")
    tell_of_reviews(world.desk)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_low_rating_is_remarked_on_reviewed_and_answered(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with (
        somebody(browser, address, size, script=True) as thu,
        somebody(browser, address, size, script=True) as hanh,
    ):
        _signs_in(thu, "thu")
        thu.open("/desk/ratings/mine/1")
        thu.page.get_by_label("Ý kiến của bạn").fill("Hồ sơ chờ kết quả giám định nên không thể nhanh hơn.")
        thu.checks_the_page("my-rating")
        _goes(thu, thu.page.get_by_role("button", name="Lưu ý kiến"))
        thu.checks_the_page("my-ratings")
        _signs_in(hanh, "hanh")
        hanh.open("/desk/ratings/reviews")
        hanh.checks_the_page("reviews")
        hanh.open("/desk/ratings/reviews/2")
        hanh.checks_the_page("review-raised")
        hanh.open("/desk/ratings/reviews/1")
        hanh.checks_the_page("review-new")
        hanh.page.get_by_label("Kết luận").select_option("confirmed")
        hanh.page.get_by_label("Nguyên nhân").select_option("slow")
        hanh.page.get_by_label("Vì sao xảy ra").fill("Hồ sơ nằm chờ hai ngày vì cán bộ nghỉ phép.")
        hanh.page.get_by_label("Đã làm gì").fill("Đã phân công người thay khi cán bộ nghỉ.")
        _goes(hanh, hanh.page.get_by_role("button", name="Lưu kết quả xem xét"))
        hanh.page.get_by_label("Lời trả lời", exact=True).fill(WORDS)
        _goes(hanh, hanh.page.get_by_role("button", name="Lưu và xem tin"))
        hanh.checks_the_page("review-worded")
        _goes(hanh, hanh.page.get_by_role("button", name="Gửi cho doanh nghiệp"))
        expect(hanh.page.get_by_text("Đã gửi lời trả lời cho doanh nghiệp. Việc xem xét")).to_be_visible()
        hanh.checks_the_page("review-told")
        hanh.open("/desk/ratings/received")
        hanh.checks_the_page("received")
        hanh.page.get_by_role("button", name="English").click()
        hanh.checks_the_page("received-english")
        for path, name in (("reviews?view=settled", "reviews-english"), ("reviews/1", "review-english")):
            hanh.open(f"/desk/ratings/{path}")
            hanh.checks_the_page(name)
        with world.store.reading() as session:
            key = session.scalars(select(Case.key).order_by(Case.id)).first()
        thu.open(f"/case/{key}")
        thu.checks_the_page("case-told")


def _signs_in(who: Somebody, username: str) -> None:
    who.open("/desk/sign-in")
    who.page.locator("[name=username]").fill(username)
    who.page.locator("[name=password]").fill(PASSWORD)
    who.page.locator("main button").first.click()
    who.page.wait_for_url(lambda url: "/sign-in" not in url)


def _goes(who: Somebody, button: Locator) -> None:
    with who.page.expect_navigation():
        button.click()
