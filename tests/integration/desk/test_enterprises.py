"""Acting for an enterprise: asked for in chat, verified or not, chosen, given up, and what then is in reach."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from desk.audit.model import AuditEntry
from desk.cases.model import Case
from desk.conversations.model import Conversation, Person
from desk.enterprises import access, person_desk
from desk.enterprises import officer_desk as membership_desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership
from desk.enterprises.service import EnterpriseRefused
from desk.people import service as people
from desk.people.model import Role
from desk.privacy import retention
from desk.units import service as units_service
from desk.units.model import Unit
from tests.conftest import PASSWORD
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import (
    BROKER,
    NAMES,
    STAFF,
    A,
    B,
    acts_for,
    asks,
    ends,
    membership_of,
    now,
    officer,
    on_record,
    opens,
    person_of,
    replies,
    verified,
)
from tests.privacy_fixtures import KEPT_FOR


class TestAsking:
    def test_a_request_waits_for_an_officer_and_gives_nothing(self, world: World, lan: Chatter) -> None:
        assert asks(lan) == world.text("enterprise.asked", tax_code=A)
        held = membership_of(world, lan)
        assert (held.state, held.kind, held.enterprise.name) == ("asked", "staff", NAMES[A])
        assert held.introduction == "Nguyễn Văn Lan, kế toán, 0912345678"
        with world.store.reading() as session:
            assert access.acting_for(session, person_of(world, lan)) is None

    def test_what_is_asked_and_said_is_the_same_for_known_and_unknown_enterprises(
        self, world: World, lan: Chatter, an: Chatter
    ) -> None:
        on_record(world, A)
        verified(world, world.chatter("101"), A)
        before_a, before_b = len(lan.read()), len(an.read())
        asks(lan, A)
        asks(an, B)
        said_a = [said.text.replace(A, "X") for said in lan.read()[before_a:]]
        said_b = [said.text.replace(B, "X") for said in an.read()[before_b:]]
        assert said_a == said_b

    def test_a_name_that_was_typed_does_not_replace_the_one_on_record(self, world: World, an: Chatter) -> None:
        on_record(world, A)
        asks(an, A, name="Tên khác")
        assert membership_of(world, an).enterprise.name == NAMES[A]

    def test_a_wrong_tax_code_is_asked_for_again(self, world: World, lan: Chatter) -> None:
        lan.commands("enterprise")
        lan.taps("ask_to_act")
        lan.taps("ask_as", STAFF)
        assert lan.writes("0100109107")[-1].text == world.text("enterprise.tax_code_refused")
        assert lan.writes("MST 0100109106")[-1].text == world.text("enterprise.ask_name")

    def test_who_does_not_go_on_with_the_request_asks_as_before(self, world: World, lan: Chatter) -> None:
        lan.commands("enterprise", A)
        lan.taps("ask_as", STAFF)
        lan.taps("stop_writing")
        world.search.finds("dossier_import")
        assert lan.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"

    def test_a_name_says_nothing_of_the_language(self, world: World, lan: Chatter) -> None:
        lan.commands("enterprise", A)
        lan.taps("ask_as", STAFF)
        said = lan.writes("The Big Import and Export Company of the North")
        assert said[-1].text == world.text("enterprise.ask_introduction")

    def test_asking_otherwise_ends_the_request_that_waited(self, world: World, lan: Chatter) -> None:
        asks(lan, A, BROKER)
        first = membership_of(world, lan)
        asks(lan, A, STAFF)
        with world.store.writing() as session:
            assert session.get_one(Membership, first.id).state == "ended"
            with pytest.raises(EnterpriseRefused):
                enterprises.verify(session, session.get_one(Membership, first.id), officer(session), world.clock.now())

    def test_the_same_request_twice_is_one(self, world: World, lan: Chatter) -> None:
        asks(lan)
        asks(lan)
        with world.store.reading() as session:
            assert session.scalar(select(func.count()).select_from(Membership)) == 1

    def test_nobody_has_more_than_a_few_requests_waiting(self, world: World, lan: Chatter) -> None:
        codes = [A, B, "0100233223", "9999999997", "0100109106-001", "0300260030-001"]
        said = [asks(lan, code, name="Công ty X") for code in codes]
        assert said[-2] == world.text("enterprise.asked", tax_code=codes[-2])
        assert said[-1] == world.text("enterprise.too_many")


class TestSettling:
    def test_who_is_verified_is_told_and_may_choose(self, world: World, lan: Chatter) -> None:
        verified(world, lan)
        told = lan.read()[-1]
        assert told.text == world.text("enterprise.told_verified", name=NAMES[A])
        assert lan.taps("act_for")[-1].text == world.text("enterprise.acts_for", name=NAMES[A])

    def test_who_is_refused_reads_the_reason(self, world: World, lan: Chatter) -> None:
        asks(lan)
        with world.store.writing() as session:
            held = session.get_one(Membership, membership_of(world, lan).id)
            with pytest.raises(EnterpriseRefused, match="reason_missing"):
                membership_desk.refuse(world.desk, session, held, officer(session), " ")
            membership_desk.refuse(world.desk, session, held, officer(session), "Không liên hệ được.")
        told = world.text("enterprise.told_refused", name=NAMES[A], reason="Không liên hệ được.")
        assert lan.read()[-1].text == told
        with world.store.reading() as session:
            entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "membership.refused")).one()
            assert (entry.actor, entry.subject, entry.detail["reason_length"]) == ("officer:minh", A, 19)

    def test_no_officer_verifies_their_own_request(self, world: World, minh: Chatter) -> None:
        asks(minh)
        with world.store.writing() as session:
            held = session.get_one(Membership, membership_of(world, minh).id)
            with pytest.raises(EnterpriseRefused, match="not_your_own"):
                enterprises.verify(session, held, officer(session), world.clock.now())
            enterprises.verify(session, held, officer(session, "binh"), world.clock.now())

    def test_of_two_officers_one_settles(self, world: World, lan: Chatter) -> None:
        asks(lan)
        with world.store.writing() as session:
            held = session.get_one(Membership, membership_of(world, lan).id)
            enterprises.verify(session, held, officer(session), world.clock.now())
            with pytest.raises(EnterpriseRefused, match="settled_before"):
                enterprises.refuse(session, held, officer(session, "binh"), "Muộn", world.clock.now())
            assert held.state == "verified"

    @pytest.mark.parametrize(
        ("role", "where", "managed_by", "may"),
        [
            (Role.OFFICER, "R1", "R1", True),
            (Role.HEAD, "VN", "R1", True),
            (Role.ADMINISTRATOR, "R1", "R1", True),
            (Role.OFFICER, "R2", "R1", False),
            (Role.OFFICER, "R1", None, False),
            (Role.OFFICER, "VN", None, True),
            (Role.CURATOR, "R1", "R1", False),
            (Role.MANAGER, "VN", "R1", False),
        ],
    )
    def test_who_may_settle(self, world: World, role: Role, where: str, managed_by: str | None, may: bool) -> None:
        with world.store.writing() as session:
            top = units_service.department(session)
            units = {"VN": top}
            for number, code in enumerate(("R1", "R2"), start=2):
                path = f"1.{number}000."
                units[code] = Unit(code=code, kind="region", parent_id=top.id, path=path, name_vi=code, name_en=code)
                session.add(units[code])
            session.flush()
            who = people.add_officer(
                session,
                username="tam",
                name="Tâm",
                role=role,
                password=PASSWORD,
                by="operator",
                at=world.clock.now(),
                unit=units[where],
            )
            enterprise = enterprises.find_or_make(session, A, NAMES[A], world.clock.now())
            enterprise.unit = units[managed_by] if managed_by else None
            session.flush()
            assert enterprises.may_settle(session, who, enterprise) is may


class TestCasesOfAnEnterprise:
    def test_a_case_is_the_enterprises_only_for_who_acts_for_it(self, world: World, lan: Chatter) -> None:
        verified(world, lan)
        mine = opens(world, lan, "việc của riêng tôi về hoa lan")
        acts_for(lan, A)
        theirs = opens(world, lan, "việc của công ty về hoa lan")
        assert (mine.enterprise_id, theirs.enterprise_name, theirs.tax_code) == (None, NAMES[A], A)
        assert theirs.enterprise_id == membership_of(world, lan).enterprise_id
        assert world.text("case.on_behalf", name=NAMES[A]) in lan.read()[-1].text

    def test_a_typed_tax_code_gives_nothing(self, world: World, lan: Chatter, an: Chatter) -> None:
        verified(world, lan)
        acts_for(lan, A)
        theirs = opens(world, lan, "việc của công ty về hoa lan")
        an.writes("tôi hỏi về hoa hồng")
        an.taps("ask_officer")
        an.taps("add_details")
        for words in (NAMES[A], A, "0912345678", "normal", "chi tiết"):
            an.writes(words)
        with world.store.reading() as session:
            typed = session.scalars(select(Case).where(Case.id != theirs.id)).one()
        assert (typed.tax_code, typed.enterprise_id) == (A, None)
        assert theirs.number not in an.commands("cases")[-1].text

    def test_what_is_known_of_one_enterprise_is_not_written_into_another_ones_case(
        self, world: World, lan: Chatter
    ) -> None:
        for code in (A, B):
            verified(world, lan, code, BROKER)
        acts_for(lan, A)
        opens(world, lan, "việc của A về hoa lan")
        acts_for(lan, B)
        of_b = opens(world, lan, "việc của B về hoa hồng")
        acts_for(lan, None)
        own = opens(world, lan, "việc riêng về hoa mai")
        assert (of_b.enterprise_name, of_b.tax_code) == (NAMES[B], B)
        assert (own.enterprise_name, own.tax_code) == (None, None)

    def test_the_form_does_not_go_on_for_another_enterprise(self, world: World, lan: Chatter) -> None:
        for code in (A, B):
            verified(world, lan, code, BROKER)
        acts_for(lan, A)
        lan.writes("việc của A về hoa lan")
        lan.taps("ask_officer")
        lan.taps("add_details")
        before = len(lan.read())
        acts_for(lan, B)
        assert world.text("case.cancelled") in [said.text for said in lan.read()[before:]]
        lan.writes("0912345678")
        with world.store.reading() as session:
            assert session.scalars(select(Case)).all() == []

    @pytest.mark.parametrize("act", ["ask_officer", "send_as_is", "add_details", "not_helpful"])
    def test_a_question_asked_for_one_opens_no_case_of_another(self, world: World, lan: Chatter, act: str) -> None:
        world.search.finds("dossier_import", about="thủ tục")
        for code in (A, B):
            verified(world, lan, code, BROKER)
        acts_for(lan, A)
        lan.writes("thủ tục của A là gì")
        lan.writes("việc của A về hoa lan")
        lan.taps("ask_officer")
        button = lan.button(act)
        acts_for(lan, B)
        assert lan.presses(button.id)[-1].text == world.text("bad_input.button")

    def test_a_new_telegram_account_sees_the_history_adds_to_it_and_gets_the_replies(
        self, world: World, lan: Chatter
    ) -> None:
        verified(world, lan)
        acts_for(lan, A)
        case = opens(world, lan, "việc của công ty về hoa lan")
        replies(world, case, "Trả lời đầu tiên.")
        fresh = world.chatter("777")
        assert fresh.commands("cases")[-1].text == world.text("case.none")
        verified(world, fresh)
        acts_for(fresh, A)
        assert case.number in fresh.taps("my_cases")[-1].text
        assert "Trả lời đầu tiên." in fresh.taps("case_show", case.number)[-1].text
        fresh.taps("case_add")
        assert fresh.writes("Xin hỏi thêm về số tài khoản mới")[-1].text == world.text("case.added", number=case.number)
        before = len(lan.read())
        replies(world, case, "Trả lời thứ hai.")
        assert "Trả lời thứ hai." in fresh.read()[-1].text
        assert len(lan.read()) == before

    def test_the_officer_still_sees_the_conversation_in_which_the_case_was_opened(
        self, world: World, lan: Chatter, minh: Chatter
    ) -> None:
        verified(world, lan)
        acts_for(lan, A)
        case = opens(world, lan, "việc của công ty về hoa lan")
        fresh = world.chatter("777")
        verified(world, fresh)
        acts_for(fresh, A)
        fresh.commands("cases")
        fresh.taps("case_show", case.number)
        fresh.taps("case_add")
        fresh.writes("thêm một điều")
        shown = minh.taps("officer_conversation")[-1].text
        assert "việc của công ty về hoa lan" in shown
        assert "777" not in shown

    def test_staff_see_who_acts_and_end_a_broker_but_not_each_other(self, world: World, lan: Chatter) -> None:
        broker, other = world.chatter("200"), world.chatter("201")
        verified(world, lan)
        verified(world, broker, A, BROKER)
        verified(world, other)
        acts_for(lan, A)
        acts_for(broker, A)
        lan.commands("enterprise")
        shown = lan.taps("enterprise_people")[-1]
        assert shown.text.count("Nguyễn Văn Lan") == 3
        assert shown.acts == ["end_broker"]
        lan.taps("end_broker")
        assert broker.read()[-1].text == world.text("enterprise.told_ended", name=NAMES[A])
        assert membership_of(world, broker).state == "ended"
        with world.store.writing() as session:
            staff = session.get_one(Person, membership_of(world, lan).person_id)
            with pytest.raises(EnterpriseRefused, match="only_brokers"):
                person_desk.end_broker(world.desk, session, staff, membership_of(world, other).id)

    def test_giving_up_is_asked_once_more(self, world: World, lan: Chatter) -> None:
        verified(world, lan)
        acts_for(lan, A)
        lan.commands("enterprise")
        assert lan.taps("stop_acting")[-1].text == world.text("enterprise.sure_to_stop", name=NAMES[A])
        assert membership_of(world, lan).state == "verified"
        assert lan.taps("stop_acting", "sure")[-1].text == world.text("enterprise.stopped", name=NAMES[A])
        assert membership_of(world, lan).state == "ended"
        assert lan.commands("enterprise")[-1].text == world.text("enterprise.acts_for_nobody")


class TestTheEndOfAMembership:
    def test_replies_go_to_those_who_are_left(self, world: World, lan: Chatter) -> None:
        broker = world.chatter("200")
        verified(world, lan)
        verified(world, broker, A, BROKER)
        acts_for(broker, A)
        case = opens(world, broker, "việc đại lý gửi về hoa lan")
        ends(world, broker)
        before = len(broker.read())
        replies(world, case, "Trả lời cho công ty.")
        assert "Trả lời cho công ty." in lan.read()[-1].text
        assert len(broker.read()) == before

    def test_with_nobody_left_a_reply_waits_for_the_next_who_is_verified(self, world: World, lan: Chatter) -> None:
        verified(world, lan)
        acts_for(lan, A)
        case = opens(world, lan, "việc của công ty về hoa lan")
        ends(world, lan)
        before = len(lan.read())
        replies(world, case, "Không ai đọc được lúc này.")
        assert len(lan.read()) == before
        fresh = world.chatter("777")
        verified(world, fresh)
        acts_for(fresh, A)
        fresh.commands("cases")
        assert "Không ai đọc được lúc này." in fresh.taps("case_show")[-1].text
        replies(world, case, "Trả lời tiếp.")
        assert "Trả lời tiếp." in fresh.read()[-1].text

    def test_private_links_that_were_kept_open_nothing_any_more(self, world: World, lan: Chatter) -> None:
        broker = world.chatter("200")
        verified(world, lan)
        verified(world, broker, A, BROKER)
        acts_for(lan, A)
        acts_for(broker, A)
        of_staff, of_broker = opens(world, lan, "việc thứ nhất hoa lan"), opens(world, broker, "việc thứ hai hoa hồng")
        ends(world, broker)
        assert now(world, of_staff).key == of_staff.key
        assert now(world, of_broker).key != of_broker.key
        key = now(world, of_broker).key
        ends(world, lan)
        assert now(world, of_staff).key != of_staff.key
        assert now(world, of_broker).key != key

    def test_who_is_forgotten_acts_for_nobody(self, world: World, lan: Chatter) -> None:
        verified(world, lan)
        acts_for(lan, A)
        lan.commands("done")
        world.clock.advance(days=KEPT_FOR.days + 1)
        with world.store.writing() as session:
            long_ago = update(Conversation).where(Conversation.ended_at.is_(None))
            session.execute(long_ago.values(ended_at=world.clock.now() - KEPT_FOR))
        retention.run(world.desk)
        with world.store.reading() as session:
            held = session.scalars(select(Membership)).one()
        assert (held.state, held.introduction, held.person.acting_for_id) == ("ended", None, None)

    def test_an_enterprise_has_one_account_however_many_ask(self, world: World, lan: Chatter, an: Chatter) -> None:
        asks(lan)
        asks(an)
        with world.store.reading() as session:
            assert session.scalar(select(func.count()).select_from(Enterprise)) == 1
