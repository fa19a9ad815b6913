"""A day as the language writes it."""

from __future__ import annotations

import datetime as dt

from desk.guidance.record import Language

_MONTHS = "January February March April May June July August September October November December".split()


def day(date: dt.date, language: Language) -> str:
    """A date as the language writes it: 22/11/2026, 22 November 2026."""
    if language == "vi":
        return f"{date.day}/{date.month}/{date.year}"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
