"""The working time of one office, day after day: adding it to a moment, taking it back, and measuring it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from desk.working_time.days import Days
from desk.working_time.hours import begin_of, local_day
from desk.working_time.week import Week

#: From and to, in UTC; the end is no longer within.
Span = tuple[dt.datetime, dt.datetime]
_DAY = dt.timedelta(days=1)
_NONE = dt.timedelta()


class Agenda:
    """Any aware moment may be given; moments come back in UTC. Working time is that of the office's clocks."""

    def __init__(self, week: Week, days: Days, *, duty: bool) -> None:
        self._week = week
        self._days = days
        self._duty = duty
        self._known: dict[dt.date, tuple[Span, ...]] = {}
        self._sums: dict[int, list[dt.timedelta]] = {}

    def on(self, day: dt.date) -> tuple[Span, ...]:
        """The working windows of a day, in order and apart."""
        spans = self._known.get(day)
        if spans is None:
            midnight = begin_of(day)
            kind = self._days.on(day)
            windows = self._week.windows(kind.hours_of, duty=self._duty, office=kind.windows)
            spans = tuple(
                (midnight + dt.timedelta(minutes=start), midnight + dt.timedelta(minutes=end)) for start, end in windows
            )
            self._known[day] = spans
        return spans

    def is_working(self, moment: dt.datetime) -> bool:
        at = _utc(moment)
        return any(start <= at < end for start, end in self.on(local_day(at)))

    def next_working(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself within working time, else when it begins again."""
        start, _ = next(self._from(_utc(moment)))
        return start

    def add(self, moment: dt.datetime, amount: dt.timedelta) -> dt.datetime:
        """The first moment by which so much working time has passed; raises ValueError for less than none."""
        at, left = _utc(moment), _not_negative(amount)
        if not left:
            return at
        for start, end in self._from(at):
            if end - start >= left:
                return start + left
            left -= end - start
        raise AssertionError("working time has no end")

    def back(self, moment: dt.datetime, amount: dt.timedelta) -> dt.datetime:
        """The last moment since which so much working time has passed; raises ValueError for less than none."""
        at, left = _utc(moment), _not_negative(amount)
        if not left:
            return at
        for start, end in self._before(at):
            if end - start >= left:
                return end - left
            left -= end - start
        raise AssertionError("working time has no beginning")

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """The working time from one moment to the other; negative where the other is earlier."""
        since, until = _utc(start), _utc(end)
        if until < since:
            return -self.between(until, since)
        first, last = local_day(since), local_day(until)
        total = self._within_year(last, until) - self._within_year(first, since)
        for year in range(first.year, last.year):
            total += self._sums_of(year)[-1]
        return total

    def _within_year(self, day: dt.date, at: dt.datetime) -> dt.timedelta:
        """The working time of the year up to a moment on this day of it."""
        total = self._sums_of(day.year)[day.timetuple().tm_yday - 1]
        for start, end in self.on(day):
            if start < at:
                total += min(end, at) - start
        return total

    def _sums_of(self, year: int) -> list[dt.timedelta]:
        """The working time of a year before each of its days, and at the end of all: what lies between is two of them.

        Thousands of cases are measured at once, and each would go through its days again.
        """
        sums = self._sums.get(year)
        if sums is None:
            sums, day = [_NONE], dt.date(year, 1, 1)
            while day.year == year:
                sums.append(sums[-1] + sum((end - start for start, end in self.on(day)), _NONE))
                day += _DAY
            self._sums[year] = sums
        return sums

    def _from(self, at: dt.datetime) -> Iterator[Span]:
        """What is left of the windows from a moment on, without end: an office has at least one window a week."""
        day = local_day(at)
        while True:
            yield from ((max(start, at), end) for start, end in self.on(day) if end > at)
            day += _DAY

    def _before(self, at: dt.datetime) -> Iterator[Span]:
        """What there was of the windows up to a moment, the latest first."""
        day = local_day(at)
        while True:
            yield from ((start, min(end, at)) for start, end in reversed(self.on(day)) if start < at)
            day -= _DAY


def _utc(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("working time is reckoned only for a moment with a time zone")
    return moment.astimezone(dt.UTC)


def _not_negative(amount: dt.timedelta) -> dt.timedelta:
    if amount < _NONE:
        raise ValueError("an amount of working time is not negative")
    return amount
