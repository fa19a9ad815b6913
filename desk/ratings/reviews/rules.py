"""By when the review of a low rating is due, and what its cause can be: content/rating_reviews.yml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.hours import local_day
from desk.yaml_file import read_yaml

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class ReviewRules:
    """``causes`` are names, in the order of the form."""

    due_working_days: int
    causes: Sequence[str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file; raises ValueError where no time could be kept or no cause be chosen."""
        data = read_yaml(path)
        read = cls(data["due_working_days"], tuple(data["causes"]))
        if read.due_working_days < 1 or not read.causes:
            raise ValueError(f"{path.name}: at least one day and one cause are expected")
        return read

    def due_at(self, opened_at: dt.datetime, unit: Unit, calendar: WorkingCalendar) -> dt.datetime:
        """The end of the office hours of the last working day for it."""
        agenda = calendar.agenda(unit, duty=False)
        day, left = local_day(opened_at), self.due_working_days
        while left:
            day += _DAY
            left -= bool(agenda.on(day))
        return agenda.on(day)[-1][1]
