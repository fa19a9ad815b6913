"""When a person may be disturbed: 08:00 to 20:00 in Viet Nam."""

from __future__ import annotations

import datetime as dt

import pytest

from desk.working_time.hours import VIETNAM, local_day, next_polite_moment


def here(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "polite"),
    [
        (here(23, 8), here(23, 8)),
        (here(23, 12), here(23, 12)),
        (here(23, 19, 59), here(23, 19, 59)),
        (here(23, 20), here(24, 8)),
        (here(23, 23, 59), here(24, 8)),
        (here(23, 0), here(23, 8)),
        (here(23, 7, 59), here(23, 8)),
        (here(30, 21), dt.datetime(2026, 12, 1, 8, tzinfo=VIETNAM)),
    ],
)
def test_nobody_is_asked_at_night(moment: dt.datetime, polite: dt.datetime) -> None:
    assert next_polite_moment(moment.astimezone(dt.UTC)) == polite


def test_the_day_is_that_of_viet_nam() -> None:
    assert local_day(dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 23)
