"""Who acts for an enterprise, on the officers' pages; and a visitor's own cases on the web."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.cases.model import Case
from desk.conversations.model import Chat
from desk.enterprises import officer_desk
from desk.enterprises.model import Enterprise, Membership
from desk.units.model import Unit
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import NAMES, A, acts_for, asks, membership_of, officer, opens, verified

Browse = Callable[[], Browser]
PAGE = f"/desk/enterprises/{A}"


@pytest.fixture
def minh(browse: Browse) -> Browser:
    browser = browse()
    browser.signs_in("minh", PASSWORD)
    return browser


class TestTheOfficersPages:
    def test_a_request_is_seen_verified_and_the_person_told(self, minh: Browser, world: World, lan: Chatter) -> None:
        asks(lan)
        listed = minh.get("/desk/enterprises").text
        assert NAMES[A] in listed
        assert "Nguyễn Văn Lan, kế toán, 0912345678" in listed
        form = {"membership": str(membership_of(world, lan).id)}
        done = minh.posts(f"{PAGE}/verify", form, form_on="/desk/enterprises")
        assert "Đã xác minh và báo" in done.text
        assert lan.read()[-1].text == world.text("enterprise.told_verified", name=NAMES[A])
        assert minh.posts(f"{PAGE}/verify", form, form_on=PAGE).status_code == 409
        assert "Không có đăng ký nào chờ" in minh.get("/desk/enterprises").text

    def test_a_refusal_needs_its_reason(self, minh: Browser, world: World, lan: Chatter) -> None:
        asks(lan)
        form = {"membership": str(membership_of(world, lan).id), "reason": ""}
        assert world.text("enterprise.reason_missing") in minh.posts(f"{PAGE}/refuse", form, form_on=PAGE).text
        minh.posts(f"{PAGE}/refuse", form | {"reason": "Không liên hệ được"}, form_on=PAGE)
        assert "Không liên hệ được" in lan.read()[-1].text

    def test_an_enterprises_page_has_its_people_and_its_cases(self, minh: Browser, world: World, lan: Chatter) -> None:
        verified(world, lan)
        acts_for(lan, A)
        case = opens(world, lan, "việc của công ty về hoa lan")
        page = minh.get(PAGE).text
        assert case.question in page
        form = {"membership": str(membership_of(world, lan).id)}
        assert "Đã kết thúc quyền" in minh.posts(f"{PAGE}/end", form, form_on=PAGE).text
        assert lan.read()[-1].text == world.text("enterprise.told_ended", name=NAMES[A])

    def test_enterprises_are_found_by_tax_code_and_name(self, minh: Browser, lan: Chatter) -> None:
        asks(lan)
        for wanted in ("01001", "An Bình"):
            assert PAGE in minh.get("/desk/enterprises", params={"q": wanted}).text
        assert "Không có doanh nghiệp nào" in minh.get("/desk/enterprises", params={"q": "%"}).text

    def test_another_units_enterprise_is_not_there(self, minh: Browser, world: World, lan: Chatter) -> None:
        asks(lan)
        with world.store.writing() as session:
            top = session.scalars(select(Unit)).one()
            region = Unit(code="R1", kind="region", parent_id=top.id, path="1.2.", name_vi="R1", name_en="R1")
            session.add(region)
            session.flush()
            for held in officer(session).appointments:
                held.unit = region
        assert minh.get(PAGE).status_code == 404
        assert NAMES[A] not in minh.get("/desk/enterprises").text
        form = {"membership": str(membership_of(world, lan).id)}
        assert minh.posts(f"{PAGE}/verify", form, form_on="/desk/me").status_code == 404
        assert membership_of(world, lan).state == "asked"

    def test_a_request_is_settled_on_its_own_enterprises_page_only(
        self, minh: Browser, world: World, lan: Chatter
    ) -> None:
        asks(lan)
        with world.store.writing() as session:
            session.add(Enterprise(tax_code="0300260030", name="Khác", created_at=world.clock.now()))
        form = {"membership": str(membership_of(world, lan).id)}
        done = minh.posts("/desk/enterprises/0300260030/verify", form, form_on=PAGE)
        assert done.status_code == 404
        assert membership_of(world, lan).state == "asked"


class TestTheVisitorsCases:
    def test_a_visitor_without_any_sees_none(self, browse: Browse) -> None:
        assert "chưa gửi hồ sơ nào" in browse().get("/my-cases").text

    def test_a_visitor_finds_their_cases_and_the_way_to_each(self, browse: Browse, world: World) -> None:
        visitor = browse()
        case = self._case_of(visitor, world)
        page = visitor.get("/my-cases").text
        assert case.question in page
        assert f"/case/{case.key}" in page
        assert case.question in visitor.get("/my-cases", params={"q": "hoa lan"}).text
        assert case.question not in visitor.get("/my-cases", params={"q": "xe máy"}).text
        assert case.question not in browse().get("/my-cases").text

    def test_while_acting_for_an_enterprise_its_cases_are_there_and_ones_own_are_not(
        self, browse: Browse, world: World, lan: Chatter
    ) -> None:
        verified(world, lan)
        acts_for(lan, A)
        theirs = opens(world, lan, "việc của công ty về hoa mai")
        visitor = browse()
        own = self._case_of(visitor, world)
        me = self._chatter(world)
        asks(me)
        with world.store.writing() as session:
            held = session.get_one(Membership, membership_of(world, me).id)
            officer_desk.verify(world.desk, session, held, officer(session))
        assert theirs.question not in visitor.get("/my-cases").text
        acts_for(me, A)
        page = visitor.get("/my-cases").text
        assert theirs.question in page
        assert own.question not in page
        assert NAMES[A] in page

    def _case_of(self, visitor: Browser, world: World) -> Case:
        visitor.asks("nhập khẩu hoa lan rừng thì cần gì")
        me = self._chatter(world)
        with world.store.writing() as session:
            chat = session.scalars(select(Chat).where(Chat.channel == "web")).one()
            chat.person.contact = "lan@example.vn"
        me.taps("ask_officer")
        me.taps("send_as_is")
        with world.store.reading() as session:
            return session.scalars(select(Case).order_by(Case.id.desc())).first()  # type: ignore[return-value]

    def _chatter(self, world: World) -> Chatter:
        with world.store.reading() as session:
            address = session.scalars(select(Chat.address).where(Chat.channel == "web")).one()
        return world.chatter(address, channel="web")
