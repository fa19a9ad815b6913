"""Lists of cases: views, order, counts, what they are narrowed to, and what a search finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from desk.cases import case_words, listing, searching
from desk.cases import service as case_acts
from desk.cases.listing import Narrowing, View
from desk.cases.model import Case, CaseState, Urgency
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.privacy import forgetting
from desk.units import service as units
from desk.units.tree import UnitRow
from tests.conftest import PASSWORD
from tests.desk_fixtures import World
from tests.unit_fixtures import ELSEWHERE, OFFICE, REGION, named, unit

QUESTIONS = ("Tờ khai bị treo", "Hàng 100% bị giữ", "Xin giấy phép")


@pytest.fixture
def cases(world: World) -> list[Case]:
    """Three cases in the order in which they were asked; the last is due first. The first is of a region's office."""
    for number, question in enumerate(QUESTIONS):
        person = world.chatter(f"80{number}")
        person.writes(question)
        person.taps("ask_officer")
        person.taps("send_as_is")
    with world.store.writing() as session:
        found = session.query(Case).order_by(Case.id).all()
        for number, (case, code) in enumerate(zip(found, (OFFICE, ELSEWHERE, "VN"), strict=True)):
            case.unit = unit(session, code)
            case.due_at -= dt.timedelta(hours=number)
            case.enterprise_name, case.tax_code = f"Công ty {number}", f"010010910{number}"
            case_words.keep(session, case)
    return found


@pytest.fixture
def session(world: World, cases: list[Case]) -> Iterator[Session]:
    with world.store.writing() as session:
        yield session


def numbers(found: Sequence[Case]) -> list[int]:
    return [case.id for case in found]


def listed(world: World, session: Session, username: str, view: View, **more: object) -> list[int]:
    now = world.clock.now()
    page = listing.page(session, named(session, username), view, now, limit=9, **more)  # type: ignore[arg-type]
    return numbers(page.rows)


def an_officer_of(world: World, session: Session, code: str) -> Officer:
    return people.add_officer(
        session,
        username="nga",
        name="Nga",
        role=Role.OFFICER,
        password=PASSWORD,
        by="operator",
        at=world.clock.now(),
        unit=unit(session, code),
    )


class TestViews:
    def test_the_case_that_is_due_first_is_at_the_top_and_all_are_counted(self, world: World, session: Session) -> None:
        minh, now = named(session, "minh"), world.clock.now()
        first = listing.page(session, minh, View.WAITING, now, limit=2)
        assert numbers(first.rows) == [3, 2]
        second = listing.page(session, minh, View.WAITING, now, limit=2, after=first.after)
        assert (numbers(second.rows), second.after) == ([1], None)
        assert numbers(listing.page(session, minh, View.WAITING, now, limit=2, before=second.before).rows) == [3, 2]
        counted = listing.counts(session, minh, now)
        assert {view for view, count in counted.items() if count} == {View.UNIT, View.WAITING}
        assert counted[View.WAITING] == 3

    def test_what_is_resolved_stands_the_other_way_round(self, world: World, session: Session) -> None:
        session.execute(update(Case).values(state=CaseState.RESOLVED))
        assert listed(world, session, "minh", View.RESOLVED) == [1, 2, 3]
        assert listed(world, session, "minh", View.UNIT) == []

    def test_ones_own_are_those_that_one_holds_wherever_they_lie(self, world: World, session: Session) -> None:
        case_acts.claim(session, session.get_one(Case, 2), named(session, "minh"), world.clock.now())
        assert listed(world, session, "minh", View.MINE) == [2]
        assert listed(world, session, "binh", View.MINE) == []
        assert listed(world, session, "binh", View.UNIT) == [3, 2, 1]

    def test_at_risk_and_overdue_follow_the_clock_and_stand_still_while_the_person_is_asked(
        self, world: World, session: Session
    ) -> None:
        now = world.clock.now()
        session.get_one(Case, 1).due_at = now - dt.timedelta(minutes=1)
        session.get_one(Case, 2).due_at = now - dt.timedelta(minutes=2)
        session.get_one(Case, 2).paused_at = now
        session.get_one(Case, 3).at_risk_at = now
        session.flush()
        assert listed(world, session, "minh", View.OVERDUE) == [1]
        assert listed(world, session, "minh", View.AT_RISK) == [3]

    def test_what_another_holds_hurries_its_holder_and_the_head(self, world: World, session: Session) -> None:
        at = world.clock.now()
        people.appoint(session, named(session, "hoa"), Role.HEAD, unit(session, "VN"), by="operator", at=at)
        case_acts.claim(session, session.get_one(Case, 1), named(session, "minh"), at)
        session.get_one(Case, 1).due_at = at
        session.flush()
        seen = {name: listed(world, session, name, View.OVERDUE) for name in ("minh", "binh", "hoa")}
        assert seen == {"minh": [1], "binh": [], "hoa": [1]}

    def test_a_draft_is_to_be_signed_by_heads_until_it_is_settled_and_not_by_its_author(
        self, world: World, session: Session
    ) -> None:
        at = world.clock.now()
        for name in ("hoa", "minh"):
            people.appoint(session, named(session, name), Role.HEAD, unit(session, "VN"), by="operator", at=at)
        case, minh = session.get_one(Case, 1), named(session, "minh")
        case_acts.claim(session, case, minh, at)
        case_acts.draft(session, case, minh, "Dự thảo", at)
        assert listed(world, session, "hoa", View.TO_SIGN) == [1]
        assert listed(world, session, "minh", View.TO_SIGN) == []
        assert View.TO_SIGN not in listing.views_of(named(session, "binh"))
        case_acts.return_draft(session, case, named(session, "hoa"), "Thiếu căn cứ", at)
        assert listed(world, session, "hoa", View.TO_SIGN) == []

    def test_a_count_stops_where_it_says_enough(
        self, world: World, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "COUNTED", 2)
        counted = listing.counts(session, named(session, "minh"), world.clock.now())
        assert (counted[View.WAITING], counted[View.MINE]) == (2, 0)

    def test_the_operator_is_shown_all(self, session: Session) -> None:
        found = listing.listed(session, [CaseState.WAITING], limit=2)
        assert (numbers(found.cases), found.count) == ([3, 2], 3)
        assert numbers(listing.listed(session, CaseState, limit=9, within=unit(session, REGION)).cases) == [1]


