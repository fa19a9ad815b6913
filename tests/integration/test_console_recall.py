"""The pages of recalls: what is refused is said beside its field, and everything that was typed stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.guidance import service as guidance
from desk.recall.model import Recall
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import World
from tests.recall_fixtures import ENTRY, WRONG, is_corrected, state_of, was_told

Browse = Callable[[], Browser]
PLAN = f"/desk/recall/plan?entry={ENTRY}"


@pytest.fixture
def hoa(browse: Browse, world: World) -> Browser:
    with world.store.writing() as session:
        add_curators(session)
    for address in ("100", "101"):
        was_told(world, world.chatter(address))
    is_corrected(world)
    return _signed_in(browse, "hoa")


def _signed_in(browse: Browse, username: str) -> Browser:
    browser = browse()
    browser.signs_in(username, PASSWORD)
    return browser


def planned(hoa: Browser, **fields: str) -> str:
    """hoa plans; returns the path of the page."""
    page = hoa.posts("/desk/recall/plan", {"entry": ENTRY, "days": "30", **WRONG, **fields}, form_on=PLAN)
    assert page.status_code == 200, page.text
    return page.url.path


def test_words_that_are_missing_are_asked_for_beside_their_field(hoa: Browser, world: World) -> None:
    fields = {"entry": ENTRY, "days": "45", **WRONG, "wrong_en": ""}
    page = hoa.posts("/desk/recall/plan", fields, form_on=PLAN)
    assert page.status_code == 422
    assert world.text("recall.refused.words") in page.text
    assert WRONG["wrong_vi"] in page.text
    assert 'value="45"' in page.text
    with world.store.reading() as session:
        assert session.scalars(select(Recall)).all() == []


@pytest.mark.parametrize("days", ["0", "731", "nhiều"])
def test_a_number_of_days_that_will_not_do_is_told(hoa: Browser, world: World, days: str) -> None:
    page = hoa.get(f"{PLAN}&days={days}")
    assert world.text("recall.refused.days", longest=730) in page.text
    assert f'value="{days}"' in page.text


def test_guidance_that_was_never_wrong_has_nothing_to_recall(hoa: Browser, world: World) -> None:
    assert world.text("recall.refused.nothing_wrong") in hoa.get("/desk/recall/plan?entry=channels").text
    assert world.text("recall.refused.nothing_wrong") in hoa.get("/desk/recall/plan?entry=no_such").text
    assert "/desk/recall/plan?entry=channels" not in hoa.get("/desk/guidance/entries/channels").text
    assert PLAN in hoa.get(f"/desk/guidance/entries/{ENTRY}").text


def test_who_planned_it_is_refused_and_another_sends_it(hoa: Browser, browse: Browse, world: World) -> None:
    path = planned(hoa)
    assert f'action="{path}/start"' not in hoa.get(path).text
    refused = hoa.posts(f"{path}/start", {"chats": "2"}, form_on=path)
    assert (refused.status_code, world.text("recall.refused.own_plan") in refused.text) == (409, True)
    son = _signed_in(browse, "son")
    other = son.posts(f"{path}/start", {"chats": "3"}, form_on=path)
    assert (other.status_code, world.text("recall.refused.other_number", count=2) in other.text) == (409, True)
    assert 'value="3"' in other.text
    assert world.text("page.recall.done_started") in son.posts(f"{path}/start", {"chats": "2"}, form_on=path).text
    assert state_of(world, int(path.rsplit("/", 1)[1])) == "running"


def test_words_are_changed_before_it_is_sent(hoa: Browser, world: World) -> None:
    path = planned(hoa)
    page = hoa.posts(f"{path}/words", WRONG | {"wrong_vi": "Sai nơi nộp."}, form_on=path)
    assert page.text.count("Sai nơi nộp.") == 2  # in the message as it will be read, and in the form
    empty = hoa.posts(f"{path}/words", WRONG | {"wrong_vi": ""}, form_on=path)
    assert (empty.status_code, world.text("recall.refused.words") in empty.text) == (409, True)


def test_it_is_stopped_with_a_reason(hoa: Browser, world: World) -> None:
    path = planned(hoa)
    page = hoa.posts(f"{path}/stop", {"reason": " "}, form_on=path)
    assert (page.status_code, world.text("recall.refused.reason") in page.text) == (409, True)
    hoa.posts(f"{path}/stop", {"reason": "Đã gọi điện cho từng người."}, form_on=path)
    assert state_of(world, int(path.rsplit("/", 1)[1])) == "stopped"


def test_a_plan_that_was_overtaken_says_so(hoa: Browser, world: World) -> None:
    path = planned(hoa)
    with world.store.writing() as session:
        guidance.withdraw(session, ENTRY, by="officer:hoa", reason="sai nữa", at=world.clock.now())
    assert world.text("recall.refused.text_changed") in hoa.get(path).text


@pytest.mark.parametrize("path", ["/desk/recall/99", "/desk/recall/x"])
def test_a_recall_that_does_not_exist_is_not_there(hoa: Browser, path: str) -> None:
    assert hoa.get(path).status_code == 404


def test_an_officer_has_no_part_in_it(browse: Browse) -> None:
    assert _signed_in(browse, "minh").get("/desk/recall").status_code == 403
