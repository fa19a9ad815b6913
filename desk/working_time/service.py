"""Setting the hours of a unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.people.model import Officer, Role
from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.week import Week


class HoursRefused(Exception):
    """The officer may not set the hours of this unit; the message says so."""


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
