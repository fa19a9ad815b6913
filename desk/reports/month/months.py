"""Calendar months in Viet Nam: which month is meant, and what it is called."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from babel.dates import format_date

from desk.figures.period import Period
from desk.guidance.record import Language

_WRITTEN = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year, written 2026-10."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return (self.first + dt.timedelta(days=32)).replace(day=1) - _DAY

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def before(self) -> Month:
        return month_of(self.first - _DAY)

    def is_over(self, today: dt.date) -> bool:
        return today > self.last

    def named(self, language: Language) -> str:
        """As it stands in a sentence: tháng 10/2026, October 2026."""
        return f"tháng {self.number}/{self.year}" if language == "vi" else f"{self._name} {self.year}"

    def named_beside(self, other: Month, language: Language) -> str:
        """As ``named``, without the year where the month beside it has the same."""
        if self.year != other.year:
            return self.named(language)
        return f"tháng {self.number}" if language == "vi" else self._name

    @property
    def _name(self) -> str:
        return str(format_date(self.first, "LLLL", locale="en"))


def month_of(day: dt.date) -> Month:
    return Month(day.year, day.month)


def month_written(written: str) -> Month | None:
    """The month that is written as 2026-10; None for whatever else."""
    found = _WRITTEN.fullmatch(written)
    return Month(int(found[1]), int(found[2])) if found else None


def months_until(first: dt.date, today: dt.date) -> list[Month]:
    """The months from the one of a day to that of today, the newest first."""
    found = [month_of(today)]
    while found[-1] > month_of(first):
        found.append(found[-1].before)
    return found
