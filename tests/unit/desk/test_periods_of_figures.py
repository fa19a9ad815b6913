"""Periods of figures: what has a name, what lies before, and the steps in which a period is drawn."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.figures.period import BadPeriod, Period, Preset, Step, of_days, of_preset

TODAY = dt.date(2026, 3, 31)


def days(text: str) -> tuple[dt.date, dt.date]:
    first, last = text.split(" ")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("preset", "period", "before"),
    [
        (Preset.LAST_7, "2026-03-25 2026-03-31", "2026-03-18 2026-03-24"),
        (Preset.LAST_30, "2026-03-02 2026-03-31", "2026-01-31 2026-03-01"),
        (Preset.LAST_90, "2026-01-01 2026-03-31", "2025-10-03 2025-12-31"),
        (Preset.THIS_MONTH, "2026-03-01 2026-03-31", "2026-02-01 2026-02-28"),
        (Preset.LAST_MONTH, "2026-02-01 2026-02-28", "2026-01-01 2026-01-31"),
        (Preset.THIS_YEAR, "2026-01-01 2026-03-31", "2025-01-01 2025-03-31"),
    ],
)
def test_named_periods_and_those_before_them(preset: Preset, period: str, before: str) -> None:
    found = of_preset(preset, TODAY)
    assert (found.first, found.last) == days(period)
    assert (found.before().first, found.before().last) == days(before)


def test_the_29th_of_february_has_no_day_a_year_before() -> None:
    before = of_preset(Preset.THIS_YEAR, dt.date(2028, 2, 29)).before()
    assert before.last == dt.date(2027, 2, 28)


def test_chosen_days_end_today_at_the_latest() -> None:
    assert of_days(dt.date(2026, 3, 1), dt.date(2026, 4, 9), TODAY) == Period(dt.date(2026, 3, 1), TODAY)


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ("2026-03-02 2026-03-01", "figures.refused_order"),
        ("2026-04-01 2026-04-02", "figures.refused_future"),
        ("1900-01-01 2026-03-01", "figures.refused_long"),
    ],
)
def test_what_is_no_period_is_refused(chosen: str, reason: str) -> None:
    with pytest.raises(BadPeriod) as refused:
        of_days(*days(chosen), TODAY)
    assert refused.value.reason == reason


def test_a_day_begins_at_midnight_in_viet_nam() -> None:
    period = Period(TODAY, TODAY)
    assert period.begin == dt.datetime(2026, 3, 30, 17, tzinfo=dt.UTC)
    assert period.end == dt.datetime(2026, 3, 31, 17, tzinfo=dt.UTC)


def test_a_step_that_the_period_cuts_is_not_whole() -> None:
    buckets = Period(dt.date(2026, 3, 4), dt.date(2026, 3, 15)).buckets(Step.WEEK)
    assert [(b.first.day, b.last.day, b.whole) for b in buckets] == [(4, 8, False), (9, 15, True)]


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.integers(0, 800),
    st.sampled_from(list(Step)),
)
def test_steps_cover_the_period_without_a_gap(first: dt.date, length: int, step: Step) -> None:
    period = Period(first, first + dt.timedelta(days=length))
    buckets = period.buckets(step)
    assert (buckets[0].first, buckets[-1].last) == (period.first, period.last)
    for one, next_ in itertools.pairwise(buckets):
        assert next_.first == one.last + dt.timedelta(days=1)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.sampled_from(list(Preset)))
def test_a_period_and_the_one_before_do_not_overlap(today: dt.date, preset: Preset) -> None:
    period = of_preset(preset, today)
    assert period.before().last < period.first
    assert period.before().first <= period.before().last
