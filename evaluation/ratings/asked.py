"""Which reports are counted twice: every ``by`` of a year, shorter periods, units that changed, and single matters."""

from __future__ import annotations

import datetime as dt

from evaluation.ratings.comparing import Question
from evaluation.ratings.recount.counting import BY

Days = tuple[dt.date, dt.date]
#: The year up to yesterday: before it there are some weeks only.
YEAR: Days = (dt.date(2025, 11, 23), dt.date(2026, 11, 22))
#: A period with a whole one before it, a month, a quarter in which units moved, a week and a day.
SHORTER: tuple[Days, ...] = (
    (dt.date(2026, 6, 1), dt.date(2026, 11, 22)),
    (dt.date(2026, 10, 1), dt.date(2026, 10, 31)),
    (dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
    (dt.date(2026, 5, 18), dt.date(2026, 5, 24)),
    (dt.date(2026, 6, 1), dt.date(2026, 6, 1)),
)
#: The whole, regions that lost and won offices, units that moved, and closed ones.
UNITS = (
    "VN",
    "KV02",
    "KV03",
    "KV90",
    "KV91",
    "KV01-O1",
    "KV02-SG1",
    "KV05-O3-T2",
    "KV05-O4",
)
_IN_A_UNIT = ("officer", "team", "topic", "month")
_MATTERS = (
    (("topic", "tax"),),
    (("channel", "web"),),
    (("language", "en"),),
    (("topic", "declaration"), ("channel", "telegram"), ("language", "vi")),
)


def questions() -> list[Question]:
    """Every report that is counted twice."""
    everything = [Question(by, *days) for days in (YEAR, *SHORTER) for by in BY]
    of_units = [Question(by, *YEAR, unit) for unit in UNITS for by in _IN_A_UNIT]
    of_quarter = [Question(by, *SHORTER[2], unit) for unit in UNITS for by in ("office", "region", "week", "entry")]
    of_matters = [Question(by, *YEAR, only=only) for only in _MATTERS for by in ("officer", "region", "entry", "week")]
    both = [Question(by, *YEAR, "KV03", _MATTERS[0]) for by in ("officer", "office", "channel", "day")]
    return everything + of_units + of_quarter + of_matters + both


def of_the_year() -> list[Question]:
    """The reports of everything for the year, by each: those whose time is taken."""
    return [Question(by, *YEAR) for by in BY]


def that_can_fail() -> list[Question]:
    """The reports with which counts that are broken on purpose are compared."""
    return [Question(by, *YEAR) for by in ("officer", "region", "entry", "month")]
