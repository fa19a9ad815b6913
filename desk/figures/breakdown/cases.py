"""Cases by the key of a row: how quickly they were answered, and how they ended.

A case that several officers or units have a part in counts for each as a whole case, for times cannot be divided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.promises.deadlines import Deadlines
from desk.figures.breakdown.asked import Asked, By, Key
from desk.figures.breakdown.requests import OF_PARTS, seen_parts
from desk.figures.period import Period, bucket_of
from desk.figures.scope import is_a_matter
from desk.figures.timeliness import WAITING, CaseTimes, Times, times_where
from desk.ratings.model import RatingPart, RatingRequest
from desk.units.model import Unit
from desk.working_time.hours import local_day


@dataclass(frozen=True)
class CaseFact:
    """A case as it is counted; ``goes_on`` is whether a later case goes on from it."""

    times: CaseTimes
    is_overdue: bool
    goes_on: bool

    @property
    def is_ended(self) -> bool:
        return self.times.to_end is not None

    @property
    def is_done_at_once(self) -> bool:
        return self.is_ended and self.times.replies == 1 and not self.times.reopened and not self.goes_on


@dataclass(frozen=True)
class CaseFigures:
    """The cases of a row."""

    facts: Sequence[CaseFact] = ()

    @cached_property
    def times(self) -> Times:
        return Times([fact.times for fact in self.facts])

    @property
    def cases(self) -> int:
        return len(self.facts)

    @property
    def overdue(self) -> int:
        return sum(fact.is_overdue for fact in self.facts)

    @property
    def once_and_done(self) -> float | None:
        ended = self.times.ended
        return sum(fact.is_done_at_once for fact in self.facts) / ended if ended else None


@dataclass(frozen=True)
class CasesFound:
    """``by_key`` has a case under every key that it counts for; ``all`` has each once."""

    by_key: Mapping[Key, CaseFigures]
    all: CaseFigures


def cases(session: Session, asked: Asked, period: Period, deadlines: Deadlines, now: dt.datetime) -> CasesFound:
    """The figures of the cases that were opened in a period; what is overdue is so at the moment ``now``."""
    conditions = _counted(asked, period)
    times = {each.case: each for each in times_where(session, conditions, deadlines, now)}
    go_on = set(session.scalars(select(Case.previous_id).where(Case.previous_id.is_not(None)).distinct()))
    keys = _Keys(session, asked, conditions)
    overdue = and_(Case.state.in_(WAITING), Case.paused_at.is_(None), Case.due_at <= now)
    columns = (Case.id, overdue, keys.column)
    found: dict[Key, list[CaseFact]] = {}
    facts = []
    for id_, is_overdue, own_key in session.execute(select(*columns).where(*conditions).order_by(Case.id)):
        fact = CaseFact(times[id_], bool(is_overdue), id_ in go_on)
        facts.append(fact)
        for key in keys.of(id_, own_key):
            found.setdefault(key, []).append(fact)
    return CasesFound({key: CaseFigures(each) for key, each in found.items()}, CaseFigures(facts))


def _counted(asked: Asked, period: Period) -> list[ColumnElement[bool]]:
    """The conditions for a case to be counted: by the parts in it, else by its holder and its unit of today."""
    only = [getattr(Case, name) == word for name, word in asked.only.chosen().items()]
    conditions = [is_a_matter(), *period.holds(Case.opened_at), *only]
    sight, by_officer = asked.sight, asked.by is By.OFFICER
    if sight.is_of_all_officers if by_officer else sight.scope.is_everything:
        return conditions
    alone = sight.cases_of_officers() if by_officer else sight.cases_of_units()
    # Whoever asks may have requests and parts among its own tables: these are others.
    has_parts = _parts_of_cases().where(RatingRequest.case_id == Case.id).correlate(Case).exists()
    is_seen = Case.id.in_(_parts_of_cases().where(seen_parts(asked)).correlate(None))
    return [*conditions, or_(is_seen, and_(~has_parts, alone))]


def _parts_of_cases() -> Any:
    return select(RatingRequest.case_id).join(RatingPart, RatingPart.request_id == RatingRequest.id)


class _Keys:
    """Under which keys a case counts."""

    def __init__(self, session: Session, asked: Asked, conditions: Iterable[ColumnElement[bool]]) -> None:
        self._by = asked.by
        self._parts: dict[int, set[int | None]] = {}
        self._above: dict[int, int | None] = {}
        if asked.by.is_of_parts:
            column = OF_PARTS[asked.by]
            query = _parts_of_cases().add_columns(column).join(Case, Case.id == RatingRequest.case_id)
            for id_, key in session.execute(query.where(*conditions, seen_parts(asked))):
                self._parts.setdefault(id_, set()).add(key)
            self._above = units_above(session.scalars(select(Unit)), asked.by.value)

    @property
    def column(self) -> Any:
        """What of a case itself tells its key."""
        match self._by:
            case By.OFFICER:
                return Case.holder_id
            case By.TEAM | By.OFFICE | By.REGION:
                return Case.unit_id
            case By.DAY | By.WEEK | By.MONTH:
                return Case.opened_at
            case _:
                return getattr(Case, self._by.value)

    def of(self, case: int, own: Any) -> Iterable[Key]:
        if case in self._parts:
            return self._parts[case]
        if self._by.step is not None:
            return (bucket_of(local_day(own), self._by.step),)
        return (self._above.get(own) if self._by.is_of_parts and self._by is not By.OFFICER else own,)


def units_above(units: Iterable[Unit], kind: str) -> dict[int, int | None]:
    """For each unit by its id the unit of a kind on the way from the top to it, itself included."""
    known = list(units)
    of_kind = {unit.id for unit in known if unit.kind == kind}
    ways = {unit.id: [int(id_) for id_ in unit.path.strip(".").split(".")] for unit in known}
    return {id_: next((each for each in way if each in of_kind), None) for id_, way in ways.items()}
