"""The calendar of a unit as it is read: for each date what kind of day it is, the hours, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.days import Day, DayKind
from desk.working_time.week import Window


class Look(StrEnum):
    """What a date is to whoever looks at the calendar."""

    WORKED = "worked"
    WEEKEND = "weekend"
    OFF = "off"
    SWAPPED = "swapped"
    ADDED_OFF = "added_off"
    ADDED_WORKED = "added_worked"


@dataclass(frozen=True)
class DayLine:
    """One date in a unit; ``office`` and ``duty`` are windows such as "07:30-11:30, 13:30-17:00", or nothing."""

    date: dt.date
    look: Look
    office: str
    duty: str
    day: Day


def days(calendar: WorkingCalendar, unit: Unit | None, first: dt.date, last: dt.date) -> list[DayLine]:
    """The dates from the first to the last, in a unit; without one in the authority as a whole."""
    week = calendar.readable_week(unit) if unit is not None else calendar.week
    kinds = calendar.days_of(unit)
    lines = []
    for date in _dates(first, last):
        day = kinds.on(date)
        office = day.windows if day.windows is not None else week.office.get(day.hours_of, ())
        duty = week.duty.get(day.hours_of, ())
        lines.append(DayLine(date, _look(day, office), written(office), written(duty), day))
    return lines


def written(windows: tuple[Window, ...]) -> str:
    """Windows as they are typed: 07:30-11:30, 13:30-17:00."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in windows)


def _look(day: Day, office: tuple[Window, ...]) -> Look:
    if day.added is not None:
        return Look.ADDED_OFF if day.kind is DayKind.OFF else Look.ADDED_WORKED
    if day.kind is DayKind.OFF:
        return Look.OFF
    if day.kind is DayKind.WORKED:
        return Look.SWAPPED
    return Look.WORKED if office else Look.WEEKEND


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