class TestNarrowing:
    @pytest.mark.parametrize(
        ("code", "expected"), [(REGION, [1]), (OFFICE, [1]), (ELSEWHERE, [2]), ("KV04", []), ("VN", [3, 2, 1])]
    )
    def test_a_list_is_narrowed_to_a_unit_and_those_below_it(
        self, world: World, session: Session, code: str, expected: list[int]
    ) -> None:
        within = Narrowing(unit(session, code))
        minh, now = named(session, "minh"), world.clock.now()
        assert listed(world, session, "minh", View.WAITING, narrowing=within) == expected
        assert listing.counts(session, minh, now, within)[View.WAITING] == len(expected)
        found = searching.search(session, minh, "cong ty", limit=9, narrowing=within).rows
        assert set(numbers(found)) == set(expected)

    def test_to_a_unit_that_is_not_ones_own_nothing_is_left(self, world: World, session: Session) -> None:
        nga = an_officer_of(world, session, OFFICE)
        assert listed(world, session, "nga", View.WAITING) == [1]
        for code, expected in ((ELSEWHERE, []), (REGION, [1]), ("VN", [1])):
            within = Narrowing(unit(session, code))
            assert listed(world, session, "nga", View.WAITING, narrowing=within) == expected
            assert numbers(searching.search(session, nga, "cong ty", limit=9, narrowing=within).rows) == expected

    def test_to_values_of_the_case(self, world: World, session: Session) -> None:
        session.get_one(Case, 2).urgency = Urgency.PERISHABLE
        session.get_one(Case, 3).topic = "tax"
        session.get_one(Case, 1).language = "en"
        session.flush()
        for narrowing, expected in (
            (Narrowing(urgency="perishable"), [2]),
            (Narrowing(topic="tax"), [3]),
            (Narrowing(language="en"), [1]),
            (Narrowing(channel="telegram"), [3, 2, 1]),
            (Narrowing(channel="web"), []),
            (Narrowing(topic="tax", urgency="perishable"), []),
        ):
            assert listed(world, session, "minh", View.WAITING, narrowing=narrowing) == expected

    def test_a_unit_that_moves_takes_its_cases_along(self, world: World, session: Session) -> None:
        rows = [
            UnitRow(row.code, row.kind, ELSEWHERE if row.code == OFFICE else row.parent, row.name_vi, row.name_en)
            for row in units.rows(session)
        ]
        units.load(session, rows, by="operator", at=world.clock.now())
        session.expire_all()
        for code, expected in ((REGION, []), (ELSEWHERE, [2, 1]), (OFFICE, [1])):
            assert listed(world, session, "minh", View.WAITING, narrowing=Narrowing(unit(session, code))) == expected


