"""Days that administrators add: what they do to working time, for whom, and who may add and take them away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseEntry, EntryKind, Urgency
from desk.figures.dashboard import dashboard
from desk.figures.period import Period
from desk.figures.scope import whole
from desk.store import Store
from desk.working_time import service as working_time
from desk.working_time.days import DayKind
from desk.working_time.hours import VIETNAM
from desk.working_time.service import DayRefused, WantedDay
from tests.administration_fixtures import add_administrators
from tests.desk_fixtures import NOON, World
from tests.small_tree import a_case_at, officer, unit

HOUR = dt.timedelta(hours=1)
#: The tests' clock stands at noon of Monday 23/11/2026; Tuesday 24/11 is a public day off.
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (dt.date(2026, 11, day) for day in range(23, 29))
OFF, WORKED = DayKind.OFF, DayKind.WORKED


@pytest.fixture(autouse=True)
def _tree(world: World) -> None:
    add_administrators(world)


def adds(world: World, day: dt.date, kind: DayKind, code: str = "VN", by: str = "quang", **more: Any) -> None:
    with world.store.writing() as session:
        calendar = world.desk.deadlines(session).calendar
        wanted = WantedDay(day, kind, **{"reason": "Bão số 12", **more})
        working_time.add_day(session, calendar, unit(session, code), wanted, by=officer(session, by), at=NOON)


def removes(world: World, day: dt.date, code: str = "VN", by: str = "quang", at: dt.datetime = NOON) -> None:
    with world.store.writing() as session:
        added = working_time.added_on(session, unit(session, code), day)
        assert added is not None
        working_time.remove_day(session, added, by=officer(session, by), at=at)


def here(text: str) -> dt.datetime:
    """A moment on the clocks of Viet Nam, written 25/11 07:30."""
    return dt.datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y").replace(tzinfo=VIETNAM)


def by_when(world: World, code: str | None, start: str, hours: float) -> dt.datetime:
    """When so many working hours of a unit have passed."""
    with world.store.reading() as session:
        place = unit(session, code) if code else None
        return world.desk.deadlines(session).calendar.add(here(start), hours * HOUR, place)


def test_a_day_off_is_leapt_over_and_worked_again_when_it_is_taken_away(world: World, store: Store) -> None:
    assert by_when(world, "CATLAI", "23/11 16:00", 2) == here("25/11 08:30")
    adds(world, WEDNESDAY, OFF)
    assert by_when(world, "CATLAI", "23/11 16:00", 2) == here("26/11 08:30")
    assert by_when(world, None, "23/11 16:00", 2) == here("26/11 08:30")
    removes(world, WEDNESDAY)
    assert by_when(world, "CATLAI", "23/11 16:00", 2) == here("25/11 08:30")


def test_an_added_saturday_has_the_hours_of_a_monday_or_its_own(world: World, store: Store) -> None:
    adds(world, SATURDAY, WORKED, "KV02")
    adds(world, SATURDAY, WORKED, "KV03", hours="08:00-10:00")
    assert by_when(world, "CATLAI", "27/11 16:00", 5) == here("28/11 11:30")
    assert by_when(world, "CATLAI", "27/11 16:00", 6) == here("28/11 14:30")
    assert by_when(world, "KV03", "27/11 16:00", 2) == here("28/11 09:00")
    assert by_when(world, "KV03", "27/11 16:00", 4) == here("30/11 08:30")


def test_a_public_day_can_be_worked_with_the_hours_of_its_weekday(world: World, store: Store) -> None:
    adds(world, TUESDAY, WORKED, "CATLAI")
    assert by_when(world, "CATLAI", "23/11 16:00", 2) == here("24/11 08:30")
    assert by_when(world, "LINHTRUNG", "23/11 16:00", 2) == here("25/11 08:30")


@pytest.mark.parametrize(
    ("code", "works"), [("KV02", False), ("CATLAI", False), ("CATLAI-1", False), ("KV03", True), ("VN", True)]
)
def test_a_day_holds_in_its_unit_and_below_not_beside_or_above(
    world: World, store: Store, code: str, works: bool
) -> None:
    adds(world, WEDNESDAY, OFF, "KV02")
    with store.reading() as session:
        calendar = world.desk.deadlines(session).calendar
        assert calendar.is_working(here("25/11 09:00"), unit(session, code)) is works
        assert calendar.is_working(here("25/11 09:00"), None) is True


def test_what_is_added_nearer_to_a_unit_wins(world: World, store: Store) -> None:
    adds(world, WEDNESDAY, OFF, "VN")
    adds(world, WEDNESDAY, WORKED, "CATLAI", by="ngoc", hours="08:00-09:00")
    assert by_when(world, "CATLAI-1", "25/11 07:00", 0.5) == here("25/11 08:30")
    assert by_when(world, "LINHTRUNG", "25/11 07:00", 0.5) == here("26/11 08:00")


def test_duty_counts_on_an_added_day_as_on_any_other(world: World, store: Store) -> None:
    with store.writing() as session:
        unit(session, "CATLAI").hours = {"duty": {"public_day": ["09:00-10:00"], "saturday": ["13:00-14:00"]}}
    adds(world, WEDNESDAY, OFF)
    with store.reading() as session:
        calendar, place = world.desk.deadlines(session).calendar, unit(session, "CATLAI")
        assert calendar.is_working(here("25/11 09:30"), place, duty=True)
        assert not calendar.is_working(here("25/11 09:30"), place)


def test_the_next_case_is_due_by_the_day_and_an_open_one_keeps_its_promise(world: World, store: Store) -> None:
    before = a_case_at(world, "CATLAI", world.chatter("100"))
    with store.reading() as session:
        promised = session.get_one(Case, before).due_at
        of_before = world.desk.deadlines(session).of(Urgency.NOT_URGENT, unit(session, "CATLAI"), NOON)
    for day in (WEDNESDAY, THURSDAY):
        adds(world, day, OFF)
    after = a_case_at(world, "CATLAI", world.chatter("101"))
    with store.reading() as session:
        assert session.get_one(Case, before).due_at == promised == of_before.due_at
        assert session.get_one(Case, after).due_at > promised


def test_the_figures_reckon_a_case_with_the_added_day_as_its_promise_does(world: World, store: Store) -> None:
    case = a_case_at(world, "CATLAI", world.chatter("100"))
    with store.writing() as session:
        minh, at = officer(session, "minh"), here("26/11 08:30")
        session.add(CaseEntry(case_id=case, kind=EntryKind.REPLIED.value, officer=minh, text="Rồi", detail={}, at=at))
    adds(world, WEDNESDAY, OFF)
    with store.reading() as session:
        found = dashboard(world.desk, session, Period(MONDAY, MONDAY), whole(session), "vi")
    assert found.now.times.to_answer(0.5) == 4.5  # from 13:30 to 17:00 on Monday, and an hour on Thursday


def test_whoever_adds_a_day_can_know_how_many_cases_are_due_on_it(world: World, store: Store) -> None:
    case = a_case_at(world, "CATLAI", world.chatter("100"))
    with store.writing() as session:
        session.get_one(Case, case).due_at = here("25/11 16:30")
    with store.reading() as session:
        for code, day, count in (("CATLAI", WEDNESDAY, 1), ("VN", WEDNESDAY, 1), ("KV03", WEDNESDAY, 0)):
            assert (code, working_time.due_on(session, unit(session, code), day)) == (code, count)
        assert working_time.due_on(session, unit(session, "VN"), THURSDAY) == 0


@pytest.mark.parametrize(
    ("by", "code", "may"),
    [
        ("quang", "VN", True),
        ("quang", "CATLAI", True),
        ("ngoc", "KV02", True),
        ("ngoc", "CATLAI-1", True),
        ("ngoc", "VN", False),
        ("ngoc", "KV03", False),
        ("tam", "KV02", False),
        ("vinh", "KV02", False),
        ("thu", "CATLAI", False),
    ],
)
def test_administrators_add_and_take_away_days_in_their_units_and_below(
    world: World, store: Store, by: str, code: str, may: bool
) -> None:
    if may:
        adds(world, FRIDAY, OFF, code, by=by)
        removes(world, FRIDAY, code, by=by)
        return
    with pytest.raises(DayRefused, match="refused_not_your_unit"):
        adds(world, FRIDAY, OFF, code, by=by)
    adds(world, FRIDAY, OFF, code)
    with pytest.raises(DayRefused, match="refused_not_your_unit"):
        removes(world, FRIDAY, code, by=by)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"day": dt.date(2026, 11, 22)}, "past"),
        ({"day": dt.date(2036, 1, 1)}, "too_far"),
        ({"reason": " "}, "no_reason"),
        ({"reason": "x" * 301}, "too_long"),
        ({"document": "x" * 101}, "too_long"),
        ({"hours": "08:00-09:00"}, "off_has_no_hours"),
        ({"kind": WORKED, "hours": "8h-9h"}, "windows"),
        ({"kind": WORKED, "hours": "08:00-10:00, 09:00-11:00"}, "windows"),
        ({"day": WEDNESDAY}, "twice"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(world: World, store: Store, more: dict[str, Any], reason: str) -> None:
    adds(world, WEDNESDAY, OFF)
    with pytest.raises(DayRefused, match=f"refused_{reason}$"):
        adds(world, **{"day": FRIDAY, "kind": OFF, **more})


def test_a_day_on_which_the_unit_has_no_hours_needs_them(world: World, store: Store) -> None:
    with store.writing() as session:
        unit(session, "CATLAI").hours = {"office": {"tuesday": ["08:00-11:00"]}}
    with pytest.raises(DayRefused, match="refused_needs_hours"):
        adds(world, SATURDAY, WORKED, "CATLAI")
    adds(world, SATURDAY, WORKED, "CATLAI", hours="08:00-09:00")
    with store.reading() as session:
        assert world.desk.deadlines(session).calendar.is_working(here("28/11 08:30"), unit(session, "CATLAI"))


def test_a_day_that_is_past_stays_as_what_it_was(world: World, store: Store) -> None:
    adds(world, WEDNESDAY, OFF)
    with pytest.raises(DayRefused, match="refused_past"):
        removes(world, WEDNESDAY, at=NOON + dt.timedelta(days=3))


def test_both_acts_are_in_the_audit(world: World, store: Store) -> None:
    adds(world, WEDNESDAY, OFF, "KV02", by="ngoc", document="123/QĐ-KV02")
    removes(world, WEDNESDAY, "KV02")
    with store.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act.startswith("calendar.")).order_by("id"))
        told = [(entry.actor, entry.act, entry.subject, entry.detail["document"]) for entry in entries]
    assert told == [
        ("officer:ngoc", "calendar.day_added", "KV02", "123/QĐ-KV02"),
        ("officer:quang", "calendar.day_removed", "KV02", "123/QĐ-KV02"),
    ]


def test_another_process_knows_the_day_at_once(world: World, store: Store) -> None:
    with store.reading() as session:
        assert world.desk.deadlines(session) is world.desk.deadlines(session)
    adds(world, WEDNESDAY, OFF)
    with store.reading() as session:
        again = world.desk.deadlines(session)
        assert again is world.desk.deadlines(session), "agendas are kept while the days are the same"
        assert not again.calendar.is_working(here("25/11 09:00"), None)
