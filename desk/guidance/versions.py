"""Which version of an entry holds on which days: each from its first day to its last, or until the next one begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from desk.guidance.model import GuidanceVersion

_DAY = dt.timedelta(days=1)
#: Put together once, for it is asked several times for every answer.
_BEGUN = (
    select(GuidanceVersion)
    .where(
        GuidanceVersion.entry_id == bindparam("entry"),
        GuidanceVersion.withdrawn_at.is_(None),
        GuidanceVersion.in_force_from <= bindparam("day"),
    )
    .order_by(GuidanceVersion.in_force_from.desc(), GuidanceVersion.number.desc())
    .limit(1)
)
#: As _BEGUN, of several entries: which of the versions that have begun is the last one of its entry.
_BEGUN_OF_EACH = (
    select(
        GuidanceVersion.entry_id,
        GuidanceVersion.number,
        func.row_number()
        .over(
            partition_by=GuidanceVersion.entry_id,
            order_by=(GuidanceVersion.in_force_from.desc(), GuidanceVersion.number.desc()),
        )
        .label("place"),
    )
    .where(
        GuidanceVersion.entry_id.in_(bindparam("entries", expanding=True)),
        GuidanceVersion.withdrawn_at.is_(None),
        GuidanceVersion.in_force_from <= bindparam("day"),
    )
    .subquery()
)
_LAST_OF_EACH = select(GuidanceVersion).join(
    _BEGUN_OF_EACH,
    and_(
        GuidanceVersion.entry_id == _BEGUN_OF_EACH.c.entry_id,
        GuidanceVersion.number == _BEGUN_OF_EACH.c.number,
        _BEGUN_OF_EACH.c.place == 1,
    ),
)


@dataclass(frozen=True)
class Held:
    """A version and the days for which it is served, both included; ``to`` is None where no end is known."""

    version: GuidanceVersion
    from_: dt.date
    to: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        return self.from_ <= day and (self.to is None or day <= self.to)


def held(versions: Iterable[GuidanceVersion]) -> list[Held]:
    """The versions of one entry that are served for some day, by their days; what was withdrawn is not among them.

    A version ends where a later one begins, even if that one has ended since: a rule that was replaced does not come
    back by itself. Of two that begin on one day the newer counts.
    """
    served = {version.in_force_from: version for version in sorted(versions, key=_number) if not version.withdrawn_at}
    found = []
    for begins, version in sorted(served.items()):
        ends = [day for day in (version.in_force_to, version.last_day, *_day_before_next(begins, served)) if day]
        to = min(ends, default=None)
        if to is None or begins <= to:
            found.append(Held(version, begins, to))
    return found


def in_force(session: Session, entry_id: str, day: dt.date) -> GuidanceVersion | None:
    """The published version of an entry that holds on a day; None where there is none."""
    version = session.scalar(_BEGUN, {"entry": entry_id, "day": day})
    return version if version is not None and not _has_ended(version, day) else None


def in_force_of_each(session: Session, entries: Collection[str], day: dt.date) -> dict[str, GuidanceVersion]:
    """As ``in_force`` for several entries, by their ids; those of which none holds are not among them."""
    if not entries:
        return {}
    begun = session.scalars(_LAST_OF_EACH, {"entries": sorted({*entries}), "day": day})
    return {version.entry_id: version for version in begun if not _has_ended(version, day)}


def _has_ended(version: GuidanceVersion, day: dt.date) -> bool:
    return any(last < day for last in (version.in_force_to, version.last_day) if last)


def newest(session: Session, entry_id: str) -> GuidanceVersion | None:
    """The newest version of an entry, withdrawn or not, whatever its dates; no shipped text of earlier days."""
    return session.scalar(
        select(GuidanceVersion)
        .where(GuidanceVersion.entry_id == entry_id, GuidanceVersion.is_earlier.is_(False))
        .order_by(GuidanceVersion.number.desc())
        .limit(1)
    )


def newest_of_each(session: Session, entries: Collection[str]) -> dict[str, GuidanceVersion]:
    """The newest versions of entries by their ids, as ``newest``; what was never published is not among them."""
    last = (
        select(GuidanceVersion.entry_id, func.max(GuidanceVersion.number))
        .where(GuidanceVersion.is_earlier.is_(False))
        .group_by(GuidanceVersion.entry_id)
    )
    wanted = last.where(GuidanceVersion.entry_id.in_(entries))
    query = select(GuidanceVersion).where(tuple_(GuidanceVersion.entry_id, GuidanceVersion.number).in_(wanted))
    return {version.entry_id: version for version in session.scalars(query)}


def newest_live(session: Session, entry_id: str) -> GuidanceVersion | None:
    """The newest version that is not withdrawn, as ``newest``."""
    return session.scalar(
        select(GuidanceVersion)
        .where(
            GuidanceVersion.entry_id == entry_id,
            GuidanceVersion.withdrawn_at.is_(None),
            GuidanceVersion.is_earlier.is_(False),
        )
        .order_by(GuidanceVersion.number.desc())
        .limit(1)
    )


def next_number(session: Session, entry_id: str) -> int:
    """The number of the next version of an entry, counted from 1."""
    last = session.scalar(select(func.max(GuidanceVersion.number)).where(GuidanceVersion.entry_id == entry_id))
    return (last or 0) + 1


def all_of(session: Session, entry_id: str) -> list[GuidanceVersion]:
    """Every version of an entry, the oldest first."""
    query = select(GuidanceVersion).where(GuidanceVersion.entry_id == entry_id)
    return list(session.scalars(query.order_by(GuidanceVersion.number)))


def _number(version: GuidanceVersion) -> int:
    return version.number


def _day_before_next(day: dt.date, served: Collection[dt.date]) -> list[dt.date]:
    return [min(later) - _DAY] if (later := [begins for begins in served if begins > day]) else []
