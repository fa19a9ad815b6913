"""Counts the figures of a month and of the one before it: from desk/figures/, so that one definition serves all."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.gaps import Example, gaps
from desk.figures.ratings import NOBODY, RatingFigures, ratings
from desk.figures.scope import Scope
from desk.figures.timeliness import Times as CountedTimes
from desk.figures.timeliness import case_times, of_parts
from desk.figures.topics import Topics, topics
from desk.figures.volume import grouped, volume
from desk.guidance import versions
from desk.guidance.model import GuidanceEntry
from desk.guidance.record import Language
from desk.ratings.model import RatingRequest
from desk.reports.month.acted import acted
from desk.reports.month.figures import EntryCount, MonthFigures, Rated, Side, Times, Titles, UnitCount
from desk.reports.month.months import Month
from desk.reports.month.procedures import WEIGHTS, trouble
from desk.units.model import Unit

#: So many gaps are read of a month: more entries than the guidance has.
_ALL = 10_000
#: So many procedures are kept in the list for simplification.
TROUBLES = 15


def counted(desk: Desk, session: Session, month: Month, unit: Unit) -> MonthFigures:
    """The figures of a month for a unit and all below it, as the store has them now."""
    scope = Scope((unit,))
    now, then = (_Counting(desk, session, each, scope).side() for each in (month, month.before))
    listed = trouble(session, month.period, scope, {each.entry: each.asked for each in now.entries})[:TROUBLES]
    return MonthFigures(
        month=str(month),
        unit=unit.code,
        unit_names=_names(unit),
        is_department=scope.is_everything,
        made_at=desk.now(),
        changes_until=_changes_until(session, month, desk.now()),
        now=now,
        before=then,
        trouble=tuple(listed),
        weights=WEIGHTS,
        titles=_titles(session, now, then, [each.entry for each in listed]),
    )


def _changes_until(session: Session, month: Month, now: dt.datetime) -> dt.datetime | None:
    """Until when a rating of the month can be given or changed; None where that is over."""
    asked = select(func.max(RatingRequest.open_until)).where(*month.period.holds(RatingRequest.asked_at))
    last = session.scalar(asked)
    return last if last is not None and last >= now else None


def examples(desk: Desk, session: Session, month: Month, language: Language, limit: int) -> dict[str, list[Example]]:
    """A few masked questions that could not be answered, by the nearest entry ("" for none): for officers only."""
    found = gaps(session, month.period, desk.texts, language, limit=limit)
    return {gap.entry or "": list(gap.examples) for gap in found if gap.examples}


class _Counting:
    """Counts one month."""

    def __init__(self, desk: Desk, session: Session, month: Month, scope: Scope) -> None:
        self.desk, self.session, self.month, self.scope = desk, session, month, scope
        self.period = month.period
        self.ratings = ratings(session, self.period, scope)
        self.cases = case_times(session, self.period, scope, desk.deadlines(session), desk.now())

    def side(self) -> Side:
        counts = volume(self.session, self.period, self.scope)
        asked_about = topics(self.session, self.period, self.scope)
        found = gaps(self.session, self.period, self.desk.texts, "vi", limit=_ALL)
        return Side(
            month=str(self.month),
            is_known=counts.since is not None and self.month.last >= counts.since,
            asked=counts.asked,
            conversations=sum(counts.conversations.values()),
            families=dict(counts.by_family),
            without_an_officer=counts.without_an_officer,
            channels=dict(grouped(counts.enquiries, lambda each: each.channel)),
            topics={group or "": n.asked for group, n in asked_about.by_group.items() if n.asked},
            entries=self._entries(asked_about),
            gaps={gap.entry or "": gap.asked for gap in found},
            rated=_rated(self._rated()),
            times=_times(CountedTimes(self.cases)),
            units=self._units(),
            acted=acted(self.session, self.period, self.scope),
        )

    def _rated(self) -> RatingFigures:
        """All ratings for the department; for a unit those of its cases, for the assistant is not its."""
        return self.ratings.all if self.scope.is_everything else self.ratings.cases

    def _entries(self, asked_about: Topics) -> tuple[EntryCount, ...]:
        groups = {row.id: row.group for row in self.session.execute(select(GuidanceEntry.id, GuidanceEntry.group))}
        return tuple(
            EntryCount(entry=entry, group=groups.get(entry, ""), asked=n.asked, answered=n.answered)
            for entry, n in asked_about.by_entry.items()
            if n.asked
        )

    def _units(self) -> tuple[UnitCount, ...]:
        """The parts in the order of the tree, those in which something happened."""
        parts = self.scope.parts(self.session)
        times, rated = of_parts(self.cases, parts), self.ratings.of_parts(parts)
        return tuple(
            _unit(unit, times.get(unit, CountedTimes(())), rated.get(unit, NOBODY))
            for unit in parts
            if unit in times or unit in rated
        )


def _unit(unit: Unit, times: CountedTimes, rated: RatingFigures) -> UnitCount:
    return UnitCount(
        code=unit.code,
        names=_names(unit),
        cases=times.opened,
        judged=times.judged,
        kept=times.kept,
        rated=_rated(rated),
    )


def _rated(figures: RatingFigures) -> Rated:
    return Rated(asked=figures.asked, counts=figures.counts, elsewhere=figures.elsewhere, left_out=figures.left_out)


def _times(times: CountedTimes) -> Times:
    return Times(
        opened=times.opened,
        answered=times.answered,
        ended=times.ended,
        judged=times.judged,
        kept=times.kept,
        overdue=sum(case.kept is False and case.to_answer is None for case in times.cases),
        answer_median=times.to_answer(0.5),
        answer_p90=times.to_answer(0.9),
        end_median=times.to_end(0.5),
        end_p90=times.to_end(0.9),
    )


def _names(unit: Unit) -> Titles:
    return {"vi": unit.name("vi"), "en": unit.name("en")}


def _titles(session: Session, now: Side, before: Side, troubled: list[str]) -> dict[str, Titles]:
    named = {*(each.entry for side in (now, before) for each in side.entries), *now.gaps, *before.gaps, *troubled}
    newest = versions.newest_of_each(session, named - {""})
    return {entry: dict(last.content["title"]) for entry, last in newest.items()}
