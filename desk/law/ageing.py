"""Whether the law that ships has aged: when it was last compared with its sources, and what comes into force soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from desk.law.instruments import Instrument, Instruments
from desk.yaml_file import read_yaml

#: So long after it was compared the law is to be compared again, unless a setting says otherwise.
AGED_AFTER = dt.timedelta(days=90)
#: What comes into force within this time is told.
SOON = dt.timedelta(days=30)


class Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    checked_on: dt.date


@dataclass(frozen=True)
class Age:
    """``newest`` is the last day of which anything in the law or the guidance tells; ``is_aged`` whether it is old."""

    newest: dt.date | None
    days: int
    is_aged: bool
    coming: Sequence[Instrument]


def read_checked_on(path: Path) -> dt.date:
    """The day in content/law/checked.yml on which the law was last compared with its sources."""
    return Checked.model_validate(read_yaml(path)).checked_on


def age(
    instruments: Instruments, checked: Iterable[dt.date | None], as_of: dt.date, aged_after: dt.timedelta = AGED_AFTER
) -> Age:
    """How old the law is on a day: by the days on which it was ``checked``, and the issue of its newest instrument."""
    told = [*checked, *(one.issued for one in instruments)]
    newest = max((day for day in told if day is not None and day <= as_of), default=None)
    days = (as_of - newest).days if newest is not None else 0
    coming = [one for one in instruments if _comes_soon(one, as_of)]
    coming.sort(key=lambda one: (one.in_force.from_ or as_of, one.number))
    return Age(newest, days, newest is None or as_of - newest > aged_after, coming)


def _comes_soon(instrument: Instrument, as_of: dt.date) -> bool:
    begins = instrument.in_force.from_
    return begins is not None and as_of < begins <= as_of + SOON
