"""The console of officers of units: each sees the cases of their units and of those below, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.conversations import service as conversations
from desk.people import service as people
from desk.people.model import Role
from desk.speech import Utterance
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.unit_fixtures import ELSEWHERE, OFFICE, case_in, hire, hire_all, named, unit

Browse = Callable[[], Browser]
QUESTION = "Tờ khai của tôi bị treo, phải làm gì?"


@pytest.fixture
def case(world: World) -> Case:
    hire_all(world)
    return case_in(world, OFFICE, QUESTION)


@pytest.fixture
def as_(browse: Browse, case: Case) -> Callable[[str], Browser]:
    """The browser of an officer who is signed in."""

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


def state(world: World, case: Case) -> CaseState:
    with world.store.reading() as session:
        return session.get_one(Case, case.id).state


@pytest.mark.parametrize("username", ["nga", "dung", "minh"])
def test_officers_of_the_unit_and_above_read_and_find_the_case(
    as_: Callable[[str], Browser], case: Case, username: str
) -> None:
    browser = as_(username)
    page = browser.get(f"/desk/cases/{case.number}")
    assert page.status_code == 200
    assert "Hải quan cảng Sài Gòn khu vực 1" in page.text
    assert QUESTION in browser.get("/desk/cases?view=waiting").text
    assert QUESTION in browser.get("/desk/cases", params={"q": "bi treo"}).text


def test_the_stranger_finds_nothing_reads_nothing_and_does_nothing(
    as_: Callable[[str], Browser], case: Case, world: World
) -> None:
    tuan = as_("tuan")
    path = f"/desk/cases/{case.number}"
    assert tuan.get(path).status_code == 404
    for view in ("", "?view=waiting", "?view=resolved", f"?unit={OFFICE}", f"?q={case.number}", "?q=to+khai"):
        page = tuan.get(f"/desk/cases{view}").text
        assert QUESTION not in page
        assert f'href="{path}"' not in page
    for act, form in (
        ("claim", {}),
        ("return", {}),
        ("resolve", {}),
        ("reply", {"text": "Trả lời", "seen": "1"}),
        ("send-again", {"delivery": "1"}),
    ):
        refused = tuan.posts(f"{path}/{act}", form, form_on="/desk/me")
        assert (act, refused.status_code) == (act, 404)
        assert QUESTION not in refused.text
    assert state(world, case) is CaseState.WAITING


def test_the_stranger_neither_reads_nor_disturbs_a_case_that_another_holds(
    as_: Callable[[str], Browser], case: Case, world: World
) -> None:
    with world.store.writing() as session:
        officer_desk.claim(world.desk, session, session.get_one(Case, case.id), named(session, "nga"))
    path = f"/desk/cases/{case.number}"
    assert as_("tuan").posts(f"{path}/return", {}, form_on="/desk/me").status_code == 404
    assert state(world, case) is CaseState.CLAIMED


def test_a_case_that_was_passed_on_is_no_longer_there_for_its_former_unit(
    as_: Callable[[str], Browser], case: Case, world: World
) -> None:
    with world.store.writing() as session:
        session.get_one(Case, case.id).unit = unit(session, ELSEWHERE)
    assert as_("nga").get(f"/desk/cases/{case.number}").status_code == 404
    assert as_("tuan").get(f"/desk/cases/{case.number}").status_code == 200


def test_a_manager_sees_figures_and_no_cases(browse: Browse, case: Case, world: World) -> None:
    hire(world, "mai", "VN", Role.MANAGER)
    mai = browse()
    mai.signs_in("mai", PASSWORD)
    assert mai.get("/desk/figures").status_code == 200
    assert mai.get("/desk/cases").status_code == 403
    assert mai.get(f"/desk/cases/{case.number}").status_code == 403


def test_a_manager_who_is_also_an_officer_elsewhere_sees_only_the_cases_there(
    browse: Browse, case: Case, world: World
) -> None:
    with world.store.writing() as session:
        at = world.clock.now()
        people.appoint(session, named(session, "tuan"), Role.MANAGER, unit(session, "VN"), by="operator", at=at)
    tuan = browse()
    tuan.signs_in("tuan", PASSWORD)
    assert tuan.get(f"/desk/cases/{case.number}").status_code == 404


def test_the_list_is_narrowed_to_a_unit_among_ones_own(as_: Callable[[str], Browser], case: Case) -> None:
    dung = as_("dung")
    page = dung.get("/desk/cases?view=waiting").text
    assert f'<option value="{OFFICE}">' in page
    assert f'<option value="{ELSEWHERE}">' not in page
    assert QUESTION in dung.get(f"/desk/cases?view=waiting&unit={OFFICE}").text
    assert QUESTION not in dung.get("/desk/cases?view=waiting&unit=KV02-SG2").text
    assert QUESTION not in dung.get("/desk/cases?q=treo&unit=KV02-SG2").text
    assert 'id="unit"' not in as_("nga").get("/desk/cases").text


def test_what_needs_information_has_a_view_and_stays_ones_own(
    as_: Callable[[str], Browser], case: Case, world: World
) -> None:
    with world.store.writing() as session:
        found, nga = session.get_one(Case, case.id), named(session, "nga")
        officer_desk.claim(world.desk, session, found, nga)
        asked = Utterance.plain("Số tờ khai?")
        message = conversations.say(session, found.conversation, asked, world.clock.now(), author="officer")
        cases.ask(session, found, nga, "Số tờ khai?", message, world.clock.now())
    nga = as_("nga")
    for view in ("mine", "needs_information"):
        assert QUESTION in nga.get(f"/desk/cases?view={view}").text
    assert QUESTION not in nga.get("/desk/cases?view=answered").text
