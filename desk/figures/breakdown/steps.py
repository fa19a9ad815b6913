"""The rows of a report that are days, weeks or months: their keys, and which one before each is compared with."""

from __future__ import annotations

import datetime as dt

from desk.figures.period import Bucket, Period, Step, bucket_of


def key_of_day(day: str, step: Step) -> dt.date:
    """The first day of the step in which a day lies that is written as 2026-11-23."""
    return bucket_of(dt.date.fromisoformat(day), step)


def keys_of(period: Period, step: Step) -> list[dt.date]:
    """The first days of all steps of a period; that of the first one may lie before it."""
    return [bucket_of(bucket.first, step) for bucket in period.buckets(step)]


def compared(period: Period, before: Period, step: Step) -> dict[dt.date, dt.date]:
    """For each step the one at the same place of the period before, counted from the end.

    Only what is alike is compared: two whole steps, or two that are cut to as many days.
    """
    pairs = zip(reversed(period.buckets(step)), reversed(before.buckets(step)), strict=False)
    return {bucket_of(now.first, step): bucket_of(then.first, step) for now, then in pairs if _are_alike(now, then)}


def _are_alike(now: Bucket, then: Bucket) -> bool:
    return (now.whole and then.whole) or now.last - now.first == then.last - then.first
