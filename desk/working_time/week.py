"""The hours of an office through a week, read from data: its office hours, and the duty outside them.

The shape, in content/working_time.yml and in ``Unit.hours``:

    {"office": {"monday": ["07:30-11:30", "13:30-17:00"], ...},
     "duty": {"saturday": ["08:00-11:30"], "public_day": ["08:00-11:30"]}}

Windows are within a day, on the clocks of Viet Nam, in order and apart; "24:00" is the end of a day. A weekday that is
not named has none. ``duty`` may also name ``public_day``: the windows on public days off, on which the others do not
count. A part that a unit leaves out is the authority's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from desk.guidance.record import RecordError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PUBLIC_DAY = "public_day"
_WINDOW = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_MINUTES_OF_DAY = 24 * 60

#: From and to, in minutes after midnight.
Window = tuple[int, int]


class BadCalendar(RecordError):
    """Working time cannot be read from the data; the message says where and why."""


@dataclass(frozen=True)
class Week:
    """Windows by the name of the day: a weekday, and for ``duty`` also PUBLIC_DAY."""

    office: Mapping[str, tuple[Window, ...]]
    duty: Mapping[str, tuple[Window, ...]]

    @classmethod
    def read(cls, data: object, where: str, default: Week | None = None) -> Week:
        """Hours in the shape that the module describes; raises BadCalendar, which begins with ``where``."""
        parts = _mapping(data, where)
        if unknown := sorted(parts.keys() - {"office", "duty"}):
            raise BadCalendar(f"{where}: there are only office and duty, not {', '.join(unknown)}")
        office = default.office if default else {}
        duty = default.duty if default else {}
        if "office" in parts:
            office = _days(parts["office"], f"{where}.office", WEEKDAYS)
        if "duty" in parts:
            duty = _days(parts["duty"], f"{where}.duty", (*WEEKDAYS, PUBLIC_DAY))
        if not any(office.values()):
            raise BadCalendar(f"{where}.office: an office that never works could keep no promise; name its windows")
        return cls(office, duty)

    def windows(self, name: str, *, duty: bool, office: tuple[Window, ...] | None = None) -> tuple[Window, ...]:
        """The windows of a weekday or of PUBLIC_DAY, in order and apart; with ``duty`` those of duty too.

        ``office`` are office hours that hold on one date instead of the weekday's.
        """
        windows = self.office.get(name, ()) if office is None else office
        return _joined([*windows, *self.duty.get(name, ())]) if duty else windows


def _mapping(data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadCalendar(f"{where}: names and values are expected, not {data!r}")
    return data


def _days(data: object, where: str, names: tuple[str, ...]) -> dict[str, tuple[Window, ...]]:
    days = _mapping(data, where)
    if unknown := sorted(str(name) for name in days if name not in names):
        raise BadCalendar(f"{where}: {', '.join(unknown)} is none of {', '.join(names)}")
    return {name: windows_of(days[name], f"{where}.{name}") for name in names if name in days}


def windows_of(data: object, where: str) -> tuple[Window, ...]:
    """Windows from a list such as ["07:30-11:30"]; raises BadCalendar, which begins with ``where``."""
    if not isinstance(data, list):
        raise BadCalendar(f'{where}: a list of windows such as ["07:30-11:30"] is expected, not {data!r}')
    windows = tuple(_window(item, where) for item in data)
    for (_, before), (after, _) in pairwise(windows):
        if after < before:
            raise BadCalendar(f"{where}: the windows overlap or are out of order: {', '.join(map(str, data))}")
    return windows


def typed_windows(text: str) -> list[str]:
    """The windows in a field such as "07:30-11:30, 13:30-17:00", for ``windows_of`` to read."""
    return [window.strip() for window in text.split(",") if window.strip()]


def _window(data: object, where: str) -> Window:
    found = _WINDOW.fullmatch(str(data))
    if found is None:
        raise BadCalendar(f"{where}: {data!r} is no window; it is written as 07:30-11:30")
    begins, begins_at, ends, ends_at = (int(part) for part in found.groups())
    if begins_at > 59 or ends_at > 59:
        raise BadCalendar(f"{where}: {data!r} has a minute beyond 59")
    start, end = begins * 60 + begins_at, ends * 60 + ends_at
    if not start < end <= _MINUTES_OF_DAY:
        raise BadCalendar(f"{where}: {data!r} must end after it begins, on the same day (24:00 at the latest)")
    return start, end


def _joined(windows: list[Window]) -> tuple[Window, ...]:
    joined: list[Window] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
