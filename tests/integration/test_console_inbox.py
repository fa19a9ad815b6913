"""The inbox and a case over the web: filters, pages, the way back and on, and asking whether anything is new."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from console.staff.officers import inbox
from desk.cases import service as case_acts
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.ratings.model import Rating, RatingRequest
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.unit_fixtures import ELSEWHERE, OFFICE, hire_all, named, unit

Browse = Callable[[], Browser]


@pytest.fixture
def cases(world: World) -> list[str]:
    """The numbers of three cases that wait in an office, in the order in which they are due."""
    hire_all(world)
    for number in range(3):
        person = world.chatter(f"80{number}")
        person.writes(f"Tờ khai số {number} bị treo, phải làm gì?")
        person.taps("ask_officer")
        person.taps("send_as_is")
        world.clock.advance(hours=1)
    with world.store.writing() as session:
        found = session.scalars(select(Case).order_by(Case.id)).all()
        for case in found:
            case.unit = unit(session, OFFICE)
        return [str(case.number) for case in found]


@pytest.fixture
def nga(browse: Browse, cases: list[str]) -> Browser:
    browser = browse()
    browser.signs_in("nga", PASSWORD)
    return browser


def listed(page: str) -> list[str]:
    return re.findall(r'<li id="case-([\d-]+)"', page)


def version_in(page: str) -> str:
    found = re.search(r'data-version="([^"]+)"', page)
    assert found is not None
    return found[1]


class TestTheList:
    def test_pages_lead_forwards_and_back(
        self, nga: Browser, cases: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inbox, "LISTED", 2)
        first = nga.get("/desk/cases?view=waiting&channel=telegram").text
        assert listed(first) == cases[:2]
        onward = re.search(r'rel="next" href="([^"]+)"', first)
        assert onward is not None
        second = nga.get(onward[1].replace("&amp;", "&")).text
        assert listed(second) == cases[2:]
        back = re.search(r'rel="prev" href="([^"]+)"', second)
        assert back is not None
        assert listed(nga.get(back[1].replace("&amp;", "&")).text) == cases[:2]

    @pytest.mark.parametrize("query", ["urgency=not_urgent", "channel=telegram", "lang=vi", "q=treo&channel=telegram"])
    def test_filters_leave_what_fits(self, nga: Browser, cases: list[str], query: str) -> None:
        assert sorted(listed(nga.get(f"/desk/cases?view=waiting&{query}").text)) == cases

    @pytest.mark.parametrize("query", ["urgency=perishable", "channel=web", "lang=en", "topic=tax", "q=treo&lang=en"])
    def test_filters_take_out_what_does_not_fit(self, nga: Browser, query: str) -> None:
        assert listed(nga.get(f"/desk/cases?view=waiting&{query}").text) == []

    @pytest.mark.parametrize(
        "query", ["urgency=made_up", "view=made_up", "unit=KV99", f"q={'x' * 500}", "q=%00", "gone=x", "topic=%00"]
    )
    def test_what_nobody_offers_is_no_error(self, nga: Browser, query: str) -> None:
        assert nga.get(f"/desk/cases?{query}").status_code == 200

    def test_a_made_up_place_is_refused(self, nga: Browser) -> None:
        assert nga.get("/desk/cases?view=waiting&after=abc").status_code == 400

    @pytest.mark.parametrize(
        "view",
        ["mine", "unit", "waiting", "at_risk", "overdue", "needs_information", "answered", "to_sign", "resolved"],
    )
    def test_an_empty_view_says_what_to_do_next(self, browse: Browse, world: World, view: str) -> None:
        hire_all(world)
        dung = browse()
        dung.signs_in("dung", PASSWORD)
        assert world.text(f"page.inbox.none.{view}") in dung.get(f"/desk/cases?view={view}").text


class TestGoingOn:
    def test_the_cases_before_and_after_in_the_list_are_one_step_away(self, nga: Browser, cases: list[str]) -> None:
        page = nga.get("/desk/cases?view=waiting&channel=telegram").text
        links = re.findall(r'<a class="number" href="([^"]+)"', page)
        middle = nga.get(links[1].replace("&amp;", "&")).text
        assert f'rel="prev" data-key="k" href="/desk/cases/{cases[0]}?list=' in middle
        assert f'rel="next" data-key="j" href="/desk/cases/{cases[2]}?list=' in middle
        assert 'href="/desk/cases?view=waiting&amp;channel=telegram"' in middle

    def test_a_claimed_case_keeps_its_list_and_names_the_next_that_waits(self, nga: Browser, cases: list[str]) -> None:
        path = f"/desk/cases/{cases[0]}"
        page = nga.posts(f"{path}/claim?list=view%3Dwaiting", {}, form_on=path)
        assert str(page.url).endswith(f"{path}?done=claimed&list=view%3Dwaiting")
        assert f'<a href="/desk/cases/{cases[1]}?list=view%3Dwaiting">' in page.text
        assert 'href="/desk/cases?view=waiting"' in page.text

    def test_after_the_last_it_is_said_that_none_waits(self, nga: Browser, cases: list[str], world: World) -> None:
        for number in cases[:2]:
            nga.posts(f"/desk/cases/{number}/claim", {}, form_on=f"/desk/cases/{number}")
        path = f"/desk/cases/{cases[2]}"
        assert world.text("page.inbox.none_waiting") in nga.posts(f"{path}/claim", {}, form_on=path).text


class TestStayingFresh:
    def test_while_nothing_happens_nothing_is_sent(self, nga: Browser, cases: list[str]) -> None:
        for path in ("/desk/cases?view=waiting", f"/desk/cases/{cases[0]}"):
            live = path.replace("/cases?", "/cases/live?") if "?" in path else f"{path}/live"
            answer = nga.get(live, params={"view": "waiting", "version": version_in(nga.get(path).text)})
            assert (answer.status_code, answer.text) == (204, "")

    def test_what_another_does_is_sent_once(self, nga: Browser, cases: list[str], world: World) -> None:
        path = f"/desk/cases/{cases[0]}"
        known = version_in(nga.get(path).text)
        with world.store.writing() as session:
            case = session.scalars(select(Case).where(Case.number == cases[0])).one()
            officer_desk.claim(world.desk, session, case, named(session, "dung"))
            officer_desk.reply(world.desk, session, case, named(session, "dung"), "Nộp tờ khai bổ sung.")
        fresh = nga.get(f"{path}/live", params={"version": known})
        assert fresh.status_code == 200
        assert fresh.text.count("Nộp tờ khai bổ sung.") == 1
        assert "<html" not in fresh.text
        again = nga.get(f"{path}/live", params={"version": fresh.headers["x-version"]})
        assert again.status_code == 204

    def test_a_list_is_sent_when_it_changed_and_not_when_something_else_did(
        self, nga: Browser, cases: list[str], world: World
    ) -> None:
        waiting = version_in(nga.get("/desk/cases?view=waiting").text)
        resolved = version_in(nga.get("/desk/cases?view=resolved&channel=web").text)
        with world.store.writing() as session:
            case = session.scalars(select(Case).where(Case.number == cases[0])).one()
            officer_desk.claim(world.desk, session, case, named(session, "dung"))
        fresh = nga.get("/desk/cases/live?view=waiting", params={"view": "waiting", "version": waiting})
        assert fresh.status_code == 200
        assert listed(fresh.text) == cases[1:]
        same = nga.get("/desk/cases/live", params={"view": "resolved", "channel": "web", "version": resolved})
        assert same.status_code == 204
        assert same.headers["x-version"] != resolved

    def test_time_alone_makes_a_case_overdue(self, nga: Browser, cases: list[str], world: World) -> None:
        path = f"/desk/cases/{cases[0]}"
        known = version_in(nga.get(path).text)
        with world.store.writing() as session:
            session.execute(update(Case).values(due_at=world.clock.now()))
        world.clock.advance(minutes=1)
        fresh = nga.get(f"{path}/live", params={"version": known})
        assert world.text("page.desk.overdue") in fresh.text

    def test_a_case_that_moved_away_and_one_of_another_unit_are_not_there(
        self, nga: Browser, cases: list[str], world: World
    ) -> None:
        with world.store.writing() as session:
            session.scalars(select(Case).where(Case.number == cases[0])).one().unit = unit(session, ELSEWHERE)
        assert nga.get(f"/desk/cases/{cases[0]}/live").status_code == 404

    def test_whoever_is_signed_out_is_led_away(self, browse: Browse, cases: list[str]) -> None:
        stranger = browse()
        for path in ("/desk/cases/live", f"/desk/cases/{cases[0]}/live"):
            assert stranger.get(path, follow_redirects=False).status_code == 302


class TestHistory:
    def test_other_cases_are_shown_as_far_as_the_officer_sees_them(
        self, nga: Browser, browse: Browse, cases: list[str], world: World
    ) -> None:
        with world.store.writing() as session:
            first = session.scalars(select(Case).where(Case.number == cases[0])).one()
            session.execute(update(Case).values(person_id=first.person_id))
            session.scalars(select(Case).where(Case.number == cases[2])).one().unit = unit(session, ELSEWHERE)
        page = nga.get(f"/desk/cases/{cases[0]}").text
        assert f'<a href="/desk/cases/{cases[1]}">' in page
        assert cases[2] not in page
        minh = browse()
        minh.signs_in("minh", PASSWORD)
        assert f'<a href="/desk/cases/{cases[2]}">' in minh.get(f"/desk/cases/{cases[0]}").text

    def test_stars_are_for_who_resolved_the_case_and_those_above(
        self, nga: Browser, browse: Browse, cases: list[str], world: World
    ) -> None:
        with world.store.writing() as session:
            first, other = session.scalars(select(Case).order_by(Case.id).limit(2)).all()
            session.execute(update(Case).values(person_id=first.person_id))
            dung, now = named(session, "dung"), world.clock.now()
            officer_desk.claim(world.desk, session, other, dung)
            officer_desk.reply(world.desk, session, other, dung, "Trả lời")
            officer_desk.resolve(world.desk, session, other, dung)
            request = session.scalars(select(RatingRequest)).one()
            given = {"for_service": True, "for_rule": False, "for_officer": 4, "rated_at": now}
            request.rating = Rating(person_id=request.person_id, stars=4, first_stars=4, **given)
        stars = world.text("page.history.stars", stars=4)
        assert stars not in nga.get(f"/desk/cases/{cases[0]}").text
        for name in ("dung", "minh"):
            browser = browse()
            browser.signs_in(name, PASSWORD)
            assert (stars in browser.get(f"/desk/cases/{cases[0]}").text) is (name == "dung")


def test_a_draft_stands_on_the_page_once(browse: Browse, world: World, cases: list[str]) -> None:
    with world.store.writing() as session:
        case, dung = session.scalars(select(Case).where(Case.number == cases[0])).one(), named(session, "dung")
        officer_desk.claim(world.desk, session, case, dung)
        case_acts.draft(session, case, dung, "Nội dung dự thảo chờ ký", world.clock.now())
    browser = browse()
    browser.signs_in("dung", PASSWORD)
    assert browser.get(f"/desk/cases/{cases[0]}").text.count("Nội dung dự thảo chờ ký") == 1
