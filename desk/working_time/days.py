"""What kind of day a date is for public employees: ordinary, off, or a weekend day that is worked.

The days are those of the package ``holidays``; what content/working_time.yml says of a day wins.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import Any

import holidays

from desk.working_time.week import PUBLIC_DAY, WEEKDAYS, BadCalendar, Window

log = logging.getLogger(__name__)
PACKAGE = f"holidays {version('holidays')}"
_PACKAGE_VI = f"bộ dữ liệu {PACKAGE}"
_KEYS = {"from", "to", "is", "instead_of", "name", "name_vi", "source", "source_vi"}


class DayKind(StrEnum):
    ORDINARY = "ordinary"
    OFF = "off"
    WORKED = "worked"


@dataclass(frozen=True)
class Day:
    """One date. ``hours_of`` is the weekday, or PUBLIC_DAY, whose windows hold on it; ``source`` says who knows.

    Name and source are in English, with their Vietnamese beside them where there is one. ``windows`` are office hours
    of the date's own, which hold instead; ``added`` is the id of the row by which an administrator added the day.
    """

    kind: DayKind
    hours_of: str
    name: str = ""
    source: str = ""
    windows: tuple[Window, ...] | None = None
    added: int | None = None
    name_vi: str = ""
    source_vi: str = ""

    def name_in(self, language: str) -> str:
        return self.name_vi or self.name if language == "vi" else self.name

    def source_in(self, language: str) -> str:
        return self.source_vi or self.source if language == "vi" else self.source


def days_of_package(year: int) -> dict[dt.date, Day]:
    """The public days off and the worked weekend days of a year, as the package knows or computes them.

    The package does not tell which day's hours a worked day has; a Monday's are taken.
    """
    found, named = (holidays.country_holidays("VN", years=year, language=language) for language in ("en_US", "vi"))
    days = {
        day: Day(DayKind.OFF, PUBLIC_DAY, name, PACKAGE, name_vi=named.get(day, ""), source_vi=_PACKAGE_VI)
        for day, name in found.items()
        if day.year == year
    }
    for day in found.weekend_workdays:
        if day.year == year:
            days[day] = Day(
                DayKind.WORKED, WEEKDAYS[0], "worked for another day", PACKAGE, name_vi="Làm bù", source_vi=_PACKAGE_VI
            )
    return days


class Days:
    """The kind of every date. ``shipped`` are the years whose official schedule was looked for and written down."""

    def __init__(
        self,
        overrides: Mapping[dt.date, Day],
        shipped: frozenset[int],
        package: Callable[[int], Mapping[dt.date, Day]] = days_of_package,
    ) -> None:
        self.overrides = overrides
        self.shipped = shipped
        self._package = package
        self._years: dict[int, Mapping[dt.date, Day]] = {}

    @classmethod
    def read(cls, data: Mapping[str, Any], where: str) -> Days:
        """The keys ``shipped_years`` and ``days`` of content/working_time.yml; raises BadCalendar."""
        years, entries = data.get("shipped_years"), data.get("days")
        if not isinstance(years, list) or not all(isinstance(year, int) for year in years):
            raise BadCalendar(f"{where}: shipped_years must be a list of years, not {years!r}")
        if not isinstance(entries, list):
            raise BadCalendar(f"{where}: days must be a list")
        overrides: dict[dt.date, Day] = {}
        for position, entry in enumerate(entries, start=1):
            own = _days_of(entry, f"{where}: day {position}")
            if twice := sorted(overrides.keys() & own.keys()):
                raise BadCalendar(f"{where}: day {position}: {twice[0]} is told twice")
            overrides |= own
        return cls(overrides, frozenset(years))

    def over(self, added: Mapping[dt.date, Day]) -> Days:
        """The same days, with those that were added in their place."""
        if not added:
            return self
        days = Days({**self.overrides, **added}, self.shipped, self._package)
        days._years = self._years  # read once, and warned of once
        return days

    def on(self, day: dt.date) -> Day:
        """What the date is: by the overrides, else the package, else its weekday."""
        return (
            self.overrides.get(day)
            or self._of_package(day.year).get(day)
            or Day(DayKind.ORDINARY, WEEKDAYS[day.weekday()])
        )

    def _of_package(self, year: int) -> Mapping[dt.date, Day]:
        if year not in self._years:
            if year not in self.shipped:
                log.warning("the calendar of %s is not shipped; the days of %s are taken", year, PACKAGE)
            self._years[year] = self._package(year)
        return self._years[year]


def _days_of(entry: object, where: str) -> dict[dt.date, Day]:
    """The dates of one entry of the file."""
    if not isinstance(entry, Mapping):
        raise BadCalendar(f"{where}: from, is, name and source are expected, not {entry!r}")
    if unknown := sorted(entry.keys() - _KEYS):
        raise BadCalendar(f"{where}: {', '.join(unknown)} is not known")
    first = _date(entry, "from", where)
    last = _date(entry, "to", where) if "to" in entry else first
    if last < first:
        raise BadCalendar(f"{where}: it ends on {last}, before it begins on {first}")
    name, source = (_text(entry, key, where) for key in ("name", "source"))
    name_vi, source_vi = (_text(entry, key, where) if key in entry else "" for key in ("name_vi", "source_vi"))
    match entry.get("is"):
        case "off":
            day = Day(DayKind.OFF, PUBLIC_DAY, name, source, name_vi=name_vi, source_vi=source_vi)
        case "worked":
            instead_of = _date(entry, "instead_of", where)
            day = Day(
                DayKind.WORKED, WEEKDAYS[instead_of.weekday()], name, source, name_vi=name_vi, source_vi=source_vi
            )
        case other:
            raise BadCalendar(f'{where}: a day is "off" (in quotes) or worked, not {other!r}')
    return {first + dt.timedelta(days=n): day for n in range((last - first).days + 1)}


def _date(entry: Mapping[str, Any], key: str, where: str) -> dt.date:
    value = entry.get(key)
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise BadCalendar(f"{where}: {key} must be a date such as 2026-08-22, not {value!r}")
    return value


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadCalendar(f"{where}: {key} is missing")
    return value.strip()
