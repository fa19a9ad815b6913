"""The rows of a report that are days, weeks or months: their keys, and which one before each is compared with."""

from __future__ import annotations

import datetime as dt

from desk.figures.period import Period, Step, bucket_of


def key_of_day(day: str, step: Step) -> dt.date:
    """The first day of the step in which a day lies that is written as 2026-11-23."""
    return bucket_of(dt.date.fromisoformat(day), step)


def keys_of(period: Period, step: Step) -> list[dt.date]:
    """The first days of all steps of a period; that of the first one may lie before it."""
    return [bucket_of(bucket.first, step) for bucket in period.buckets(step)]


def compared(period: Period, before: Period, step: Step) -> dict[dt.date, dt.date]:
    """For each step the one at the same place of the period before; none where that has fewer."""
    return dict(zip(keys_of(period, step), keys_of(before, step), strict=False))
