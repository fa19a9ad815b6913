"""Which period the form of figures means: a named one, or days that somebody typed."""

from __future__ import annotations

import datetime as dt

import pytest

from console.staff.managers.figures_filter import Asked, days_of, query_of
from desk.figures.period import Period, Preset

TODAY = dt.date(2026, 11, 23)
LAST_7 = ("2026-11-17", "2026-11-23")


def test_nothing_chosen_is_the_last_thirty_days() -> None:
    assert days_of(Asked(), TODAY).period == Period(dt.date(2026, 10, 25), TODAY, Preset.LAST_30)


def test_a_named_period_stays_named_when_only_the_unit_changes() -> None:
    first, last = LAST_7
    asked = Asked("last_7", first, last, was=f"{first}_{last}", unit="KV02")
    assert days_of(asked, TODAY).period == Period(dt.date(2026, 11, 17), TODAY, Preset.LAST_7)


def test_typed_days_win_over_the_name_that_was_shown() -> None:
    first, last = LAST_7
    asked = Asked("last_7", "2026-11-10", last, was=f"{first}_{last}")
    assert days_of(asked, TODAY).period == Period(dt.date(2026, 11, 10), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("", "2026-11-01", "from"),
        ("1/11/2026", "2026-11-01", "from"),
        ("2026-11-01", "x", "to"),
        ("2026-11-02", "2026-11-01", "to"),
        ("2027-01-01", "2027-01-02", "from"),
        ("1800-01-01", "2026-01-02", "from"),
    ],
)
def test_days_that_are_wrong_are_told_at_their_field(first: str, last: str, wrong: str) -> None:
    found = days_of(Asked("", first, last), TODAY)
    assert found.period is None
    assert list(found.errors) == [wrong]


@pytest.mark.parametrize(
    "asked",
    [Asked("this_year", unit="KV02", step="month"), Asked("", "2026-11-01", "2026-11-05"), Asked("nonsense", step="x")],
)
def test_the_address_finds_the_same_figures_again(asked: Asked) -> None:
    period = days_of(asked, TODAY).period
    assert period is not None
    query = query_of(asked, period)
    again = Asked(query.get("period", ""), query.get("from", ""), query.get("to", ""), "", query.get("unit", ""))
    assert days_of(again, TODAY).period == period
    assert ("step" in query) is (asked.chosen_step is not None)
