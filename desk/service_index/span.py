"""The period of an index: a quarter, a year or chosen whole months, its name, and the period before it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from desk.figures.period import Period
from desk.guidance.record import Language

#: The longest period, in months.
LONGEST = 12
_QUARTER = 3
_DAY = dt.timedelta(days=1)
_NAME = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:\.\.(?P<to_year>\d{4})-(?P<to>\d{2}))?)?"
)


class BadSpan(ValueError):
    """These are no months of an index; ``reason`` names the text that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Span:
    """Whole months: from the first day of one to the last day of another."""

    first: dt.date
    last: dt.date

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def is_year(self) -> bool:
        return self.months == 12 and self.first.month == 1

    @property
    def is_quarter(self) -> bool:
        return self.months == _QUARTER and self.first.month % _QUARTER == 1

    @property
    def name(self) -> str:
        """2026, 2026-Q3, 2026-07 or 2026-07..2026-10; ``named`` reads it back."""
        if self.is_year:
            return f"{self.first.year}"
        if self.is_quarter:
            return f"{self.first.year}-Q{self._quarter}"
        return f"{self.first:%Y-%m}" if self.months == 1 else f"{self.first:%Y-%m}..{self.last:%Y-%m}"

    def in_words(self, language: Language) -> str:
        is_vi = language == "vi"
        if self.is_year:
            return f"năm {self.first.year}" if is_vi else f"{self.first.year}"
        if self.is_quarter:
            roman = ("I", "II", "III", "IV")[self._quarter - 1]
            return f"quý {roman}/{self.first.year}" if is_vi else f"Q{self._quarter} {self.first.year}"
        first, last = (f"{day:%-m/%Y}" if is_vi else f"{day:%B %Y}" for day in (self.first, self.last))
        if self.months == 1:
            return f"tháng {first}" if is_vi else first
        return f"từ tháng {first} đến tháng {last}" if is_vi else f"{first} to {last}"

    def is_over(self, today: dt.date) -> bool:
        return self.last < today

    def before(self) -> Span:
        """As many months, right before."""
        return of_months(_months_later(self.first, -self.months), self.first - _DAY)

    def counted(self, today: dt.date) -> Period:
        """The days that there are figures of."""
        return Period(self.first, min(self.last, today))

    @property
    def _quarter(self) -> int:
        return (self.first.month - 1) // _QUARTER + 1


def of_months(first: dt.date, last: dt.date) -> Span:
    """From the month in which one day lies to that of another."""
    return Span(first.replace(day=1), _months_later(last.replace(day=1), 1) - _DAY)


def quarter_of(day: dt.date) -> Span:
    first = day.replace(day=1, month=day.month - (day.month - 1) % _QUARTER)
    return of_months(first, _months_later(first, _QUARTER - 1))


def year_of(day: dt.date) -> Span:
    return of_months(day.replace(month=1, day=1), day.replace(month=12, day=1))


def named(name: str, today: dt.date) -> Span:
    """The period that a name tells; raises BadSpan for what is none, lies ahead or is too long."""
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise BadSpan("service_index.refused.period")
    try:
        span = _of(found)
    except ValueError:
        raise BadSpan("service_index.refused.period") from None
    if span.last < span.first:
        raise BadSpan("service_index.refused.order")
    if span.first > today:
        raise BadSpan("service_index.refused.future")
    if span.months > LONGEST:
        raise BadSpan("service_index.refused.long")
    return span


def last_quarter(today: dt.date) -> Span:
    """The last quarter that is over."""
    return quarter_of(today).before()


def recent(today: dt.date) -> list[Span]:
    """Periods to choose from: this quarter, the four before it, this year and the one before."""
    quarters = [quarter_of(today)]
    for _ in range(4):
        quarters.append(quarters[-1].before())
    return [*quarters, year_of(today), year_of(today).before()]


def _of(found: re.Match[str]) -> Span:
    year = int(found["year"])
    if found["quarter"]:
        return quarter_of(dt.date(year, int(found["quarter"]) * _QUARTER, 1))
    if not found["month"]:
        return year_of(dt.date(year, 1, 1))
    first = dt.date(year, int(found["month"]), 1)
    return of_months(first, dt.date(int(found["to_year"]), int(found["to"]), 1) if found["to"] else first)


def _months_later(first: dt.date, months: int) -> dt.date:
    """The first day of a month so many months later; ``first`` is one, too."""
    place = first.year * 12 + first.month - 1 + months
    return dt.date(place // 12, place % 12 + 1, 1)
