"""A report: all figures of docs/figures.md row by row and in all, with those of the period before, and ranks.

The figures are counted in a handful of queries a period, whatever the rows are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.breakdown.asked import Asked, Key
from desk.figures.breakdown.cases import CaseFigures, cases
from desk.figures.breakdown.enquiries import EnquiryFigures, enquiries
from desk.figures.breakdown.figures import Figures
from desk.figures.breakdown.names import Names, names_of
from desk.figures.breakdown.ranking import Standing, ranked
from desk.figures.breakdown.requests import requests
from desk.figures.breakdown.steps import compared, keys_of
from desk.figures.period import Period
from desk.figures.ratings import NOBODY, total


@dataclass(frozen=True)
class Row:
    """``before`` are the figures of the period before, None where there is nothing to compare with.

    Of a step of time it is the step at the same place of that period. ``standing`` is None for what is not ranked.
    """

    key: Key
    now: Figures
    before: Figures | None
    standing: Standing | None = None


@dataclass(frozen=True)
class Report:
    """``rows`` are in order: steps of time by time, else the ranked first, the others by how much is judged of them.

    ``none`` is what lies under none of them, None where that is nothing. ``total`` has each case once.
    """

    asked: Asked
    rows: Sequence[Row]
    none: Row | None
    total: Row
    names: Names
    made_at: dt.datetime

    @property
    def before(self) -> Period:
        return self.asked.period.before()


@dataclass(frozen=True)
class _Counted:
    """The figures of one period."""

    by_key: Mapping[Key, Figures]
    all: Figures


def report(desk: Desk, session: Session, asked: Asked) -> Report:
    """Count everything of the period and of the one before."""
    now, before = _counted(desk, session, asked, asked.period), _counted(desk, session, asked, asked.period.before())
    rows = _steps(asked, now, before) if asked.by.step is not None else _ranked(now, before)
    none = Row(None, now.by_key[None], before.by_key.get(None, _nothing(asked))) if None in now.by_key else None
    keys = [row.key for row in rows]
    return Report(
        asked=asked,
        rows=rows,
        none=none,
        total=Row(None, now.all, before.all),
        names=names_of(session, asked.by, keys),
        made_at=desk.now(),
    )


def _steps(asked: Asked, now: _Counted, before: _Counted) -> list[Row]:
    """Every step of the period, also one in which nothing happened."""
    assert asked.by.step is not None
    period, nothing = asked.period, _nothing(asked)
    then = compared(period, period.before(), asked.by.step)
    return [
        Row(key, now.by_key.get(key, nothing), before.by_key.get(then[key], nothing) if key in then else None)
        for key in keys_of(period, asked.by.step)
    ]


def _ranked(now: _Counted, before: _Counted) -> list[Row]:
    found = {key: figures for key, figures in now.by_key.items() if key is not None}
    standings = ranked({key: figures.requests for key, figures in found.items()})
    rows = [Row(key, each, before.by_key.get(key), standings.get(key)) for key, each in found.items()]
    return sorted(rows, key=lambda row: (row.standing.rank if row.standing else len(rows) + 1, *_size(row)))


def _size(row: Row) -> tuple[float, ...]:
    """The most judged first, then the most asked, the most cases and the most enquiries."""
    asked = row.now.enquiries.enquiries if row.now.enquiries is not None else 0
    return (-row.now.requests.judged, -row.now.requests.asked, -row.now.cases.cases, -asked)


def _nothing(asked: Asked) -> Figures:
    return Figures(enquiries=EnquiryFigures() if asked.counts_enquiries else None)


def _counted(desk: Desk, session: Session, asked: Asked, period: Period) -> _Counted:
    rated = requests(session, asked, period)
    found = cases(session, asked, period, desk.deadlines(session), desk.now())
    counts = enquiries(session, asked, period) if asked.counts_enquiries else None
    none = None if counts is None else EnquiryFigures()

    def figures(key: Key) -> Figures:
        own = none if counts is None else counts.get(key, none)
        return Figures(rated.get(key, NOBODY), own, found.by_key.get(key, CaseFigures()))

    keys = dict.fromkeys([*rated, *(counts or {}), *found.by_key])
    asked_in_all = None if counts is None else sum(counts.values(), EnquiryFigures())
    return _Counted({key: figures(key) for key in keys}, Figures(total(rated.values()), asked_in_all, found.all))
