"""The counts of cases and enquiries: by unit, by how it was found, by topic and by ministry."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from desk.cases import service as cases
from desk.cases.model import Case
from desk.figures.assignments import Assignments, assignments
from desk.figures.period import OpenPeriod
from desk.people import service as people
from desk.units import service as units
from tests.desk_fixtures import UNSURE, World
from tests.unit.desk.units_of_tests import put_into

#: What is asked, each by another person.
ASKED = (
    "hàng về cảng Cát Lái thì sao",
    "tờ khai ở 02CI xử lý thế nào",
    "nhà máy ở Hải Phòng thì sao",
    "kiểm dịch thực vật cho táo đăng ký ở đâu",
)


@pytest.fixture(autouse=True)
def _cases(world: World) -> None:
    with world.store.writing() as session:
        put_into(session)
    world.search.finds("dossier_import", confidence=UNSURE, about="táo")
    for number, question in enumerate(ASKED):
        chatter = world.chatter(str(number))
        chatter.writes(question)
        chatter.taps("ask_officer")
        chatter.taps("send_as_is")
    world.chatter("99").writes("kiểm dịch động vật cho mèo nhập khẩu thế nào")


def counted(world: World, first: dt.date | None = None, last: dt.date | None = None) -> Assignments:
    with world.store.reading() as session:
        return assignments(session, OpenPeriod(first, last))


def test_cases_are_counted_by_what_was_found_for_them(world: World) -> None:
    counts = counted(world)
    assert counts.cases == 4
    assert dict(counts.by_unit) == {"SG1": 2, "R-III": 1, "VN": 1}
    assert dict(counts.by_found_by) == {"office": 2, "province": 1, "default": 1}
    assert dict(counts.by_topic) == {"-": 3, "declaration": 1}
    assert dict(counts.by_ministry) == {"-": 3, "agriculture_environment": 1}


def test_enquiries_count_whether_or_not_they_became_cases(world: World) -> None:
    counts = counted(world)
    assert counts.enquiries == 5
    assert dict(counts.enquiries_by_ministry) == {"-": 3, "agriculture_environment": 2}


def test_the_most_frequent_comes_first(world: World) -> None:
    assert list(counted(world).by_unit) == ["SG1", "R-III", "VN"]


def test_a_transfer_counts_as_moved_on_and_leaves_where_the_case_was_put(world: World) -> None:
    with world.store.writing() as session:
        minh, vsip = people.by_username(session, "minh"), units.by_code(session, "VSIP")
        case = session.scalars(select(Case).order_by(Case.id)).first()
        assert minh is not None
        assert vsip is not None
        assert case is not None
        for to in (vsip, units.department(session)):
            cases.transfer(session, case, minh, to, "Việc của đơn vị này", world.clock.now())
    counts = counted(world)
    assert (counts.moved_on, counts.by_unit["SG1"], counts.by_found_by["office"]) == (1, 2, 2)


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        (dt.date(2026, 11, 23), dt.date(2026, 11, 23), 4),
        (dt.date(2026, 11, 23), None, 4),
        (None, dt.date(2026, 11, 23), 4),
        (dt.date(2026, 11, 24), None, 0),
        (None, dt.date(2026, 11, 22), 0),
    ],
)
def test_a_period_holds_both_its_days(world: World, first: dt.date | None, last: dt.date | None, number: int) -> None:
    counts = counted(world, first, last)
    assert counts.cases == number
    assert (counts.enquiries > 0) is (number > 0)


def test_a_day_is_one_of_viet_nam(world: World) -> None:
    with world.store.writing() as session:
        case = session.scalars(select(Case).order_by(Case.id)).first()
        assert case is not None
        case.opened_at = dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC)  # half past midnight on the 24th there
    assert counted(world, dt.date(2026, 11, 24), dt.date(2026, 11, 24)).cases == 1
