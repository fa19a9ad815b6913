"""A questionnaire in a real browser: answered by an invited person, and asked, watched and read by who leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from clock import due
from tests.answered_fixtures import answered_by_many
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.questionnaire_fixtures import LEVEL, ONE, SEVERAL, a_plan, add_leader, asked, deliver, invitation, made, sent

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


@SIZES
def test_a_leader_asks_watches_and_publishes(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    with world.store.writing() as session:
        add_leader(session)
    asked(world, *(str(number) for number in range(100, 106)))
    with somebody(browser, address, size, script=True) as quan:
        page = quan.page
        _signs_in(quan, "quan")
        quan.open("/desk/questionnaires")
        quan.checks_the_page("asking-none")
        _goes(quan, page.get_by_role("link", name="Soạn phiếu khảo sát"))
        page.get_by_label("Tên phiếu (Tiếng Việt)").fill("Khảo sát mức độ hài lòng năm 2026")
        page.get_by_label("Tên phiếu (Tiếng Anh)").fill("Survey of satisfaction in 2026")
        _goes(quan, page.get_by_role("button", name="+ Năm mức"))
        page.get_by_label("Câu hỏi (Tiếng Việt)").fill("Bạn hài lòng về thời gian chờ không?")
        _goes(quan, page.get_by_role("button", name="+ Lựa chọn"))
        page.locator("#question-1-option-0-vi").fill("Telegram")
        quan.checks_the_page("asking-new")
        _goes(quan, page.get_by_role("button", name="Lưu", exact=True).first)
        quan.checks_the_page("asking-refused")
        quan.overlooks_refusals(422)
        quan.open(f"/desk/questionnaires/{made(world)}")
        quan.checks_the_page("asking-draft")
        _goes(quan, page.get_by_role("link", name="Chọn đối tượng được hỏi"))
        page.get_by_label("Số người").fill("4")
        _goes(quan, page.get_by_role("button", name="Lưu và tính số người"))
        quan.checks_the_page("asking-sample")
        _goes(quan, page.get_by_role("button", name="English"))
        quan.checks_the_page("asking-sample-english")
        _goes(quan, page.get_by_role("link", name="Back to the questionnaire"))
        page.get_by_label("How many people are asked").fill("4")
        _goes(quan, page.get_by_role("button", name="Open and invite"))
        due.send_questionnaires(world.desk)
        deliver(world)
        page.reload()
        quan.checks_the_page("asking-open-english")


@SIZES
def test_results_are_read_compared_and_published(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with world.store.writing() as session:
        add_leader(session)
    id = answered_by_many(world, a_plan((LEVEL, ONE, SEVERAL, LEVEL), anonymous=False), people=60)
    other = answered_by_many(world)
    with (
        somebody(browser, address, size, script=True) as quan,
        somebody(browser, address, size, script=True) as anybody,
    ):
        page = quan.page
        _signs_in(quan, "quan")
        quan.open(f"/desk/questionnaires/{id}/results?by=topic")
        quan.checks_the_page("results")
        _goes(quan, page.get_by_role("button", name="English"))
        quan.open(f"/desk/questionnaires/{id}/results?by=topic")
        quan.checks_the_page("results-english")
        quan.open(f"/desk/questionnaires/{other}/texts")
        _goes(quan, page.get_by_role("button", name="Release for publication").last)
        quan.checks_the_page("results-texts-english")
        quan.open(f"/desk/questionnaires/{other}/publish")
        _goes(quan, page.get_by_role("button", name="Tiếng Việt"))
        quan.checks_the_page("results-publish")
        anybody.open("/results")
        anybody.checks_the_page("results-none")
        _goes(quan, page.get_by_role("button", name="Công bố", exact=True))
        quan.checks_the_page("asking-published")
        anybody.open("/results")
        anybody.checks_the_page("results-list")
        _goes(anybody, anybody.page.get_by_role("link", name="Khảo sát năm 2026"))
        anybody.checks_the_page("results-public")
        _goes(anybody, anybody.page.get_by_role("button", name="English"))
        anybody.checks_the_page("results-public-english")
        quan.open("/desk/questionnaires")
        quan.checks_the_page("asking-list")


def _signs_in(who: Somebody, username: str) -> None:
    who.open("/desk/sign-in")
    who.page.locator("[name=username]").fill(username)
    who.page.locator("[name=password]").fill(PASSWORD)
    who.page.locator("main button").first.click()
    who.page.wait_for_url(lambda url: "/sign-in" not in url)


def _goes(who: Somebody, link: Locator) -> None:
    with who.page.expect_navigation():
        link.click()
