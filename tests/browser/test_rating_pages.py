"""The page of the report in a real browser: ranked and too few, over time, within a unit, on a phone and in print."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.people.model import Officer, Role
from desk.ratings.model import LeftOut, Rating, RatingPart, RatingRequest
from desk.units import service as units
from desk.units.model import DEPARTMENT, Unit
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.e2e.running_desk import free_port
from tests.figures_fixtures import History
from tests.small_tree import add_people, add_units
from tests.unit_fixtures import hire

pytestmark = pytest.mark.browser

UNITS = ("CATLAI", "CATLAI-1", "KV03", "LINHTRUNG")


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console over the months of a small authority, with a manager of the department."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
        History(session, UNITS).of_days(dt.date(2026, 6, 1), dt.date(2026, 11, 23), NOON, busiest=14)
        _give_parts(session)
    hire(world, "mai", DEPARTMENT, Role.MANAGER)
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


def _give_parts(session: Session) -> None:
    """The parts to several officers, of whom some judged more than twenty, and a few marked requests."""
    random = Random(4)
    names = ("thu", "nam", "hanh", "dung")
    officers = {name: session.scalars(select(Officer).where(Officer.username == name)).one() for name in names}
    for part in session.scalars(select(RatingPart)):
        chosen = officers[random.choices(names, (60, 30, 5, 5))[0]]
        part.officer_id, part.officer_name = chosen.id, chosen.name
        above = {each.kind: each.id for each in units.chain(session, session.get_one(Unit, part.unit_id))}
        part.region_id = above.get("region")
    for request in session.scalars(select(RatingRequest).where(RatingRequest.asked_at.is_not(None))):
        if request.case_id is not None and request.rating is None and random.random() < 0.8:
            _judge(request, random.choices((1, 2, 3, 4, 5), (6, 6, 12, 36, 40))[0])
        if request.id % 40 == 0:
            request.left_out = random.choice(list(LeftOut))


def _judge(request: RatingRequest, stars: int) -> None:
    given = {"stars": stars, "first_stars": stars, "for_officer": stars}
    at = request.asked_at or request.ask_at
    request.rating = Rating(person_id=request.person_id, for_service=True, for_rule=stars == 1, rated_at=at, **given)


def signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_manager_reads_the_report(browser: Browser, address: str, size: ViewportSize) -> None:
    with somebody(browser, address, size, script=True) as mai:
        signs_in(mai, "mai")
        mai.open("/desk/figures")
        mai.page.get_by_role("link", name="Đánh giá và phục vụ theo cán bộ").first.click()
        expect(mai.page.get_by_role("heading", level=1)).to_have_text("Đánh giá và phục vụ")
        mai.page.get_by_role("link", name="Năm nay").click()
        mai.page.get_by_label("Chia theo").select_option("officer")
        mai.page.get_by_role("button", name="Xem").click()
        expect(mai.page.get_by_text("Dưới 20 lượt chấm điểm, không xếp hạng")).to_be_visible()
        for summary in mai.page.locator("details.sheet > summary").all()[1:]:
            summary.click()
        mai.checks_the_page("ratings-officers")
        mai.page.get_by_label("Chia theo").select_option("week")
        mai.page.get_by_role("button", name="Xem").click()
        mai.checks_the_page("ratings-weeks")


def test_a_region_leads_to_its_offices_without_script(browser: Browser, address: str) -> None:
    with somebody(browser, address, SCREEN, script=False) as mai:
        signs_in(mai, "mai")
        mai.open("/desk/ratings?period=this_year&by=region")
        mai.page.get_by_role("link", name="Chi cục Hải quan khu vực II", exact=True).first.click()
        expect(mai.page.get_by_role("rowheader", name="Hải quan cửa khẩu cảng Cát Lái").first).to_be_visible()
        expect(mai.page.locator(".lead")).to_have_text("Chi cục Hải quan khu vực II")
        with mai.page.expect_download() as kept:
            mai.page.get_by_role("link", name="Tải Excel").click()
        assert kept.value.suggested_filename == "ratings-office-2026-11-23.xlsx"


def test_in_english_and_in_print(browser: Browser, address: str) -> None:
    with somebody(browser, address, SCREEN, script=True) as mai:
        signs_in(mai, "mai")
        mai.page.get_by_role("button", name="English").click()
        mai.open("/desk/ratings?period=this_year&by=topic")
        expect(mai.page.get_by_role("heading", level=1)).to_have_text("Ratings and service")
        mai.checks_the_page("ratings-english")
        mai.page.emulate_media(media="print", color_scheme="light")
        mai.takes_a_picture("ratings-print")
