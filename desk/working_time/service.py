"""Setting when a unit works: hours of its own, and days on which it works otherwise than the calendar says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import OPEN_STATES, Case
from desk.people.model import Officer, Role
from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.days import DayKind
from desk.working_time.exceptions import hours_of
from desk.working_time.hours import VIETNAM, local_day
from desk.working_time.model import ExceptionalDay
from desk.working_time.week import BadCalendar, Week, typed_windows, windows_of

#: Longest reason and number of a document, in characters.
REASON_LENGTH, DOCUMENT_LENGTH = 300, 100
#: So far ahead a day may lie; beyond that it is a slip of the pen.
AT_MOST_AHEAD = dt.timedelta(days=2 * 366)


class HoursRefused(Exception):
    """The officer may not set the hours of this unit; the message says so."""


class DayRefused(Exception):
    """The day cannot be added or taken away, or not by this officer; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class WantedDay:
    """A day as somebody would add it; ``hours`` such as "07:30-11:30, 13:30-17:00", none for those of the weekday."""

    day: dt.date
    kind: DayKind
    reason: str
    hours: str = ""
    document: str = ""


def set_hours(
    session: Session,
    calendar: WorkingCalendar,
    unit: Unit,
    hours: dict[str, Any] | None,
    *,
    by: Officer,
    at: dt.datetime,
) -> None:
    """Give a unit hours in the shape of desk/working_time/week.py; None for the authority's.

    An administrator of the unit or of one above it may. Due times that are set already stay. Raises HoursRefused, and
    BadCalendar for hours that cannot be read.
    """
    if not by.may(unit, Role.ADMINISTRATOR):
        raise HoursRefused(f"{by.username} is no administrator of {unit.code}.")
    if hours is not None:
        Week.read(hours, f"unit {unit.code}: hours", calendar.week)
    unit.hours = hours
    record_act(session, actor=by.actor, act="unit.hours_set", subject=unit.code, detail={"hours": hours}, at=at)


def add_day(
    session: Session,
    calendar: WorkingCalendar,
    unit: Unit,
    wanted: WantedDay,
    *,
    by: Officer,
    at: dt.datetime,
) -> ExceptionalDay:
    """Make a date off, or worked, in a unit and all below it; raises DayRefused.

    An administrator of the unit or of one above it may. What is added nearer to a unit wins over what was added above
    it. Due times that are set already stay: they were promised.
    """
    windows = _checked(session, calendar, unit, wanted, by, at)
    added = ExceptionalDay(
        day=wanted.day,
        unit=unit,
        kind=wanted.kind.value,
        windows=windows,
        reason=wanted.reason.strip(),
        document=wanted.document.strip() or None,
        added_by=by.actor,
        added_at=at,
    )
    session.add(added)
    session.flush()
    record_act(session, actor=by.actor, act="calendar.day_added", subject=unit.code, detail=_told(added), at=at)
    return added


def remove_day(session: Session, added: ExceptionalDay, *, by: Officer, at: dt.datetime) -> None:
    """Take a day that is still to come away again; raises DayRefused. Due times that are set already stay."""
    refused = _why_it_stays(added, by, at)
    if refused is not None:
        raise DayRefused(refused)
    record_act(session, actor=by.actor, act="calendar.day_removed", subject=added.unit.code, detail=_told(added), at=at)
    session.delete(added)
    session.flush()


def may_remove(added: ExceptionalDay, by: Officer, at: dt.datetime) -> bool:
    """Whether the officer may take the day away again."""
    return _why_it_stays(added, by, at) is None


def added_on(session: Session, unit: Unit, day: dt.date) -> ExceptionalDay | None:
    """What was added for a date in this very unit."""
    return session.scalar(select(ExceptionalDay).where(ExceptionalDay.unit_id == unit.id, ExceptionalDay.day == day))


def due_on(session: Session, unit: Unit, day: dt.date) -> int:
    """How many open cases of a unit and of those below it are due on a date."""
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=VIETNAM)
    below = select(Unit.id).where(Unit.path.startswith(unit.path))
    due = (Case.due_at >= midnight, Case.due_at < midnight + dt.timedelta(days=1))
    query = select(func.count(Case.id)).where(Case.state.in_(OPEN_STATES), *due, Case.unit_id.in_(below))
    return session.scalar(query) or 0


def _why_it_stays(added: ExceptionalDay, by: Officer, at: dt.datetime) -> str | None:
    if not by.may(added.unit, Role.ADMINISTRATOR):
        return "page.calendar.refused_not_your_unit"
    return "page.calendar.refused_past" if added.day < local_day(at) else None


def _checked(
    session: Session, calendar: WorkingCalendar, unit: Unit, wanted: WantedDay, by: Officer, at: dt.datetime
) -> list[str] | None:
    """The hours to keep with the day; raises DayRefused for whatever is wrong with it."""
    today = local_day(at)
    if not by.may(unit, Role.ADMINISTRATOR):
        raise DayRefused("page.calendar.refused_not_your_unit")
    if not unit.active:
        raise DayRefused("page.calendar.refused_closed")
    if wanted.day < today:
        raise DayRefused("page.calendar.refused_past")
    if wanted.day > today + AT_MOST_AHEAD:
        raise DayRefused("page.calendar.refused_too_far")
    if not wanted.reason.strip():
        raise DayRefused("page.calendar.refused_no_reason")
    if len(wanted.reason.strip()) > REASON_LENGTH or len(wanted.document.strip()) > DOCUMENT_LENGTH:
        raise DayRefused("page.calendar.refused_too_long")
    if added_on(session, unit, wanted.day) is not None:
        raise DayRefused("page.calendar.refused_twice")
    return _hours(calendar, unit, wanted)


def _hours(calendar: WorkingCalendar, unit: Unit, wanted: WantedDay) -> list[str] | None:
    windows = typed_windows(wanted.hours)
    if wanted.kind is DayKind.OFF:
        if windows:
            raise DayRefused("page.calendar.refused_off_has_no_hours")
        return None
    if windows:
        try:
            windows_of(windows, "hours")
        except BadCalendar as bad:
            raise DayRefused("page.calendar.refused_windows") from bad
        return windows
    if not calendar.readable_week(unit).office.get(hours_of(wanted.day)):
        raise DayRefused("page.calendar.refused_needs_hours")
    return None


def _told(added: ExceptionalDay) -> dict[str, Any]:
    return {
        "day": added.day.isoformat(),
        "kind": added.kind,
        "windows": added.windows,
        "reason": added.reason,
        "document": added.document,
    }
