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
        total = _NONE
        for begins, ends in self._from(since):
            if begins >= until:
                break
            total += min(ends, until) - begins
        return total

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
