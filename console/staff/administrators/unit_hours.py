"""The hours of a unit as a form: a row for each day of the week, windows as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.overview import written
from desk.working_time.week import PUBLIC_DAY, WEEKDAYS, BadCalendar, typed_windows, windows_of

#: The rows of the form; on public days only duty counts.
ROWS = (*WEEKDAYS, PUBLIC_DAY)


@dataclass(frozen=True)
class HoursForm:
    """What stands in the form: by the name of a field such as ``office_monday`` its windows, and what is wrong."""

    is_own: bool
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


def hours_form(calendar: WorkingCalendar, unit: Unit) -> HoursForm:
    """The form as it shows a unit's hours, which are the authority's where it has none of its own."""
    week = calendar.readable_week(unit)
    values = {f"office_{day}": written(week.office.get(day, ())) for day in WEEKDAYS}
    values |= {f"duty_{day}": written(week.duty.get(day, ())) for day in ROWS}
    return HoursForm(bool(unit.hours), values)


def filled_in_hours(data: Mapping[str, str]) -> tuple[dict[str, Any], HoursForm]:
    """The hours that a form says, in the shape of ``Unit.hours``, and the form with what is wrong in each field."""
    fields = [*(("office", day) for day in WEEKDAYS), *(("duty", day) for day in ROWS)]
    hours: dict[str, dict[str, list[str]]] = {"office": {}, "duty": {}}
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for part, day in fields:
        name = f"{part}_{day}"
        values[name] = data.get(name, "").strip()
        windows = typed_windows(values[name])
        try:
            windows_of(windows, name)
        except BadCalendar:
            errors[name] = "page.units.hours_wrong"
        if windows:
            hours[part][day] = windows
    return hours, HoursForm(True, values, errors)
