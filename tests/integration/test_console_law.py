"""Related law and the search of officers and curators, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from desk.law import service as law
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, open_case
from tests.desk_fixtures import World
from tests.law_fixtures import ARTICLES, LAW, TIME_LIMIT, WHO_DECLARES, hit

Browse = Callable[[], Browser]
QUESTION = "Nhập khẩu hoa lan cần giấy gì?"


@pytest.fixture
def minh(browse: Browse) -> Browser:
    """An officer who is signed in."""
    browser = browse()
    browser.signs_in("minh", PASSWORD)
    return browser


@pytest.fixture(autouse=True)
def _imported(world: World) -> None:
    with world.store.writing() as session:
        law.import_text(session, LAW, ARTICLES, by="officer:hoa", at=world.clock.now())


def test_the_page_of_a_case_lists_the_law_that_bears_on_its_question(minh: Browser, world: World) -> None:
    world.search.finds_law(hit(heading=TIME_LIMIT.heading), hit(WHO_DECLARES.text, article="5"))
    page = minh.get(f"/desk/cases/{open_case(world, QUESTION).number}").text
    assert world.text("page.desk.related_law", count=2) in page
    assert f"Điều 6 Luật Thử nghiệm số {LAW} (đang có hiệu lực)" in page
    assert TIME_LIMIT.heading in page
    assert WHO_DECLARES.text in page
    assert world.text("page.desk.related_law_about", date="23/11/2026") in page


def test_a_case_without_related_law_has_no_empty_list_of_it(minh: Browser, world: World) -> None:
    page = minh.get(f"/desk/cases/{open_case(world).number}").text
    assert 'class="law"' not in page


def test_where_an_officer_replies_there_is_a_search_for_the_question(minh: Browser, world: World) -> None:
    path = f"/desk/cases/{open_case(world, QUESTION).number}"
    assert 'action="/desk/search"' not in minh.get(path).text
    page = minh.posts(f"{path}/claim", {}, form_on=path).text
    assert re.search(rf'action="/desk/search" target="_blank".*value="{re.escape(QUESTION)}"', page, re.DOTALL)


def test_guidance_and_law_are_found_with_their_addresses(minh: Browser, world: World) -> None:
    world.search.finds("dossier_import", confidence=0.01)
    words = "1. Người khai thử gồm:\na) Chủ hàng thử;"
    world.search.finds_law(hit(words, article="5", clause="1", point="a", confidence=0.01))
    page = minh.get("/desk/search", params={"q": "người khai thử gồm ai"}).text
    assert world.text("page.search.found", guidance=1, law=1) in page
    assert "dossier_import@1" in page
    assert "Nguyên văn dossier_import: nộp ở chi cục." in page
    assert f"Điểm a khoản 1 Điều 5 Luật Thử nghiệm số {LAW} (đang có hiệu lực)" in page
    assert words in page
    english = minh.get("/desk/search", params={"q": "who declares"}, headers={"accept-language": "en"}).text
    assert f"Article 5(1)(a), Law on Trials No. {LAW} (in force)" in english
    assert "Verbatim dossier_import" in english


def test_nothing_is_searched_until_something_is_typed(minh: Browser, world: World) -> None:
    for typed in ("", "  "):
        assert minh.get("/desk/search", params={"q": typed}).status_code == 200
    assert world.search.asked == []
    minh.get("/desk/search", params={"q": "a" * 5000})
    assert [len(text) for text in world.search.asked] == [500]


def test_a_search_that_fails_is_said(minh: Browser, world: World) -> None:
    world.search.fails = True
    answer = minh.get("/desk/search", params={"q": "hàng thử"})
    assert (answer.status_code, world.text("page.search.failed") in answer.text) == (503, True)


def test_what_is_typed_is_shown_as_it_was_typed(minh: Browser) -> None:
    page = minh.get("/desk/search", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_curators_search_too_and_strangers_do_not(browse: Browse) -> None:
    hoa, stranger = browse(), browse()
    hoa.signs_in("hoa", PASSWORD)
    page = hoa.get("/desk/search")
    assert page.status_code == 200
    assert 'href="/desk/search" aria-current="page"' in page.text
    assert stranger.get("/desk/search").url.path == "/desk/sign-in"
