"""Where each version of an entry stands on a day: served, to come, replaced, ended, retired or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desk.guidance.model import GuidanceVersion
from desk.guidance.versions import Held, held
from desk.working_time.hours import local_day

Where = Literal["in_force", "comes", "superseded", "ended", "retired", "corrected", "replaced", "withdrawn"]
#: So many days before its end the curators see that an entry is going to end.
SOON = dt.timedelta(days=30)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stands:
    """Where a version stands: ``since`` which day, and ``by`` the number of the version that took its place, if any.

    ``from_`` and ``to`` are the days for which it is served, both included; both None where it is served for none.
    ``since`` is the day on which it begins or began, or the first on which it is no longer served.
    """

    where: Where
    since: dt.date
    by: int | None = None
    from_: dt.date | None = None
    to: dt.date | None = None


def standings(versions: Sequence[GuidanceVersion], today: dt.date) -> dict[int, Stands]:
    """Where each version of one entry stands, by its number."""
    days = held(versions)
    served = {one.version.number: one for one in days}
    begins = {one.from_: one.version.number for one in days}
    return {
        version.number: _of_served(served[version.number], begins, today)
        if version.number in served
        else _of_others(version, versions)
        for version in versions
    }


def ends_soon(versions: Sequence[GuidanceVersion], today: dt.date) -> dt.date | None:
    """The last day of an entry that is in force and ends within 30 days with no version after it."""
    days = held(versions)
    last = days[-1] if days else None
    if last is None or last.to is None or not last.holds_on(today) or last.to > today + SOON:
        return None
    return last.to


def _of_served(one: Held, begins: dict[dt.date, int], today: dt.date) -> Stands:
    if one.from_ > today:
        return Stands("comes", one.from_, None, one.from_, one.to)
    if one.to is None or one.to >= today:
        return Stands("in_force", one.from_, None, one.from_, one.to)
    after = one.to + _DAY
    if after in begins:
        return Stands("superseded", after, begins[after], one.from_, one.to)
    where: Where = "retired" if one.version.last_day == one.to else "ended"
    return Stands(where, after, None, one.from_, one.to)


def _of_others(version: GuidanceVersion, versions: Sequence[GuidanceVersion]) -> Stands:
    """A version that is served for no day."""
    later = [other for other in versions if other.number > version.number]
    since = local_day(version.withdrawn_at or version.published_at)
    for other in later:
        if other.corrects == version.number:
            return Stands("corrected", local_day(other.published_at), other.number)
    for other in later:
        if version.withdrawn_at in (None, other.published_at):
            return Stands("replaced", local_day(other.published_at), other.number)
    return Stands("withdrawn", since)
