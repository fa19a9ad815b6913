"""The pages about people's data: what everybody reads, one's own data, and those of heads and administrators."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from clock.due import carry_out_data_requests
from desk.cases.model import Case
from desk.conversations.model import Message
from desk.enterprises import service as enterprises
from desk.guidance.record import Language
from desk.people import administration
from desk.people import service as people
from desk.people.model import Role
from desk.privacy.model import DataRequest, Hold, RequestState
from desk.units import service as units
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, newest_case, officer_replies, open_case
from tests.desk_fixtures import World
from tests.privacy_fixtures import PRIVACY, carry_out, found_in, with_staff

Browse = Callable[[], Browser]
REASON = "Đơn tại bộ phận một cửa, đã đối chiếu căn cước."


@pytest.fixture
def staff(world: World) -> None:
    with_staff(world, thu=Role.HEAD, vinh=Role.ADMINISTRATOR)


def signed_in(browse: Browse, username: str) -> Browser:
    browser = browse()
    browser.signs_in(username, PASSWORD)
    return browser


def person_of(world: World) -> str:
    return newest_case(world.desk).person_id


class TestForEverybody:
    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_every_kind_that_is_about_them_is_told_with_its_time(
        self, browse: Browse, world: World, language: Language
    ) -> None:
        page = browse().get("/privacy", headers={"accept-language": language}).text
        for kind in PRIVACY.kinds.values():
            assert (f'<h2 id="{kind.name}">{kind.title[language]}</h2>' in page) == kind.is_of_the_public
        assert ("24 tháng" if language == "vi" else "24 months") in page

    def test_the_chat_tells_it_in_short(self, world: World) -> None:
        lan = world.chatter("100")
        told = lan.commands("privacy")[-1].text
        assert "24 tháng" in told
        assert "https://desk.example/privacy" in told
        assert len(told) < 2000


class TestOnesOwn:
    def test_a_visitor_sees_what_is_kept_and_gets_it_as_files(self, browse: Browse, world: World) -> None:
        visitor = browse()
        assert world.text("page.my_data.nobody") in visitor.get("/account/data").text
        visitor.asks("hàng bị giữ ở cảng thì phải làm gì")
        assert world.text("mydata.count.conversations", number=1) in visitor.get("/account/data").text
        made = visitor.posts("/account/data/export", {"format": "json"}, form_on="/account/data")
        assert made.headers["content-disposition"].startswith("attachment; filename=")
        assert made.headers["x-content-type-options"] == "nosniff"
        told = json.loads(made.text)
        assert told["conversations"][0]["messages"][0]["text"] == "hàng bị giữ ở cảng thì phải làm gì"
        text = visitor.posts("/account/data/export", {"format": "txt"}, form_on="/account/data")
        assert text.headers["content-type"].startswith("text/plain")
        assert "hàng bị giữ ở cảng" in text.text

    def test_deleting_wants_the_box_and_is_told_in_the_chat(self, browse: Browse, world: World) -> None:
        visitor = browse()
        visitor.asks("hàng bí mật bị giữ ở cảng")
        refused = visitor.posts("/account/data/delete", {}, form_on="/account/data")
        assert (refused.status_code, world.text("page.my_data.tick") in refused.text) == (409, True)
        page = visitor.posts("/account/data/delete", {"sure": "yes"}, form_on="/account/data")
        assert world.text("page.my_data.done_asked") in page.text
        again = visitor.posts("/account/data/export", {}, form_on="/account/data")
        assert world.text("mydata.refused.being_deleted") in again.text
        carry_out_data_requests(world.desk)
        assert found_in(world.store, "bí mật") == []
        shown = visitor.get("/chat").text
        assert world.text("mydata.deleted") in shown.replace("&#39;", "'")
        assert "bí mật" not in shown

    def test_it_can_be_withdrawn(self, browse: Browse, world: World) -> None:
        visitor = browse()
        visitor.asks("hàng bí mật bị giữ ở cảng")
        visitor.posts("/account/data/delete", {"sure": "yes"}, form_on="/account/data")
        page = visitor.posts("/account/data/keep", {}, form_on="/account/data")
        assert world.text("page.my_data.done_kept") in page.text
        carry_out_data_requests(world.desk)
        assert found_in(world.store, "bí mật")

    def test_the_menu_of_the_chat_has_it(self, browse: Browse, world: World) -> None:
        visitor = browse()
        visitor.asks("xin chào")
        visitor.posts("/chat", {"command": "mydata"}, form_on="/chat")
        visitor.presses(world.text("button.data_delete"))
        page = visitor.presses(world.text("button.data_delete_confirm"))
        assert world.text("mydata.deleting") in page.text


class TestHolds:
    def test_a_head_places_reviews_and_lifts(self, browse: Browse, world: World, staff: None) -> None:
        case = open_case(world)
        thu = signed_in(browse, "thu")
        fields = {"kind": "case", "key": case.number or "", "reason": "Khiếu nại", "review_on": "2026-12-01"}
        refused = thu.posts("/desk/privacy/holds", {**fields, "key": "2020-1"}, form_on="/desk/privacy/holds")
        assert (refused.status_code, world.text("hold.refused.not_found") in refused.text) == (409, True)
        assert "Khiếu nại" in refused.text
        page = thu.posts("/desk/privacy/holds", fields, form_on="/desk/privacy/holds").text
        assert world.text("page.privacy.done_hold_placed") in page
        assert str(case.number) in page
        world.clock.set(world.clock.now() + dt.timedelta(days=8, hours=1))
        thu = signed_in(browse, "thu")
        due = f'<span class="state waiting">{world.text("page.privacy.review_due")}</span>'
        assert due in thu.get("/desk/privacy/holds").text
        later = {"reason": "Chưa xong", "review_on": "2027-03-01"}
        page = thu.posts("/desk/privacy/holds/1/prolong", later, form_on="/desk/privacy/holds").text
        assert due not in page
        page = thu.posts("/desk/privacy/holds/1/lift", {"reason": "Xong"}, form_on="/desk/privacy/holds").text
        assert world.text("page.privacy.no_holds") in page
        assert "Xong" in thu.get("/desk/privacy/holds?which=lifted").text
        with world.store.reading() as session:
            hold = session.scalars(select(Hold)).one()
            assert (hold.placed_by, hold.lifted_by, hold.reason) == ("officer:thu", "officer:thu", "Chưa xong")

    def test_whoever_is_no_head_has_no_such_page(self, browse: Browse, world: World) -> None:
        minh = signed_in(browse, "minh")
        for path in ("/desk/privacy", "/desk/privacy/holds", "/desk/privacy/requests"):
            assert minh.get(path).status_code == 403


class TestForOthers:
    def test_two_officers_delete_for_somebody(self, browse: Browse, world: World, staff: None) -> None:
        open_case(world, "Tờ khai bí mật của tôi bị treo, phải làm gì?")
        officer_replies(world, "Xong.", resolve=True)
        person = f"/desk/privacy/persons/{person_of(world)}"
        thu, vinh = signed_in(browse, "thu"), signed_in(browse, "vinh")
        found = thu.get(f"/desk/privacy/requests?q={newest_case(world.desk).number}").text
        assert f'href="{person}"' in found
        shown = thu.get(person).text
        assert "bí mật" not in shown
        assert thu.posts(f"{person}/delete", {"reason": " "}, form_on=person).status_code == 409
        page = thu.posts(f"{person}/delete", {"reason": REASON}, form_on=person)
        assert world.text("page.privacy.done_request_asked") in page.text
        waiting = "/desk/privacy/requests"
        approve = re.search(r'action="(/desk/privacy/requests/[^"/]+/approve)"', thu.get(waiting).text)
        assert approve is not None
        refused = thu.posts(approve[1], {}, form_on=waiting)
        assert world.text("mydata.refused.four_eyes") in refused.text
        page = vinh.posts(approve[1], {}, form_on=waiting)
        assert world.text("page.privacy.done_request_approved") in page.text
        carry_out(world)
        assert found_in(world.store, "bí mật") == []
        with world.store.reading() as session:
            assert session.scalars(select(DataRequest)).one().state is RequestState.DONE
            assert not any(session.scalars(select(Message.text).where(Message.author == "person")))

    def test_a_copy_is_made_for_a_reason(self, browse: Browse, world: World, staff: None) -> None:
        open_case(world)
        person = f"/desk/privacy/persons/{person_of(world)}"
        thu = signed_in(browse, "thu")
        assert thu.posts(f"{person}/export", {"reason": ""}, form_on=person).status_code == 409
        made = thu.posts(f"{person}/export", {"reason": REASON, "format": "json"}, form_on=person)
        assert json.loads(made.text)["cases"][0]["question"] == newest_case(world.desk).question

    def test_a_head_of_one_unit_has_nobody_whose_cases_lie_elsewhere_too(
        self, browse: Browse, world: World, staff: None
    ) -> None:
        open_case(world)
        with world.store.writing() as session:
            unit = units.by_code(session, "KV02")
            assert unit is not None
            people.add_officer(
                session,
                username="hanh",
                name="Hạnh",
                role=Role.OFFICER,
                password=PASSWORD,
                by="operator",
                at=world.clock.now(),
            )
            hanh = people.by_username(session, "hanh")
            assert hanh is not None
            administration.appoint(session, hanh, Role.HEAD, unit, by=None, at=world.clock.now())
            for held in [each for each in hanh.appointments if each.role == Role.OFFICER]:
                session.delete(held)
        browser = signed_in(browse, "hanh")
        assert browser.get(f"/desk/privacy/persons/{person_of(world)}").status_code == 404
        with world.store.writing() as session:
            session.scalars(select(Case)).one().unit = units.by_code(session, "KV02") or pytest.fail("no such unit")
        assert browser.get(f"/desk/privacy/persons/{person_of(world)}").status_code == 200

    def test_the_overview_tells_what_is_due(self, browse: Browse, world: World, staff: None) -> None:
        with world.store.writing() as session:
            enterprises.find_or_make(session, "0100109106", "Công ty A", world.clock.now())
        page = signed_in(browse, "vinh").get("/desk/privacy")
        assert page.status_code == 200
        assert PRIVACY.kinds["conversations"].title["vi"] in page.text
