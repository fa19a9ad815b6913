"""The pages of legal instruments: the list on a day, one, its form, and the review tasks of what it changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.guidance import service as guidance
from desk.law import keeping
from desk.law.impact.model import ImpactTask
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, open_case
from tests.curator_fixtures import add_curators, named
from tests.desk_fixtures import NOON, World, a_record

Browse = Callable[[], Browser]
As = Callable[[str], Browser]
NUMBER = "905/2026/TT-BTC"
PAGE = "/desk/law/instruments/905~2026~TT-BTC"
FORM = {
    "number": NUMBER,
    "kind": "circular",
    "title-vi": "Thông tư thử",
    "title-en": "Trial circular",
    "in_force-from": "2026-12-01",
    "changes-0-instrument": "38/2015/TT-BTC",
    "changes-0-how": "amends",
    "changes-0-articles": "16, 18",
    "sources-0": "Bịa",
}


@pytest.fixture
def as_(browse: Browse, world: World) -> As:
    with world.store.writing() as session:
        add_curators(session)
        cited = [{"instrument": "38/2015/TT-BTC", "article": "16"}]
        record = a_record("channels", legal_basis=cited)
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=NOON)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


@pytest.fixture
def hoa(as_: As) -> Browser:
    return as_("hoa")


def enters(hoa: Browser, **more: str) -> str:
    answer = hoa.posts("/desk/law/new", FORM | more, form_on="/desk/law/new")
    return f"{answer.url.path}\n{answer.text}"


def the_task(world: World, kind: str = "entry") -> ImpactTask:
    with world.store.reading() as session:
        return session.scalars(select(ImpactTask).where(ImpactTask.kind == kind)).one()


class TestTheList:
    def test_it_is_searched_and_shows_the_state_on_the_chosen_day(self, hoa: Browser, world: World) -> None:
        path = "/desk/law?q=sua+doi,+bo+sung+luat+hai+quan"
        link = 'href="/desk/law/instruments/11~2026~QH16?day='
        for day, standing in (("2027-02-28", "not_yet"), ("2027-03-01", "in_force")):
            found = hoa.get(f"{path}&day={day}").text
            assert f"{link}{day}" in found
            assert f'class="chip {standing}"' in found

    def test_a_day_that_is_none_is_said_beside_the_field(self, hoa: Browser, world: World) -> None:
        assert world.text("drafting.problem.not_a_date") in hoa.get("/desk/law?day=hôm+nay").text

    def test_pages_go_on_where_the_one_before_ended(self, hoa: Browser) -> None:
        first = hoa.get("/desk/law").text
        assert 'rel="next"' in first
        assert hoa.get("/desk/law?after=x").status_code == 400

    def test_the_entries_that_cite_one_are_in_pages(self, hoa: Browser, world: World) -> None:
        with world.store.writing() as session:
            cited = [{"instrument": "39/2018/TT-BTC", "article": "3"}]
            records = [a_record(f"many_{n:02}", legal_basis=cited) for n in range(51)]
            guidance.load_shipped(session, records, at=NOON)
        path = "/desk/law/instruments/39~2018~TT-BTC"
        assert "/desk/guidance/entries/many_50" not in hoa.get(path).text
        rest = hoa.get(f"{path}?after=many_49").text
        assert "/desk/guidance/entries/many_50" in rest
        assert "/desk/guidance/entries/many_49" not in rest

    def test_officers_read_and_do_not_write(self, as_: As) -> None:
        minh = as_("minh")
        assert "/desk/law/new" not in minh.get("/desk/law").text
        assert minh.get("/desk/law/new").status_code == 403
        assert "/edit" not in minh.get("/desk/law/instruments/54~2014~QH13").text


class TestTheForm:
    def test_a_new_instrument_is_entered_and_tells_its_tasks(self, hoa: Browser, world: World) -> None:
        entered = enters(hoa)
        assert entered.startswith(PAGE)
        assert world.text("page.law_desk.done_entered", count=1) in entered
        changed = hoa.get("/desk/law/instruments/38~2015~TT-BTC?day=2026-11-30").text
        assert NUMBER in changed
        assert world.text("page.law_desk.to_come") in changed
        # Another process learns of it within half a second; this one reads it from the store at once.
        assert NUMBER in hoa.get("/desk/law?q=905").text

    def test_what_is_wrong_stands_beside_the_field_and_everything_typed_is_kept(
        self, hoa: Browser, world: World
    ) -> None:
        wrong = enters(hoa, **{"changes-0-instrument": "1/1999/NĐ-CP", "title-en": "", "note-vi": "Ghi chú lạ"})
        assert world.text("drafting.problem.missing") in wrong
        assert "Ghi chú lạ" in wrong
        wrong = enters(hoa, **{"changes-0-instrument": "1/1999/NĐ-CP", "note-vi": "", "kind": "decree"})
        assert world.text("law_desk.problem.unknown", number="1/1999/NĐ-CP") in wrong
        assert world.text("law_desk.problem.kind", number=NUMBER) in wrong
        assert 'href="#changes-0-instrument"' in wrong

    def test_more_rows_are_shown_with_everything_typed_kept(self, hoa: Browser) -> None:
        more = enters(hoa, act="more-changes")
        assert 'name="changes-3-instrument"' in more
        assert 'value="16, 18"' in more

    def test_an_edit_is_saved_over_what_was_seen_only(self, hoa: Browser, world: World) -> None:
        enters(hoa)
        edited = hoa.posts(f"{PAGE}/edit", FORM | {"revision": "1", "note-vi": "Một"}, form_on=f"{PAGE}/edit")
        assert edited.status_code == 422
        both = {"note-vi": "Một", "note-en": "One"}
        edited = hoa.posts(f"{PAGE}/edit", FORM | {"revision": "1"} | both, form_on=f"{PAGE}/edit")
        assert edited.url.path == PAGE
        again = hoa.posts(f"{PAGE}/edit", FORM | {"revision": "1"}, form_on=f"{PAGE}/edit")
        assert again.status_code == 409
        assert world.text("law_desk.refused.changed_meanwhile") in again.text

    def test_what_ships_is_edited_and_taken_back(self, hoa: Browser, world: World) -> None:
        path = "/desk/law/instruments/54~2014~QH13"
        with world.store.writing() as session:
            standing = keeping.standing(world.desk, session, "54/2014/QH13")
            assert standing.instrument is not None
            content = standing.instrument.as_json() | {"sources": ["Bịa"]}
            keeping.edit(world.desk, session, "54/2014/QH13", content, named(session, "hoa"), revision=0)
        refused = hoa.posts(f"{path}/reset", {"words": ""}, form_on=path)
        assert refused.status_code == 409
        back = hoa.posts(f"{path}/reset", {"words": "Bản phát hành đúng hơn."}, form_on=path)
        assert world.text("page.law_desk.done_reset") in back.text
        assert "Bản phát hành đúng hơn." in back.text

    def test_an_instrument_that_nobody_listed_is_not_there(self, hoa: Browser) -> None:
        for path in ("", "/edit"):
            assert hoa.get(f"/desk/law/instruments/1~1999~XX{path}").status_code == 404

    def test_what_was_entered_by_mistake_is_set_aside(self, hoa: Browser, world: World) -> None:
        enters(hoa)
        gone = hoa.posts(f"{PAGE}/set-aside", {"words": "Nhập nhầm."}, form_on=PAGE)
        assert world.text("page.law_desk.done_set_aside") in gone.text
        assert hoa.get(PAGE).status_code == 404


class TestReviewing:
    def test_a_task_is_listed_by_instrument_and_kind_and_settled_with_words(self, hoa: Browser, world: World) -> None:
        enters(hoa)
        listed = hoa.get(f"/desk/law/impact?instrument={NUMBER}&kind=entry").text
        path = f"/desk/law/impact/{the_task(world).id}"
        assert f'href="{path}"' in listed
        assert f'href="{path}"' not in hoa.get("/desk/law/impact?kind=case").text
        refused = hoa.posts(f"{path}/settle", {"how": "right", "words": ""}, form_on=path)
        assert refused.status_code == 409
        done = hoa.posts(f"{path}/settle", {"how": "right", "words": "Không đổi."}, form_on=path)
        assert world.text("page.law_desk.done_settled") in done.text
        assert "Không đổi." in hoa.get(path).text
        assert f'href="{path}"' in hoa.get("/desk/law/impact?which=done").text

    def test_a_draft_is_opened_from_a_task(self, hoa: Browser, world: World) -> None:
        enters(hoa)
        path = f"/desk/law/impact/{the_task(world).id}"
        opened = hoa.posts(f"{path}/draft", {}, form_on=path)
        assert opened.url.path.startswith("/desk/guidance/drafts/")
        assert the_task(world).how == "draft"

    def test_the_officer_of_a_case_sees_it_on_the_case_and_settles_it(
        self, as_: As, hoa: Browser, world: World
    ) -> None:
        case = open_case(world, "Thông tư 38/2015/TT-BTC quy định hồ sơ của tôi ra sao?")
        enters(hoa)
        minh = as_("minh")
        path = f"/desk/law/impact/{the_task(world, 'case').id}"
        assert f'href="{path}"' in minh.get(f"/desk/cases/{case.number}").text
        done = minh.posts(f"{path}/settle", {"how": "passed", "words": "Tôi tự trả lời lại."}, form_on=path)
        assert world.text("page.law_desk.done_settled") in done.text
        assert f'href="{path}"' not in minh.get(f"/desk/cases/{case.number}").text

    def test_a_task_of_a_case_elsewhere_is_not_there_for_an_officer(self, as_: As, hoa: Browser, world: World) -> None:
        world.chatter("300").writes("xin chào")
        enters(hoa)
        assert as_("minh").get(f"/desk/law/impact/{the_task(world).id + 99}").status_code == 404
