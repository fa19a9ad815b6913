"""Working time by sums of windows: how much of it lies before each moment, so that a span is one subtraction.

Read from content/working_time.yml, the package ``holidays``, the hours of units and the days that were added to them.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import holidays

from evaluation.ratings.recount.raw import Raw, Row, content_of

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
MINUTE = 60 * 10**6
HOUR = 60 * MINUTE
#: Clocks of Viet Nam are seven hours ahead all the year.
AHEAD = 7 * HOUR


def instant(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def day_of(moment: dt.datetime) -> dt.date:
    """The day in Viet Nam."""
    return (moment.astimezone(dt.UTC) + dt.timedelta(hours=7)).date()


@dataclass(frozen=True)
class Sums:
    """Windows by their begin, and the working time before each."""

    begins: list[int]
    ends: list[int]
    before: list[int]

    def until(self, at: int) -> int:
        """Working time from the first window to this moment."""
        place = bisect_right(self.begins, at) - 1
        return self.before[place] + min(at, self.ends[place]) - self.begins[place] if place >= 0 else 0

    def between(self, start: int, end: int) -> int:
        return self.until(end) - self.until(start)


class Clockwork:
    """The windows of every unit from the first year to the last."""

    def __init__(self, content: Path, raw: Raw, first: int, last: int) -> None:
        data = content_of(content / "working_time.yml")
        self._hours = data["hours"]
        self._dates = [
            dt.date(first, 1, 1) + dt.timedelta(days=n)
            for n in range((dt.date(last + 1, 1, 1) - dt.date(first, 1, 1)).days)
        ]
        self._days = {**_days_of_package(first, last), **_days(data["days"])}
        self._units = {unit["id"]: unit for unit in raw["units"]}
        self._added = raw["exceptional_days"]
        self._known: dict[str, Sums] = {}

    def of(self, unit_id: int, *, duty: bool) -> Sums:
        unit = self._units[unit_id]
        above = [int(id_) for id_ in unit["path"].strip(".").split(".")]
        added = {
            row["day"]: row for id_ in above for row in self._added if row["unit_id"] == id_
        }  # the nearest comes last
        key = json.dumps([unit["hours"], duty, sorted((str(day), row["unit_id"]) for day, row in added.items())])
        if key not in self._known:
            self._known[key] = self._sums({**self._hours, **(unit["hours"] or {})}, added, duty)
        return self._known[key]

    def _sums(self, hours: dict[str, Any], added: dict[dt.date, Row], duty: bool) -> Sums:
        begins: list[int] = []
        ends: list[int] = []
        for date in self._dates:
            midnight = instant(dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC)) - AHEAD
            for begin, end in self._windows(hours, date, added.get(date), duty):
                if ends and midnight + begin <= ends[-1]:
                    ends[-1] = max(ends[-1], midnight + end)
                else:
                    begins.append(midnight + begin)
                    ends.append(midnight + end)
        before = [0]
        for begin, end in zip(begins, ends, strict=True):
            before.append(before[-1] + end - begin)
        return Sums(begins, ends, before[:-1])

    def _windows(self, hours: dict[str, Any], date: dt.date, added: Row | None, duty: bool) -> list[tuple[int, int]]:
        name, own = self._days.get(date, _WEEK[date.weekday()]), None
        if added is not None:
            weekday = _WEEK[date.weekday()] if date.weekday() < 5 else _WEEK[0]
            name, own = ("public_day", None) if added["kind"] == "off" else (weekday, added["windows"])
        listed = list(own or hours["office"].get(name, []))
        if duty:
            listed += hours["duty"].get(name, [])
        return sorted(_window(each) for each in listed)


@cache
def _window(text: str) -> tuple[int, int]:
    begin, end = (
        sum(int(part) * unit for part, unit in zip(each.split(":"), (HOUR, MINUTE), strict=True))
        for each in text.split("-")
    )
    return begin, end


@cache
def _days_of_package(first: int, last: int) -> dict[dt.date, str]:
    """Which weekday's hours, or public_day's, a date has where it is not as its own weekday."""
    vietnam = holidays.country_holidays("VN", years=range(first, last + 1))
    return {**dict.fromkeys(vietnam, "public_day"), **dict.fromkeys(vietnam.weekend_workdays, _WEEK[0])}


def _days(listed: list[dict[str, Any]]) -> dict[dt.date, str]:
    """The same of the dates that the authority's own file tells."""
    days: dict[dt.date, str] = {}
    for entry in listed:
        date = entry["from"]
        while date <= entry.get("to", entry["from"]):
            days[date] = "public_day" if entry["is"] == "off" else _WEEK[entry["instead_of"].weekday()]
            date += dt.timedelta(days=1)
    return days
