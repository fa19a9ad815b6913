"""The working calendar: for every unit, when it works, and how much working time lies between two moments."""

from __future__ import annotations

import datetime as dt
import json
import logging
from pathlib import Path

from desk.units.model import Unit
from desk.working_time.agenda import Agenda
from desk.working_time.days import Day, Days
from desk.working_time.exceptions import Added, AddedDays
from desk.working_time.week import BadCalendar, Week
from desk.yaml_file import read_yaml

log = logging.getLogger(__name__)


class WorkingCalendar:
    """The authority's hours and days, with each unit's own hours in their place.

    Everywhere: ``unit`` is the unit whose hours hold, None for the authority's; with ``duty`` the windows of duty
    outside office hours count too. Any aware moment may be given; moments come back in UTC.
    """

    def __init__(self, week: Week, days: Days, added: AddedDays | None = None) -> None:
        self.week = week
        self.days = days
        self.added = added or AddedDays()
        self._agendas: dict[tuple[str, bool, tuple[Added, ...]], Agenda] = {}

    @classmethod
    def read(cls, path: Path) -> WorkingCalendar:
        """The calendar of content/working_time.yml; raises BadCalendar, which names the file and the place in it."""
        data = read_yaml(path)
        if not isinstance(data, dict) or data.keys() != {"hours", "shipped_years", "days"}:
            raise BadCalendar(f"{path.name}: hours, shipped_years and days are expected")
        return cls(Week.read(data["hours"], f"{path.name}: hours"), Days.read(data, path.name))

    def over(self, added: AddedDays) -> WorkingCalendar:
        """The same calendar with the days that administrators added."""
        return WorkingCalendar(self.week, self.days, added)

    def is_working(self, moment: dt.datetime, unit: Unit | None, *, duty: bool = False) -> bool:
        return self.agenda(unit, duty=duty).is_working(moment)

    def next_working(self, moment: dt.datetime, unit: Unit | None, *, duty: bool = False) -> dt.datetime:
        """The moment itself within working time, else when it begins again."""
        return self.agenda(unit, duty=duty).next_working(moment)

    def add(self, moment: dt.datetime, amount: dt.timedelta, unit: Unit | None, *, duty: bool = False) -> dt.datetime:
        """The first moment by which so much working time has passed since ``moment``."""
        return self.agenda(unit, duty=duty).add(moment, amount)

    def back(self, moment: dt.datetime, amount: dt.timedelta, unit: Unit | None, *, duty: bool = False) -> dt.datetime:
        """The last moment since which so much working time has passed until ``moment``."""
        return self.agenda(unit, duty=duty).back(moment, amount)

    def between(self, start: dt.datetime, end: dt.datetime, unit: Unit | None, *, duty: bool = False) -> dt.timedelta:
        """The working time from one moment to the other; negative where the other is earlier."""
        return self.agenda(unit, duty=duty).between(start, end)

    def day(self, day: dt.date, unit: Unit | None = None) -> Day:
        """What kind of day a date is, with its name and source."""
        return self.days_of(unit).on(day)

    def days_of(self, unit: Unit | None) -> Days:
        """The days of a unit: those of the authority, and those that were added for it or above it."""
        return self.days.over({added.date: added.day for added in self.added.in_(unit)})

    def not_shipped(self, today: dt.date) -> list[int]:
        """Of this year and the next, those whose official days are not in content/working_time.yml."""
        return [year for year in (today.year, today.year + 1) if year not in self.days.shipped]

    def week_of(self, unit: Unit) -> Week:
        """The hours of a unit; raises BadCalendar where those in the store cannot be read."""
        return Week.read(unit.hours, f"unit {unit.code}: hours", self.week) if unit.hours else self.week

    def agenda(self, unit: Unit | None, *, duty: bool) -> Agenda:
        """The working time of a unit; those with the same hours and days share one, which remembers its days."""
        hours = json.dumps(unit.hours, sort_keys=True) if unit is not None and unit.hours else ""
        key = (hours, duty, self.added.in_(unit))
        agenda = self._agendas.get(key)
        if agenda is None:
            week = self.readable_week(unit) if unit is not None else self.week
            agenda = self._agendas[key] = Agenda(week, self.days_of(unit), duty=duty)
        return agenda

    def readable_week(self, unit: Unit) -> Week:
        """Hours that cannot be read are the authority's: a wrong setting must not keep a case from being opened."""
        try:
            return self.week_of(unit)
        except BadCalendar as bad:
            log.error("%s; the authority's hours are taken", bad)
            return self.week
