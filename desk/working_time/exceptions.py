"""The days that administrators added, as a value that the calendar is laid under: which of them holds where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.units.model import Unit
from desk.working_time.days import Day, DayKind
from desk.working_time.model import ExceptionalDay
from desk.working_time.week import PUBLIC_DAY, WEEKDAYS, windows_of

_SATURDAY = 5


@dataclass(frozen=True)
class Added:
    """A day that holds in the unit of ``path`` and in all below it; ``id`` is that of its row."""

    id: int
    path: str
    date: dt.date
    day: Day

    @property
    def depth(self) -> int:
        """How far down the tree it was added: 1 at the top."""
        return self.path.count(".")


@dataclass(frozen=True)
class AddedDays:
    """All days that were added; equal where the same days are in the store."""

    all: tuple[Added, ...] = ()

    @classmethod
    def of(cls, days: Iterable[Added]) -> AddedDays:
        return cls(tuple(sorted(days, key=lambda added: (added.depth, added.date, added.id))))

    def in_(self, unit: Unit | None) -> tuple[Added, ...]:
        """Those that hold in a unit, what was added nearest to it last; without a unit those of the whole authority."""
        return tuple(added for added in self.all if (unit.path.startswith(added.path) if unit else added.depth == 1))


def read(session: Session) -> AddedDays:
    """The days as they are in the store now."""
    return AddedDays.of(
        Added(row.id, row.unit.path, row.day, day_of(row)) for row in session.scalars(select(ExceptionalDay))
    )


def day_of(row: ExceptionalDay) -> Day:
    """What kind of day a row makes of its date.

    A worked day without hours of its own has those of its weekday; Saturday and Sunday those of a Monday.
    """
    source = row.document or ""
    if row.kind == DayKind.OFF:
        return Day(DayKind.OFF, PUBLIC_DAY, row.reason, source, added=row.id)
    windows = windows_of(row.windows, f"exceptional day {row.day}") if row.windows else None
    return Day(DayKind.WORKED, hours_of(row.day), row.reason, source, windows, added=row.id)


def hours_of(day: dt.date) -> str:
    """The weekday whose hours a worked day has where it has none of its own."""
    return WEEKDAYS[day.weekday() if day.weekday() < _SATURDAY else 0]
