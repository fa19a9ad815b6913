"""The days that figures are about: a period in Viet Nam, the one before it, and the steps in which it is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from desk.working_time.hours import begin_of

#: A column that holds moments.
Moment = InstrumentedAttribute[dt.datetime] | InstrumentedAttribute[dt.datetime | None]
_DAY = dt.timedelta(days=1)
#: A period of more days is drawn by week, and of more than the second by month, where nobody chose.
_BY_DAY_UP_TO, _BY_WEEK_UP_TO = 35, 190
#: The longest period, so that nobody asks the store for a century by mistake.
LONGEST = dt.timedelta(days=3 * 366)


class BadPeriod(ValueError):
    """The days are not a period; ``reason`` names the text that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Preset(StrEnum):
    """The periods that have a name. The last so many days end with today, which is not over yet."""

    LAST_7 = "last_7"
    LAST_30 = "last_30"
    LAST_90 = "last_90"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "this_year"


@dataclass(frozen=True)
class OpenPeriod:
    """Days in Viet Nam, both included; None leaves that side open."""

    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, moment: Moment) -> list[ColumnElement[bool]]:
        """The conditions for a moment to lie in the period."""
        conditions: list[ColumnElement[bool]] = []
        if self.first is not None:
            conditions.append(moment >= begin_of(self.first))
        if self.last is not None:
            conditions.append(moment < begin_of(self.last + _DAY))
        return conditions


@dataclass(frozen=True)
class Bucket:
    """A step of a period; of its ``first`` and ``last`` day one may lie outside, and then it is not ``whole``."""

    first: dt.date
    last: dt.date
    whole: bool


@dataclass(frozen=True)
class Period(OpenPeriod):
    """A period with both ends. ``preset`` is its name where it has one; it decides which period lies before it."""

    first: dt.date
    last: dt.date
    preset: Preset | None = None

    @property
    def begin(self) -> dt.datetime:
        return begin_of(self.first)

    @property
    def end(self) -> dt.datetime:
        """The first moment after the period."""
        return begin_of(self.last + _DAY)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def step(self) -> Step:
        """The step in which so many days can be read."""
        if self.days <= _BY_DAY_UP_TO:
            return Step.DAY
        return Step.WEEK if self.days <= _BY_WEEK_UP_TO else Step.MONTH

    def before(self) -> Period:
        """The period that this one is compared with.

        Of a whole month the month before; of a month or year so far the same days of the one before; else as many days
        as this one has, which end where it begins.
        """
        match self.preset:
            case Preset.LAST_MONTH:
                return Period(_month_earlier(self.first), self.first - _DAY)
            case Preset.THIS_MONTH:
                return Period(_month_earlier(self.first), min(_month_earlier(self.last), self.first - _DAY))
            case Preset.THIS_YEAR:
                return Period(_year_earlier(self.first), _year_earlier(self.last))
            case _:
                length = self.last - self.first
                return Period(self.first - _DAY - length, self.first - _DAY)

    def buckets(self, step: Step) -> list[Bucket]:
        """The steps of the period in order. Weeks begin on Monday."""
        return list(self._buckets(step))

    def _buckets(self, step: Step) -> Iterator[Bucket]:
        begins = bucket_of(self.first, step)
        while begins <= self.last:
            follows = _next(begins, step)
            first, last = max(begins, self.first), min(follows - _DAY, self.last)
            yield Bucket(first, last, whole=(first, last) == (begins, follows - _DAY))
            begins = follows


def of_preset(preset: Preset, today: dt.date) -> Period:
    match preset:
        case Preset.THIS_MONTH:
            return Period(today.replace(day=1), today, preset)
        case Preset.LAST_MONTH:
            last = today.replace(day=1) - _DAY
            return Period(last.replace(day=1), last, preset)
        case Preset.THIS_YEAR:
            return Period(today.replace(month=1, day=1), today, preset)
        case _:
            days = int(preset.removeprefix("last_"))
            return Period(today - dt.timedelta(days=days - 1), today, preset)


def of_days(first: dt.date, last: dt.date, today: dt.date) -> Period:
    """A period of chosen days, cut at today; raises BadPeriod."""
    if last < first:
        raise BadPeriod("figures.refused_order")
    if first > today:
        raise BadPeriod("figures.refused_future")
    if last - first > LONGEST:
        raise BadPeriod("figures.refused_long")
    return Period(first, min(last, today))


def bucket_of(day: dt.date, step: Step) -> dt.date:
    """The first day of the step in which a day lies."""
    match step:
        case Step.DAY:
            return day
        case Step.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Step.MONTH:
            return day.replace(day=1)


def _next(begins: dt.date, step: Step) -> dt.date:
    if step is Step.MONTH:
        return (begins + dt.timedelta(days=32)).replace(day=1)
    return begins + (_DAY if step is Step.DAY else dt.timedelta(days=7))


def _month_earlier(day: dt.date) -> dt.date:
    """The same day of the month before, or its last one."""
    last_of_month_before = day.replace(day=1) - _DAY
    return last_of_month_before.replace(day=min(day.day, last_of_month_before.day))


def _year_earlier(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
