"""Similar cases in the console without a script: seen, answered together, taken out; contradictions and rulings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desk.cases.model import CaseState
from desk.people.model import Role
from tests.alike_fixtures import (
    answers,
    appoint_head,
    case_of,
    claims,
    move_to_region,
    officer_of_region,
    open_case,
    outages,
)
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World

Browse = Callable[[], Browser]
FIRST = "/desk/cases/2026-00001"
REPLY = "Hệ thống đã hoạt động lại từ 15 giờ."


@pytest.fixture
def signed_in(browse: Browse) -> Callable[[str], Browser]:
    def sign_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return sign_in


@pytest.fixture
def minh(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("minh")


def got(world: World, address: str) -> list[str]:
    return [said.text for said in world.chatter(address).read() if said.author == "officer"]


class TestOneReplyToMany:
    def test_similar_cases_stand_on_the_case_and_get_the_reply_that_was_begun_there(
        self, minh: Browser, world: World
    ) -> None:
        first, second, third = outages(world, "101", "102", "103")
        claims(world, first)
        page = minh.get(FIRST).text
        assert world.text("page.alike.cases", count=2) in page
        assert 'formaction="/desk/cases/2026-00001/alike"' in page
        many = minh.posts(f"{FIRST}/alike", {"text": REPLY, "seen": "4"}, form_on=FIRST).text
        assert REPLY in many
        assert got(world, "101") == []
        form = {"text_vi": REPLY, "seen": "4", f"case-{second}": "1", "resolve": "1"}
        for _ in range(2):
            sent = minh.posts(f"{FIRST}/reply-many", form, form_on=f"{FIRST}/alike")
            assert sent.status_code == 200
            assert world.text("page.alike.sent", count=2) in sent.text
        assert [len(got(world, address)) for address in ("101", "102", "103")] == [1, 1, 0]
        with world.store.reading() as session:
            assert case_of(session, second).state is CaseState.RESOLVED
            assert case_of(session, third).state is CaseState.WAITING

    def test_the_other_language_is_asked_for_and_nothing_that_was_filled_in_is_lost(
        self, minh: Browser, world: World
    ) -> None:
        first, second = outages(world, "101", "102")
        english = open_case(world, "103", "the system is down since morning", hint="en")
        claims(world, first)
        form = {"text_vi": REPLY, "seen": "4", f"case-{second}": "1", f"case-{english}": "1"}
        refused = minh.posts(f"{FIRST}/reply-many", form, form_on=f"{FIRST}/alike")
        assert refused.status_code == 409
        assert world.text("alike.text_missing_en") in refused.text
        assert REPLY in refused.text
        assert refused.text.count(" checked") == 2
        minh.posts(f"{FIRST}/reply-many", {**form, "text_en": "It is back."}, form_on=f"{FIRST}/alike")
        assert got(world, "103")[0].endswith("It is back.")

    def test_what_was_left_out_is_said_with_its_reason(self, minh: Browser, world: World) -> None:
        first, second = outages(world, "101", "102")
        claims(world, first)
        minh.get(f"{FIRST}/alike")
        claims(world, second, "binh")
        form = {"text_vi": REPLY, "seen": "3", f"case-{second}": "1", "case-x": "1", "case-99999": "1"}
        sent = minh.posts(f"{FIRST}/reply-many", form, form_on=f"{FIRST}/alike").text
        assert world.text("officer.held_by_another", number="2026-00002") in sent

    def test_nothing_is_chosen_before_the_officer_chooses(self, minh: Browser, world: World) -> None:
        first, *_ = outages(world, "101", "102")
        claims(world, first)
        assert " checked" not in minh.get(f"{FIRST}/alike").text

    def test_a_wrong_suggestion_is_taken_out_on_both_pages(self, minh: Browser, world: World) -> None:
        first, second, third = outages(world, "101", "102", "103")
        claims(world, first)
        page = minh.posts(f"{FIRST}/apart", {"other": str(second)}, form_on=FIRST).text
        assert world.text("page.desk.done_apart") in page
        assert world.text("page.alike.cases", count=1) in page
        form = {"other": str(third), "writing": "1", "text_vi": "Đang viết", "seen": "3"}
        many = minh.posts(f"{FIRST}/apart", form, form_on=f"{FIRST}/alike").text
        assert "Đang viết" in many
        assert world.text("alike.none") in many

    def test_a_case_that_does_not_exist_is_not_found(self, minh: Browser, world: World) -> None:
        outages(world, "101")
        assert minh.get("/desk/cases/2026-00099/alike").status_code == 404
        assert minh.posts(f"{FIRST}/apart", {"other": "99"}, form_on=FIRST).status_code == 404

    def test_when_the_search_is_down_the_case_can_be_worked_on(self, minh: Browser, world: World) -> None:
        first, _ = outages(world, "101", "102")
        claims(world, first)
        world.search.fails = True
        page = minh.posts(f"{FIRST}/reply", {"text": REPLY, "seen": "3"}, form_on=FIRST).text
        assert world.text("alike.unavailable") in page
        assert len(got(world, "101")) == 1


class TestContradictions:
    @pytest.fixture(autouse=True)
    def _a_region_answered(self, world: World) -> None:
        first, second = outages(world, "101", "102")
        answers(world, second, "Bạn nộp hồ sơ giấy, gọi 0912 345 678.", "binh")
        move_to_region(world, second)
        claims(world, first)

    def test_what_others_answered_stands_on_the_case_without_the_enterprise(self, minh: Browser, world: World) -> None:
        page = minh.get(FIRST).text
        assert world.text("page.alike.answers", count=1) in page
        assert "Bạn nộp hồ sơ giấy, gọi [số]." in page
        assert "0912" not in page

    def test_a_contradiction_goes_to_headquarters_and_the_ruling_stands_on_both_cases(
        self, minh: Browser, world: World, signed_in: Callable[[str], Browser]
    ) -> None:
        path = f"{FIRST}/contradiction/2026-00002"
        side_by_side = minh.get(path).text
        assert "Bạn nộp hồ sơ giấy, gọi [số]." in side_by_side
        refused = minh.posts(path, {"note": " "}, form_on=path)
        assert (refused.status_code, world.text("alike.note_missing") in refused.text) == (409, True)
        page = minh.posts(path, {"note": "Tôi cho rằng phải chờ."}, form_on=path).text
        assert world.text("page.desk.done_contradiction") in page
        assert "Tôi cho rằng phải chờ." in page
        appoint_head(world, "hoa")
        hoa = signed_in("hoa")
        listed = hoa.get("/desk/contradictions").text
        assert "Tôi cho rằng phải chờ." in listed
        assert "0912" not in listed
        settle = "/desk/contradictions/1/settle"
        done = hoa.posts(settle, {"ruling": "Được nộp giấy."}, form_on="/desk/contradictions").text
        assert world.text("page.alike.done_settled") in done
        again = hoa.posts(settle, {"ruling": "Không."}, form_on="/desk/contradictions")
        assert again.status_code == 409
        for number in ("2026-00001", "2026-00002"):
            assert "Được nộp giấy." in minh.get(f"/desk/cases/{number}").text

    def test_a_head_of_a_region_reads_their_own_and_cannot_rule(
        self, minh: Browser, world: World, signed_in: Callable[[str], Browser]
    ) -> None:
        path = f"{FIRST}/contradiction/2026-00002"
        minh.posts(path, {"note": "Khác nhau"}, form_on=path)
        officer_of_region(world, "dung", Role.HEAD)
        dung = signed_in("dung")
        page = dung.get("/desk/contradictions").text
        assert "Khác nhau" in page
        assert world.text("page.alike.settle") not in page.split("<main")[1]
        refused = dung.posts("/desk/contradictions/1/settle", {"ruling": "x"}, form_on="/desk/me")
        assert world.text("alike.only_headquarters") in refused.text
        assert dung.get(path).status_code == 404  # not a case of the region

    def test_an_officer_without_such_a_role_has_no_such_page(self, minh: Browser) -> None:
        assert minh.get("/desk/contradictions").status_code == 403
