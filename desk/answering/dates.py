"""Dates as people write them in Vietnamese and English: days, months, years, and times told from today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Precision = Literal["day", "week", "month", "year"]

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = rf"(?P<name>{'|'.join(f'{month}|{month[:3]}' for month in _MONTHS)})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NTH = r"(?:st|nd|rd|th)?"
#: Neither inside a longer number nor in one of a document: 169/2026/NĐ-CP.
_BEGIN, _END = r"(?<![\w/.-])", r"(?![\w]|[/.-]\w)"
_MARK = r"\s?[/.-]\s?"
#: The longest of several readings at one place comes first.
_SHAPES: tuple[tuple[Precision, str], ...] = (
    ("day", rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)"),
    ("day", rf"(?P<day>\d{{1,2}}){_MARK}(?P<month>\d{{1,2}}){_MARK}(?P<year>(?:19|20)?\d\d)"),
    ("day", rf"(?P<day>\d{{1,2}}) thang (?P<month>\d{{1,2}})(?:,? nam | ?[/-] ?){_YEAR}"),
    ("day", rf"(?P<day>\d{{1,2}}){_NTH}(?: of)? {_MONTH},? {_YEAR}"),
    ("day", rf"{_MONTH} (?P<day>\d{{1,2}}){_NTH},? {_YEAR}"),
    ("month", rf"(?:thang |t)(?P<month>\d{{1,2}})(?:,? nam | ?[/-] ?){_YEAR}"),
    ("month", rf"{_MONTH},? {_YEAR}"),
    ("year", rf"(?:nam|year|in) {_YEAR}"),
)
_PATTERNS = tuple((precision, re.compile(_BEGIN + shape + _END)) for precision, shape in _SHAPES)


@dataclass(frozen=True)
class Span:
    """The days that a date means, both included, and its place in the text that was read."""

    first: dt.date
    last: dt.date
    precision: Precision
    start: int
    end: int


def dates_in(text: str, today: dt.date, relative: Mapping[str, re.Pattern[str]]) -> list[Span]:
    """The dates in a text of small letters without diacritics, in their order; what is no date is none (31/2/2026).

    ``relative`` are the words for ``yesterday``, ``last_week``, ``last_month`` and ``last_year``.
    """
    found: list[Span] = []
    for span in _each(text, today, relative):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return sorted((span for span in found if span.first != dt.date.max), key=lambda span: span.start)


def _each(text: str, today: dt.date, relative: Mapping[str, re.Pattern[str]]) -> Iterator[Span]:
    """Every reading of every place; an impossible date takes its place and is dropped later."""
    for precision, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            first, last = _days(match.groupdict(), precision)
            yield Span(first, last, precision, match.start(), match.end())
    for name, words in relative.items():
        for match in words.finditer(text):
            precision, days = _RELATIVE[name]
            yield Span(*days(today), precision, match.start(), match.end())


def _days(parts: Mapping[str, str | None], precision: Precision) -> tuple[dt.date, dt.date]:
    year, name = int(parts["year"] or 0), parts.get("name")
    year = year if year >= 100 else 2000 + year
    month = _month(name) if name else int(parts.get("month") or 1)
    try:
        first = dt.date(year, month, int(parts.get("day") or 1))
    except ValueError:
        return dt.date.max, dt.date.max
    if precision == "day":
        return first, first
    return (first, _end_of_month(first)) if precision == "month" else (first, dt.date(year, 12, 31))


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name))


def _end_of_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _yesterday(today: dt.date) -> tuple[dt.date, dt.date]:
    return today - dt.timedelta(days=1), today - dt.timedelta(days=1)


def _last_week(today: dt.date) -> tuple[dt.date, dt.date]:
    monday = today - dt.timedelta(days=today.weekday() + 7)
    return monday, monday + dt.timedelta(days=6)


def _last_month(today: dt.date) -> tuple[dt.date, dt.date]:
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def _last_year(today: dt.date) -> tuple[dt.date, dt.date]:
    return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)


_RELATIVE: Mapping[str, tuple[Precision, Callable[[dt.date], tuple[dt.date, dt.date]]]] = {
    "yesterday": ("day", _yesterday),
    "last_week": ("week", _last_week),
    "last_month": ("month", _last_month),
    "last_year": ("year", _last_year),
}
#: The names that a file of words gives for times told from today.
RELATIVE: Sequence[str] = tuple(_RELATIVE)
