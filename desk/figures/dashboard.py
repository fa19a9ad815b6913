"""All figures of a period and of the one before it, for the units that somebody sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures import gaps as gaps_of
from desk.figures.gaps import Gap
from desk.figures.period import Period, Step
from desk.figures.ratings import Ratings, ratings
from desk.figures.scope import Scope
from desk.figures.timeliness import CaseTimes, Times, case_times, of_parts, overdue_now
from desk.figures.topics import Topics, topics
from desk.figures.volume import Volume, volume
from desk.guidance import versions
from desk.guidance.record import Language
from desk.units.model import Unit

#: So many gaps and entries are listed.
LISTED = 15


@dataclass(frozen=True)
class Counted:
    """The figures of one period."""

    period: Period
    volume: Volume
    ratings: Ratings
    cases: Sequence[CaseTimes]

    @property
    def times(self) -> Times:
        return Times(self.cases)


@dataclass(frozen=True)
class Dashboard:
    """``parts`` are the units by which cases are broken down, ``titles`` those of entries by their id.

    ``overdue`` counts the cases that are overdue at this moment by the path of their unit.
    """

    now: Counted
    before: Counted
    scope: Scope
    step: Step
    made_at: dt.datetime
    parts: Sequence[Unit]
    overdue: Mapping[str, int]
    topics: Topics
    gaps: Sequence[Gap]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def times_of_parts(self) -> dict[Unit, Times]:
        return of_parts(self.now.cases, self.parts)

    def title(self, entry: str, language: Language) -> str:
        """The title of an entry, or its id where the store has no version of it."""
        return self.titles.get(entry, {}).get(language, entry)


def dashboard(
    desk: Desk, session: Session, period: Period, scope: Scope, language: Language, step: Step | None = None
) -> Dashboard:
    """Count everything; ``language`` is that of the labels that stand for what is masked in examples."""
    listed, found = topics(session, period, scope), gaps_of.gaps(session, period, desk.texts, language, limit=LISTED)
    named = {*list(listed.by_entry)[:LISTED], *(gap.entry for gap in found if gap.entry is not None)}
    return Dashboard(
        now=_counted(desk, session, period, scope),
        before=_counted(desk, session, period.before(), scope),
        scope=scope,
        step=step or period.step,
        made_at=desk.now(),
        parts=scope.parts(session),
        overdue=overdue_now(session, scope, desk.now()),
        topics=listed,
        gaps=found,
        titles={entry: last.content["title"] for entry, last in versions.newest_of_each(session, named).items()},
    )


def _counted(desk: Desk, session: Session, period: Period, scope: Scope) -> Counted:
    return Counted(
        period,
        volume(session, period, scope),
        ratings(session, period, scope),
        case_times(session, period, scope, desk.deadlines(session), desk.now()),
    )
