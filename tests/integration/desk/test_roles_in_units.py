"""Roles in units: what they allow up and down the tree, how they are given and taken, and who sees which case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases import listing, permissions, queries, searching
from desk.cases import service as cases
from desk.cases.listing import View
from desk.cases.model import Case, CaseHold, CaseState
from desk.cases.officers import desk as officer_desk
from desk.people import service as people
from desk.people import sessions, sign_in
from desk.people.model import Appointment, Officer, Role
from desk.units import service as units
from desk.units.model import Unit
from desk.units.tree import UnitRow
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.unit_fixtures import ELSEWHERE, OFFICE, REGION, case_in, hire, hire_all, linked, named, unit


@pytest.fixture(autouse=True)
def _officers_of_units(world: World) -> None:
    hire_all(world)


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.store.writing() as session:
        yield session


def claimed_by(world: World, username: str, code: str = OFFICE) -> Case:
    case = case_in(world, code)
    with world.store.writing() as session:
        officer_desk.claim(world.desk, session, session.get_one(Case, case.id), named(session, username))
    return case


def stands(world: World, case: Case) -> tuple[CaseState, int | None]:
    with world.store.reading() as session:
        found = session.get_one(Case, case.id)
        holds = session.scalars(select(CaseHold).where(CaseHold.case_id == case.id, CaseHold.ended_at.is_(None))).all()
        assert [hold.officer_id for hold in holds] == [found.holder_id] * len(holds)
        return found.state, found.holder_id


class TestWhatARoleAllows:
    @pytest.mark.parametrize(
        ("username", "code", "may"),
        [
            ("nga", OFFICE, True),
            ("nga", REGION, False),
            ("nga", "KV02-SG2", False),
            ("dung", OFFICE, True),
            ("dung", REGION, True),
            ("dung", "VN", False),
            ("dung", ELSEWHERE, False),
            ("minh", OFFICE, True),
            ("minh", "VN", True),
            ("tuan", OFFICE, False),
        ],
    )
    def test_it_holds_in_the_unit_and_below_never_above_or_beside(
        self, session: Session, username: str, code: str, may: bool
    ) -> None:
        assert named(session, username).may(unit(session, code), *permissions.CASE_ROLES) is may

    def test_a_role_is_not_another(self, session: Session) -> None:
        assert named(session, "dung").may(unit(session, OFFICE), Role.HEAD)
        assert not named(session, "nga").may(unit(session, OFFICE), Role.HEAD)
        assert not named(session, "hoa").may(unit(session, OFFICE), *permissions.CASE_ROLES)

    def test_a_unit_whose_id_begins_with_anothers_is_not_below_it(self) -> None:
        assert not Unit(path="1.21.").is_within(Unit(path="1.2."))
        assert Unit(path="1.2.21.").is_within(Unit(path="1.2."))

    def test_with_the_unit_the_roles_in_it_move(self, session: Session) -> None:
        row = next(row for row in units.rows(session) if row.code == OFFICE)
        moved = UnitRow(**{**vars(row), "parent": ELSEWHERE})
        units.load(session, [moved], by="operator", at=NOON)
        session.expire_all()
        assert named(session, "tuan").may(unit(session, OFFICE), Role.OFFICER)
        assert not named(session, "dung").may(unit(session, OFFICE), Role.HEAD)


class TestAppointments:
    def test_one_officer_has_several_roles_in_several_units(self, session: Session) -> None:
        tuan = named(session, "tuan")
        people.appoint(session, tuan, Role.CURATOR, unit(session, "VN"), by="operator", at=NOON)
        people.appoint(session, tuan, Role.CURATOR, unit(session, "VN"), by="operator", at=NOON)
        assert [(held.role, held.unit.code) for held in tuan.appointments] == [
            ("officer", ELSEWHERE),
            ("curator", "VN"),
        ]
        acts = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.act == "officer.appointed", AuditEntry.subject == "tuan")
        )
        assert acts.all() == [{"role": "officer", "unit": ELSEWHERE}, {"role": "curator", "unit": "VN"}]

    def test_nobody_is_appointed_in_a_closed_unit(self, session: Session) -> None:
        unit(session, OFFICE).active = False
        with pytest.raises(people.PersonRefused, match="closed"):
            people.appoint(session, named(session, "tuan"), Role.OFFICER, unit(session, OFFICE), by="operator", at=NOON)

    def test_what_is_not_held_cannot_be_taken(self, session: Session) -> None:
        with pytest.raises(people.PersonRefused, match="tuan is not head in KV03"):
            people.dismiss(session, named(session, "tuan"), Role.HEAD, unit(session, ELSEWHERE), by="operator", at=NOON)

    def test_whoever_is_dismissed_returns_what_they_held_there(self, world: World) -> None:
        case = claimed_by(world, "nga")
        with world.store.writing() as session:
            nga = named(session, "nga")
            returned = people.dismiss(session, nga, Role.OFFICER, unit(session, OFFICE), by="operator", at=NOON)
            assert [each.number for each in returned] == [case.number]
            assert session.scalars(select(Appointment).where(Appointment.officer_id == nga.id)).all() == []
        assert stands(world, case) == (CaseState.WAITING, None)

    def test_what_another_appointment_covers_is_kept(self, world: World) -> None:
        case = claimed_by(world, "nga")
        with world.store.writing() as session:
            nga = named(session, "nga")
            people.appoint(session, nga, Role.OFFICER, unit(session, REGION), by="operator", at=NOON)
            assert people.dismiss(session, nga, Role.OFFICER, unit(session, OFFICE), by="operator", at=NOON) == []
        assert stands(world, case)[0] is CaseState.CLAIMED


class TestWhoeverLeaves:
    def test_their_access_ends_and_what_they_held_waits_again(self, world: World) -> None:
        case = claimed_by(world, "nga")
        with world.store.writing() as session:
            entered = sign_in.with_password(session, "nga", PASSWORD, world.clock.now())
            assert entered is not None
            people.deactivate(session, named(session, "nga"), by="officer:dung", at=world.clock.now())
            assert sessions.signed_in(session, entered.token, world.clock.now()) is None
        assert stands(world, case) == (CaseState.WAITING, None)
        with world.store.reading() as session:
            acts = session.execute(
                select(AuditEntry.act, AuditEntry.actor).order_by(AuditEntry.id.desc()).limit(2)
            ).all()
            assert [tuple(act) for act in acts] == [
                ("case.returned", "officer:dung"),
                ("officer.deactivated", "officer:dung"),
            ]
            entry = session.get_one(Case, case.id).entries[-1]
            assert (entry.kind, entry.officer, entry.detail) == (
                *("returned", None),
                {"officer_id": named(session, "nga").id},
            )

    def test_another_takes_the_case_on(self, world: World) -> None:
        case = claimed_by(world, "nga")
        with world.store.writing() as session:
            people.deactivate(session, named(session, "nga"), by="operator", at=NOON)
            officer_desk.claim(world.desk, session, session.get_one(Case, case.id), named(session, "dung"))
        assert stands(world, case)[0] is CaseState.CLAIMED

    def test_it_is_done_once_and_undone(self, session: Session) -> None:
        nga = named(session, "nga")
        with pytest.raises(people.PersonRefused):
            people.activate(session, nga, by="operator", at=NOON)
        people.deactivate(session, nga, by="operator", at=NOON)
        with pytest.raises(people.PersonRefused):
            people.deactivate(session, nga, by="operator", at=NOON)
        people.activate(session, nga, by="operator", at=NOON)
        assert sign_in.with_password(session, "nga", PASSWORD, NOON) is not None


class TestWhoSeesACase:
    @pytest.mark.parametrize(
        ("username", "sees"), [("nga", True), ("dung", True), ("minh", True), ("tuan", False), ("hoa", False)]
    )
    def test_those_of_its_unit_and_above(self, world: World, username: str, sees: bool) -> None:
        case = case_in(world, OFFICE)
        with world.store.reading() as session:
            officer = named(session, username)
            found = session.get_one(Case, case.id)
            assert permissions.may_work_on(found, officer) is sees
            assert bool(queries.in_state(session, CaseState.WAITING, of=officer)) is sees
            assert bool(searching.search(session, officer, "to khai", limit=10).rows) is sees
            assert bool(searching.search(session, officer, case.number or "", limit=10).rows) is sees
            assert bool(listing.page(session, officer, View.UNIT, NOON, limit=10).rows) is sees
            assert listing.counts(session, officer, NOON)[View.WAITING] == int(sees)

    def test_a_manager_sees_no_case(self, world: World) -> None:
        hire(world, "mai", "VN", Role.MANAGER)
        case = case_in(world, OFFICE)
        with world.store.reading() as session:
            assert not permissions.may_work_on(session.get_one(Case, case.id), named(session, "mai"))
            assert listing.page(session, named(session, "mai"), View.UNIT, NOON, limit=10).rows == []

    def test_whoever_holds_a_case_sees_it_wherever_it_lies(self, world: World) -> None:
        case = claimed_by(world, "nga")
        with world.store.writing() as session:
            session.get_one(Case, case.id).unit = unit(session, ELSEWHERE)
        with world.store.reading() as session:
            assert permissions.may_work_on(session.get_one(Case, case.id), named(session, "nga"))
            assert len(listing.page(session, named(session, "nga"), View.MINE, NOON, limit=10).rows) == 1

    def test_the_stranger_cannot_act(self, world: World) -> None:
        case = case_in(world, OFFICE)
        with world.store.writing() as session:
            found, tuan = session.get_one(Case, case.id), named(session, "tuan")
            with pytest.raises(permissions.CaseRefused, match="not_your_unit"):
                officer_desk.claim(world.desk, session, found, tuan)
            with pytest.raises(permissions.CaseRefused, match="not_your_unit"):
                cases.note(session, found, tuan, "Ghi chú", NOON)
            with pytest.raises(permissions.CaseRefused, match="not_your_unit"):
                cases.transfer(session, found, tuan, unit(session, ELSEWHERE), "Của chúng tôi", NOON)
            with pytest.raises(permissions.CaseRefused, match="only_head"):
                cases.take_over(session, found, tuan, NOON)
            with pytest.raises(permissions.CaseRefused, match="claim_first"):
                officer_desk.reply(world.desk, session, found, tuan, "Trả lời")


class TestInTelegram:
    def test_a_waiting_case_is_listed_for_those_of_its_unit_and_above_alone(self, world: World) -> None:
        case_in(world, OFFICE)
        nga, dung, tuan = (linked(world, name, f"70{n}") for n, name in enumerate(("nga", "dung", "tuan")))
        for chatter in (nga, dung):
            assert "officer_show" in chatter.commands("waiting")[-1].acts
        assert tuan.commands("waiting")[-1].text == world.text("officer.nothing_waits")

    def test_a_button_that_is_older_than_a_transfer_shows_and_does_nothing(self, world: World) -> None:
        tuan = linked(world, "tuan", "700")
        case = case_in(world, ELSEWHERE)
        tuan.commands("waiting")
        tuan.taps("officer_show")
        with world.store.writing() as session:
            session.get_one(Case, case.id).unit = unit(session, OFFICE)
        refused = world.text("officer.not_your_unit", number=case.number)
        for act in ("officer_show", "officer_conversation", "officer_claim"):
            *_, said = tuan.taps(act)
            assert said.text == refused
        assert tuan.commands("waiting")[-1].text == world.text("officer.nothing_waits")
        assert stands(world, case) == (CaseState.WAITING, None)


@pytest.mark.parametrize("code", [OFFICE, REGION, ELSEWHERE])
def test_colleagues_are_found_where_the_rules_let_them_work(session: Session, code: str) -> None:
    place = unit(session, code)
    away = next(each for each in session.scalars(select(Officer)) if each.may(place, *permissions.CASE_ROLES))
    away.active = False
    everybody = session.scalars(select(Officer).order_by(Officer.username))
    expected = [each.username for each in everybody if permissions.works_in(each, place)]
    found = people.working_in(session, place, permissions.CASE_ROLES, limit=200)
    assert [each.username for each in found] == expected
    assert away.username not in expected
    assert people.working_in(session, place, permissions.CASE_ROLES, limit=1) == found[:1]