class TestBeside:
    def test_the_cases_before_and_after_one_in_its_list(self, world: World, session: Session) -> None:
        minh, now = named(session, "minh"), world.clock.now()
        beside = [listing.beside(session, minh, View.WAITING, now, session.get_one(Case, id_)) for id_ in (3, 2, 1)]
        assert [(each.before, each.after) for each in beside] == [
            (None, "2026-00002"),
            ("2026-00003", "2026-00001"),
            ("2026-00002", None),
        ]

    def test_also_of_a_case_that_has_just_left_it(self, world: World, session: Session) -> None:
        minh, now = named(session, "minh"), world.clock.now()
        case = session.get_one(Case, 2)
        case_acts.claim(session, case, minh, now)
        beside = listing.beside(session, minh, View.WAITING, now, case)
        assert (beside.before, beside.after) == ("2026-00003", "2026-00001")

    def test_the_next_that_waits_is_another_one(self, world: World, session: Session) -> None:
        minh, now = named(session, "minh"), world.clock.now()
        found = listing.next_waiting(session, minh, now, session.get_one(Case, 3))
        assert found is not None
        assert found.id == 2


class TestSearch:
    @pytest.mark.parametrize("common", [1, 2_000], ids=["through the cases", "through the words"])
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-00002", [2]),
            ("00002", [2]),
            ("0100109101", [2]),
            ("TO KHAI", [1]),
            ("khai công ty", [1]),
            ("bị", [2, 1]),
            ("bi", [2, 1]),
            ("xe máy", []),
            ("100%", [2]),
            ("khai giữ", []),
            ("khả", [1]),
            ("gi", [3, 2]),
            ("giấ", [3]),
            ("_", []),
            ("   ", []),
        ],
    )
    def test_it_finds_all_words_the_newest_first(
        self, session: Session, monkeypatch: pytest.MonkeyPatch, common: int, text: str, expected: list[int]
    ) -> None:
        monkeypatch.setattr(searching, "COMMON", common)
        minh = named(session, "minh")
        found = searching.search(session, minh, text, limit=9)
        assert (numbers(found.rows), found.count) == (expected, len(expected))

    @pytest.mark.parametrize("common", [1, 2_000], ids=["through the cases", "through the words"])
    def test_it_goes_on_page_by_page(self, session: Session, monkeypatch: pytest.MonkeyPatch, common: int) -> None:
        monkeypatch.setattr(searching, "COMMON", common)
        minh = named(session, "minh")
        first = searching.search(session, minh, "cong ty", limit=2)
        assert numbers(first.rows) == [3, 2]
        assert numbers(searching.search(session, minh, "cong ty", limit=2, after=first.after).rows) == [1]

    @pytest.mark.parametrize("common", [1, 2_000], ids=["through the cases", "through the words"])
    def test_a_case_that_one_holds_is_found_once_also_where_it_lies_elsewhere(
        self, world: World, session: Session, monkeypatch: pytest.MonkeyPatch, common: int
    ) -> None:
        monkeypatch.setattr(searching, "COMMON", common)
        nga = an_officer_of(world, session, OFFICE)
        case_acts.claim(session, session.get_one(Case, 1), nga, world.clock.now())
        assert numbers(searching.search(session, nga, "cong ty", limit=9).rows) == [1]
        session.get_one(Case, 1).unit = unit(session, ELSEWHERE)
        session.flush()
        assert numbers(searching.search(session, nga, "cong ty", limit=9).rows) == [1]

    def test_what_was_forgotten_is_found_by_its_number_only(self, world: World, session: Session) -> None:
        minh = named(session, "minh")
        forgetting.forget(session, session.get_one(Case, 1).conversation_id, world.clock.now())
        assert numbers(searching.search(session, minh, "treo", limit=9).rows) == []
        assert numbers(searching.search(session, minh, "0100109100", limit=9).rows) == []
        assert numbers(searching.search(session, minh, "2026-00001", limit=9).rows) == [1]
