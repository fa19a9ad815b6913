"""From a row to the report within it: a region by its offices, an office by its officers, a month by its weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from desk.figures.breakdown.asked import By, Key
from desk.figures.breakdown.report import Report
from desk.figures.period import Step

_DAY = dt.timedelta(days=1)
#: Of a topic its entries; of a channel and of a language the topics that came by it.
_WITHIN = {By.TOPIC: By.ENTRY, By.CHANNEL: By.TOPIC, By.LANGUAGE: By.TOPIC}


def narrowed(report: Report, key: Key) -> Mapping[str, str] | None:
    """What is asked for instead, by the names of the options; None for a row that nothing lies within."""
    by = report.asked.by
    if key is None:
        return None
    if isinstance(key, dt.date):
        return _of_step(report, key)
    if by in _WITHIN:
        return {"by": _WITHIN[by].value, by.value: str(key)}
    if by is By.REGION:
        return {"by": By.OFFICE.value, "unit": report.names.code(key)}
    if by in (By.OFFICE, By.TEAM):
        # Whoever leads nobody sees by officer only themselves.
        within = By.OFFICER if report.asked.sight.led is not None else By.MONTH
        return {"by": within.value, "unit": report.names.code(key)}
    return None


def _of_step(report: Report, first: dt.date) -> Mapping[str, str] | None:
    """The weeks of a month, the days of a week, as far as they lie in the period."""
    match report.asked.by.step:
        case Step.MONTH:
            within, follows = By.WEEK, (first + 32 * _DAY).replace(day=1)
        case Step.WEEK:
            within, follows = By.DAY, first + 7 * _DAY
        case _:
            return None
    period = report.asked.period
    days = {"from": max(first, period.first).isoformat(), "to": min(follows - _DAY, period.last).isoformat()}
    return {"by": within.value, **days}
