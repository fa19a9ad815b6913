"""Whether the authority works on a day."""

from __future__ import annotations

import datetime as dt

_SATURDAY = 5


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday."""
    return day.weekday() < _SATURDAY
