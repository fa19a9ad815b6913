"""Working time, by cases that were computed by hand with a calendar on the wall, and by its properties."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.days import Day, DayKind, Days, days_of_package
from desk.working_time.hours import VIETNAM, local_day
from desk.working_time.week import BadCalendar, Week
from tests.desk_fixtures import CONTENT

CALENDAR = WorkingCalendar.read(CONTENT / "working_time.yml")
HOUR = dt.timedelta(hours=1)
#: A border gate: an hour later in the morning, on Saturdays too, with duty on weekend afternoons and public days.
GATE_HOURS = {
    "office": {
        **{day: ["08:30-12:00", "13:00-18:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
        "saturday": ["08:30-12:00"],
    },
    "duty": {"saturday": ["12:00-16:00"], "sunday": ["08:00-11:00"], "public_day": ["09:00-10:00"]},
}


def a_unit(hours: dict[str, Any] | None = None) -> Unit:
    return Unit(code="X", kind="office", path="1.2.", name_vi="Chi cục", name_en="Branch", hours=hours)


PLAIN, GATE = a_unit(), a_unit(GATE_HOURS)
ROUND_THE_CLOCK = a_unit({"duty": {day: ["00:00-24:00"] for day in GATE_HOURS["duty"]}})


def here(text: str) -> dt.datetime:
    """A moment on the clocks of Viet Nam, written 24/11/2026 07:30."""
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        # within a morning, and up to the very end of a window
        ("23/11/2026 08:00", 1, "23/11/2026 09:00"),
        ("23/11/2026 16:00", 1, "23/11/2026 17:00"),
        # across lunch, and from within it
        ("23/11/2026 11:00", 1, "23/11/2026 14:00"),
        ("23/11/2026 12:00", 1, "23/11/2026 14:30"),
        ("23/11/2026 11:00", 0.5, "23/11/2026 11:30"),
        # before and after hours
        ("23/11/2026 05:00", 1, "23/11/2026 08:30"),
        ("25/11/2026 22:00", 1, "26/11/2026 08:30"),
        # across a weekend, from Friday and from within it
        ("20/11/2026 16:00", 2, "23/11/2026 08:30"),
        ("21/11/2026 10:00", 1, "23/11/2026 08:30"),
        ("22/11/2026 23:59", 1, "23/11/2026 08:30"),
        # Vietnam Cultural Day, Tuesday 24/11/2026, is off
        ("23/11/2026 16:00", 2, "25/11/2026 08:30"),
        ("24/11/2026 09:00", 1, "25/11/2026 08:30"),
        # Tet: off from Saturday 14/2 to Sunday 22/2/2026
        ("13/02/2026 16:00", 2, "23/02/2026 08:30"),
        ("17/02/2026 09:00", 7.5, "23/02/2026 17:00"),
        ("12/02/2026 13:30", 22.5, "24/02/2026 11:30"),
        # Saturday 22/8/2026 is worked, with a Monday's hours
        ("21/08/2026 16:00", 2, "22/08/2026 08:30"),
        ("21/08/2026 16:30", 8, "22/08/2026 17:00"),
        ("22/08/2026 16:00", 2, "24/08/2026 08:30"),
        # National Day: off from Saturday 29/8 over the free Monday 31/8 to Wednesday 2/9/2026
        ("28/08/2026 16:00", 2, "03/09/2026 08:30"),
        ("31/08/2026 09:00", 1, "03/09/2026 08:30"),
        # Sunday 26/4 is made up on Monday 27/4; 30/4 and 1/5 are off
        ("24/04/2026 16:00", 2, "28/04/2026 08:30"),
        ("29/04/2026 16:00", 2, "04/05/2026 08:30"),
        # New Year; what is doubtful is not taken over: 2/1/2026 is worked and Saturday 10/1/2026 is not
        ("31/12/2025 16:00", 2, "02/01/2026 08:30"),
        ("09/01/2026 16:00", 2, "12/01/2026 08:30"),
        # 2027: Tet 4/2 to 10/2, Monday 3/5 made up
        ("03/02/2027 16:00", 2, "11/02/2027 08:30"),
        ("29/04/2027 16:00", 2, "04/05/2027 08:30"),
    ],
)
def test_working_time_is_added_over_what_is_not_worked(start: str, hours: float, end: str) -> None:
    amount = hours * HOUR
    assert CALENDAR.add(here(start), amount, PLAIN) == here(end)
    assert CALENDAR.between(here(start), here(end), PLAIN) == amount
    assert CALENDAR.between(here(end), here(start), PLAIN) == -amount


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("23/11/2026 07:00", "23/11/2026 18:00", 7.5),
        ("23/11/2026 11:30", "23/11/2026 13:30", 0),
        ("21/11/2026 00:00", "23/11/2026 00:00", 0),
        ("13/02/2026 17:00", "23/02/2026 07:30", 0),
        ("09/02/2026 00:00", "02/03/2026 00:00", 10 * 7.5),
        ("17/08/2026 00:00", "24/08/2026 00:00", 6 * 7.5),
        ("24/08/2026 00:00", "07/09/2026 00:00", 7 * 7.5),
    ],
)
def test_working_time_is_measured(start: str, end: str, hours: float) -> None:
    assert CALENDAR.between(here(start), here(end), PLAIN) == hours * HOUR


@pytest.mark.parametrize(
    ("end", "hours", "start"),
    [
        ("23/11/2026 14:00", 1, "23/11/2026 11:00"),
        ("23/11/2026 08:30", 2, "20/11/2026 16:00"),
        ("25/11/2026 09:00", 1.5, "25/11/2026 07:30"),
        ("25/11/2026 07:30", 1, "23/11/2026 16:00"),
        ("22/11/2026 10:00", 1, "20/11/2026 16:00"),
    ],
)
def test_working_time_is_taken_back(end: str, hours: float, start: str) -> None:
    assert CALENDAR.back(here(end), hours * HOUR, PLAIN) == here(start)


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("23/11/2026 07:29", False),
        ("23/11/2026 07:30", True),
        ("23/11/2026 11:30", False),
        ("23/11/2026 13:29", False),
        ("23/11/2026 16:59", True),
        ("23/11/2026 17:00", False),
        ("24/11/2026 09:00", False),
        ("21/11/2026 09:00", False),
        ("22/08/2026 09:00", True),
        ("31/08/2026 09:00", False),
        ("02/01/2026 09:00", True),
        ("10/01/2026 09:00", False),
    ],
)
def test_it_is_told_whether_a_moment_is_worked(moment: str, works: bool) -> None:
    assert CALENDAR.is_working(here(moment), None) is works
    assert (CALENDAR.next_working(here(moment), None) == here(moment)) is works


def test_the_next_working_moment_is_after_lunch_and_after_the_days_off() -> None:
    assert CALENDAR.next_working(here("23/11/2026 12:00"), PLAIN) == here("23/11/2026 13:30")
    assert CALENDAR.next_working(here("13/02/2026 17:00"), PLAIN) == here("23/02/2026 07:30")
    assert CALENDAR.next_working(here("21/08/2026 17:00"), PLAIN) == here("22/08/2026 07:30")


@pytest.mark.parametrize("offset", [-8, 0, 5.75, 7, 13])
def test_a_moment_of_any_time_zone_is_taken_and_utc_is_given(offset: float) -> None:
    zone = dt.timezone(dt.timedelta(hours=offset))
    # 23:00 of the 23rd in Los Angeles is 14:00 of the 24th in Viet Nam, a day off.
    for start, end in (("23/11/2026 11:00", "23/11/2026 14:00"), ("24/11/2026 14:00", "25/11/2026 08:30")):
        done = CALENDAR.add(here(start).astimezone(zone), HOUR, PLAIN)
        assert done == here(end)
        assert done.tzinfo is dt.UTC
        assert CALENDAR.between(here(start).astimezone(zone), here(end).astimezone(zone), PLAIN) == HOUR
        assert CALENDAR.next_working(here(start).astimezone(zone), PLAIN).tzinfo is dt.UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add(dt.datetime(2026, 11, 23, 9), HOUR, PLAIN)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(here("23/11/2026 09:00"), -HOUR, PLAIN)


@pytest.mark.parametrize(
    ("start", "hours", "duty", "end"),
    [
        ("20/11/2026 17:00", 2, False, "21/11/2026 09:30"),
        ("21/11/2026 11:30", 1, False, "23/11/2026 09:00"),
        ("21/11/2026 11:30", 1, True, "21/11/2026 12:30"),
        ("21/11/2026 15:30", 1, True, "22/11/2026 08:30"),
        ("22/11/2026 10:30", 1, True, "23/11/2026 09:00"),
        # on a public day only the duty of public days counts, whichever weekday it is
        ("24/11/2026 08:00", 0.5, True, "24/11/2026 09:30"),
        ("24/11/2026 08:00", 0.5, False, "25/11/2026 09:00"),
        ("14/02/2026 08:00", 2, True, "15/02/2026 10:00"),
        # a worked Saturday has the hours of a Monday
        ("22/08/2026 17:00", 2, True, "23/08/2026 09:00"),
    ],
)
def test_a_unit_has_its_own_hours_and_its_duty(start: str, hours: float, duty: bool, end: str) -> None:
    assert CALENDAR.add(here(start), hours * HOUR, GATE, duty=duty) == here(end)
    assert CALENDAR.between(here(start), here(end), GATE, duty=duty) == hours * HOUR


def test_a_part_that_a_unit_leaves_out_is_the_authoritys() -> None:
    assert CALENDAR.week_of(ROUND_THE_CLOCK).office == CALENDAR.week.office
    assert CALENDAR.add(here("21/11/2026 23:30"), HOUR, ROUND_THE_CLOCK, duty=True) == here("22/11/2026 00:30")
    assert CALENDAR.add(here("21/11/2026 23:30"), HOUR, ROUND_THE_CLOCK) == here("23/11/2026 08:30")


def test_hours_in_the_store_that_cannot_be_read_are_said_and_the_authoritys_are_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = a_unit({"office": {"monday": ["late"]}})
    with caplog.at_level(logging.ERROR):
        assert WorkingCalendar(CALENDAR.week, CALENDAR.days).is_working(here("23/11/2026 08:00"), broken)
    assert "unit X: hours.office.monday: 'late' is no window" in caplog.text


moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 1)).map(lambda at: at.replace(tzinfo=dt.UTC))  # noqa: DTZ001
amounts = st.timedeltas(dt.timedelta(), dt.timedelta(hours=40))
units = st.sampled_from([PLAIN, GATE, ROUND_THE_CLOCK])


@given(moments, amounts, units, st.booleans())
def test_what_was_added_is_what_is_measured(at: dt.datetime, amount: dt.timedelta, unit: Unit, duty: bool) -> None:
    done = CALENDAR.add(at, amount, unit, duty=duty)
    assert done >= at + amount
    assert CALENDAR.between(at, done, unit, duty=duty) == amount


@given(moments, amounts, units, st.booleans())
def test_what_was_taken_back_is_what_is_measured(at: dt.datetime, amount: dt.timedelta, unit: Unit, duty: bool) -> None:
    began = CALENDAR.back(at, amount, unit, duty=duty)
    assert began <= at - amount
    assert CALENDAR.between(began, at, unit, duty=duty) == amount


@given(moments, moments, amounts, amounts, units, st.booleans())
def test_later_and_more_never_end_earlier(
    one: dt.datetime, other: dt.datetime, little: dt.timedelta, much: dt.timedelta, unit: Unit, duty: bool
) -> None:
    (one, other), (little, much) = sorted([one, other]), sorted([little, much])
    assert CALENDAR.add(one, little, unit, duty=duty) <= CALENDAR.add(other, little, unit, duty=duty)
    assert CALENDAR.add(one, little, unit, duty=duty) <= CALENDAR.add(one, much, unit, duty=duty)
    assert CALENDAR.add(CALENDAR.add(one, little, unit, duty=duty), much, unit, duty=duty) == CALENDAR.add(
        one, little + much, unit, duty=duty
    )


@given(moments, moments, moments, units)
def test_time_before_and_time_after_a_moment_are_the_whole(
    one: dt.datetime, middle: dt.datetime, other: dt.datetime, unit: Unit
) -> None:
    whole = CALENDAR.between(one, other, unit)
    assert CALENDAR.between(one, middle, unit) + CALENDAR.between(middle, other, unit) == whole


def window_by_window(since: dt.datetime, until: dt.datetime, unit: Unit, *, duty: bool) -> dt.timedelta:
    """The working time between two moments, each window of each day looked at by itself."""
    agenda, day, total = CALENDAR.agenda(unit, duty=duty), local_day(since), dt.timedelta()
    while day <= local_day(until):
        for opens, closes in agenda.on(day):
            total += max(dt.timedelta(), min(closes, until) - max(opens, since))
        day += dt.timedelta(days=1)
    return total


@given(moments, moments, units, st.booleans())
def test_the_time_between_is_that_of_all_windows(one: dt.datetime, other: dt.datetime, unit: Unit, duty: bool) -> None:
    since, until = sorted([one, other])
    assert CALENDAR.between(since, until, unit, duty=duty) == window_by_window(since, until, unit, duty=duty)


@pytest.mark.parametrize(
    ("since", "until"), [("30/12/2025 16:00", "05/01/2026 08:30"), ("01/03/2024 09:00", "02/03/2027 10:00")]
)
def test_the_time_between_goes_over_the_turn_of_years(since: str, until: str) -> None:
    for unit in (PLAIN, GATE, ROUND_THE_CLOCK):
        assert CALENDAR.between(here(since), here(until), unit, duty=True) == window_by_window(
            here(since), here(until), unit, duty=True
        )


@given(moments, units, st.booleans())
def test_the_next_working_moment_is_worked_and_nothing_before_it_is(at: dt.datetime, unit: Unit, duty: bool) -> None:
    begins = CALENDAR.next_working(at, unit, duty=duty)
    assert CALENDAR.is_working(begins, unit, duty=duty)
    assert CALENDAR.between(at, begins, unit, duty=duty) == dt.timedelta()


@pytest.mark.parametrize(
    ("year", "days_off", "worked"),
    [
        (
            2026,
            "1/1 16/2 17/2 18/2 19/2 20/2 26/4 27/4 30/4 1/5 31/8 1/9 2/9 24/11",
            "22/8",
        ),
        (2027, "1/1 4/2 5/2 6/2 7/2 8/2 9/2 10/2 16/4 30/4 1/5 3/5 2/9 3/9 24/11", ""),
    ],
)
def test_the_package_knows_the_days_that_were_compared(year: int, days_off: str, worked: str) -> None:
    def written(kind: DayKind) -> str:
        days = sorted(day for day, what in days_of_package(year).items() if what.kind is kind)
        return " ".join(f"{day.day}/{day.month}" for day in days)

    assert written(DayKind.OFF) == days_off
    assert written(DayKind.WORKED) == worked


def test_what_the_file_says_agrees_with_the_package_on_every_day_that_would_be_worked() -> None:
    package = days_of_package(2026)
    for day, told in CALENDAR.days.overrides.items():
        if day.weekday() < 5 or told.kind is DayKind.WORKED:
            assert package[day].kind is told.kind


def test_what_the_file_says_of_a_day_wins_over_the_package() -> None:
    swapped = Days.read(
        {
            "shipped_years": [2026],
            "days": [
                {
                    "from": dt.date(2026, 11, 24),
                    "is": "worked",
                    "instead_of": dt.date(2026, 11, 27),
                    "name": "a",
                    "source": "b",
                },
                {"from": dt.date(2026, 11, 27), "is": "off", "name": "swapped", "source": "a notice"},
            ],
        },
        "test",
    )
    calendar = WorkingCalendar(CALENDAR.week, swapped)
    assert calendar.add(here("23/11/2026 16:00"), 2 * HOUR, PLAIN) == here("24/11/2026 08:30")
    assert calendar.day(dt.date(2026, 11, 27)) == Day(DayKind.OFF, "public_day", "swapped", "a notice")
    assert calendar.day(dt.date(2026, 11, 24)).hours_of == "friday"
    assert calendar.day(dt.date(2026, 9, 2)).source.startswith("holidays ")


def test_years_that_are_not_shipped_have_the_days_of_the_package_and_are_said(caplog: pytest.LogCaptureFixture) -> None:
    days = Days({}, frozenset({2026}))
    with caplog.at_level(logging.WARNING):
        assert days.on(dt.date(2026, 9, 2)).kind is DayKind.OFF
        assert caplog.text == ""
        assert days.on(dt.date(2030, 9, 2)).kind is DayKind.OFF
        days.on(dt.date(2030, 9, 3))
    assert caplog.text.count("the calendar of 2030 is not shipped") == 1


OFFICE = {"monday": ["07:30-11:30"]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "hours: names and values are expected"),
        ({"office": OFFICE, "lunch": {}}, "there are only office and duty, not lunch"),
        ({"office": {"mon": ["07:30-11:30"]}}, "hours.office: mon is none of monday"),
        ({"office": {"public_day": ["07:30-11:30"]}}, "hours.office: public_day is none of"),
        ({"office": {"monday": "07:30-11:30"}}, "hours.office.monday: a list of windows"),
        ({"office": {"monday": ["7:30-11:30"]}}, "'7:30-11:30' is no window"),
        ({"office": {"monday": ["07:60-11:30"]}}, "a minute beyond 59"),
        ({"office": {"monday": ["11:30-07:30"]}}, "must end after it begins"),
        ({"office": {"monday": ["22:00-24:30"]}}, "must end after it begins"),
        ({"office": {"monday": ["07:30-11:30", "11:00-12:00"]}}, "overlap or are out of order"),
        ({"office": {"monday": []}}, "an office that never works"),
        ({"office": OFFICE, "duty": {"sunday": [730]}}, "hours.duty.sunday: 730 is no window"),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_a_sentence(data: Any, said: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        Week.read(data, "hours")
    assert said in str(refused.value)


DAY = {"from": dt.date(2026, 8, 31), "is": "off", "name": "n", "source": "s"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"shipped_years": 2026, "days": []}, "shipped_years must be a list of years"),
        ({"shipped_years": [2026]}, "days must be a list"),
        ({"shipped_years": [], "days": ["31/8"]}, "day 1: from, is, name and source are expected"),
        ({"shipped_years": [], "days": [{**DAY, "why": "x"}]}, "day 1: why is not known"),
        ({"shipped_years": [], "days": [{**DAY, "from": "31/8/2026"}]}, "day 1: from must be a date"),
        ({"shipped_years": [], "days": [{**DAY, "to": dt.date(2026, 8, 1)}]}, "before it begins"),
        ({"shipped_years": [], "days": [{**DAY, "is": False}]}, 'a day is "off" (in quotes) or worked, not False'),
        ({"shipped_years": [], "days": [{**DAY, "is": "worked"}]}, "instead_of must be a date"),
        ({"shipped_years": [], "days": [{**DAY, "source": " "}]}, "day 1: source is missing"),
        ({"shipped_years": [], "days": [DAY, DAY]}, "day 2: 2026-08-31 is told twice"),
    ],
)
def test_days_that_make_no_sense_are_refused_in_a_sentence(data: Any, said: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        Days.read(data, "working_time.yml")
    assert str(refused.value).startswith("working_time.yml: ")
    assert said in str(refused.value)
