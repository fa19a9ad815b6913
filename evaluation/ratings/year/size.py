"""How large a made-up year is, and when in it what happens."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from desk.working_time.hours import begin_of

#: Monday noon in Viet Nam: the moment at which the year is looked at.
NOW = dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Size:
    """``first_day`` to NOW is made up; from ``served_from`` to ``served_to`` the desk's own services ask and rate.

    Outside those days requests, parts and ratings are written in bulk as the services would have written them.
    ``staff`` are officers who also ask as persons; ``enterprises`` have some accounts each.
    """

    conversations: int
    officers: int
    persons: int
    enterprises: int
    staff: int
    first_day: dt.date
    served_from: dt.date
    served_to: dt.date
    with_texts: bool = True

    @property
    def begin(self) -> dt.datetime:
        return begin_of(self.first_day)

    def at(self, share: float) -> dt.datetime:
        """The moment when so much of the time is over."""
        return self.begin + (NOW - self.begin) * share


#: Thirteen and a half months, so that the period before a year has some weeks too.
YEAR = Size(
    conversations=50_000,
    officers=200,
    persons=9_000,
    enterprises=80,
    staff=40,
    first_day=dt.date(2025, 10, 6),
    served_from=dt.date(2026, 5, 12),
    served_to=dt.date(2026, 5, 31),
)
#: For the tests: the services ask and rate throughout.
SHORT = Size(
    conversations=350,
    officers=24,
    persons=120,
    enterprises=12,
    staff=4,
    first_day=dt.date(2026, 8, 3),
    served_from=dt.date(2026, 9, 1),
    served_to=dt.date(2026, 10, 31),
    with_texts=False,
)
