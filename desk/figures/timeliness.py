"""How quickly cases are answered: working time to the first answer and to the end, and whether promises were kept.

A case is counted in the period in which it was opened. Its time is the working time of its unit, with duty where the
promise counts it, without the time in which the enterprise was asked for information: so the promise is reckoned too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from desk.cases.model import OPEN_STATES, Case, CaseEntry, CaseState, EntryKind
from desk.cases.promises.deadlines import Deadlines
from desk.figures.period import Period
from desk.figures.scope import Scope, sorted_into
from desk.figures.statistics import ENOUGH, Interval, percentile, share_interval
from desk.units.model import Unit
from desk.working_time.agenda import Agenda

_NONE, _HOUR = dt.timedelta(), dt.timedelta(hours=1)
#: What the time to an answer and to the end follows from.
_TOLD = (EntryKind.ASKED, EntryKind.PERSON_WROTE, EntryKind.REPLIED, EntryKind.RESOLVED, EntryKind.REOPENED)
#: In these an enterprise waits for an officer.
WAITING = (CaseState.WAITING, CaseState.CLAIMED)


class Happened(NamedTuple):
    kind: str
    at: dt.datetime


@dataclass(frozen=True)
class CaseTimes:
    """One case: how long it took in working time. None for what has not happened.

    ``kept``: whether the promise was; None as long as that is open: no answer yet, and still time for it.
    ``replies`` is how often it was answered, ``reopened`` whether it was ever opened again.
    """

    case: int
    unit: str
    to_answer: dt.timedelta | None
    to_end: dt.timedelta | None
    kept: bool | None
    is_open: bool
    replies: int = 0
    reopened: bool = False


@dataclass(frozen=True)
class Times:
    """The cases of a unit, or of all."""

    cases: Sequence[CaseTimes]

    @property
    def opened(self) -> int:
        return len(self.cases)

    @property
    def answered(self) -> int:
        return len(self._answered)

    @property
    def unfinished(self) -> int:
        return sum(case.is_open for case in self.cases)

    @property
    def ended(self) -> int:
        return len(self._ended)

    @property
    def judged(self) -> int:
        """Cases of which it is known whether the promise was kept."""
        return sum(case.kept is not None for case in self.cases)

    @property
    def kept(self) -> int:
        return sum(case.kept is True for case in self.cases)

    @property
    def share_kept(self) -> float | None:
        return self.kept / self.judged if self.judged else None

    @property
    def kept_interval(self) -> Interval | None:
        return share_interval(self.kept, self.judged) if self.judged >= ENOUGH else None

    def to_answer(self, share: float) -> float | None:
        """The hours within which this share of the answered cases had its first answer."""
        return percentile(self._answered, share) if self._answered else None

    def to_end(self, share: float) -> float | None:
        """The hours within which this share of the ended cases came to its end."""
        return percentile(self._ended, share) if self._ended else None

    @cached_property
    def _answered(self) -> list[float]:
        return sorted(case.to_answer / _HOUR for case in self.cases if case.to_answer is not None)

    @cached_property
    def _ended(self) -> list[float]:
        return sorted(case.to_end / _HOUR for case in self.cases if case.to_end is not None)


def of_parts(cases: Iterable[CaseTimes], parts: Sequence[Unit]) -> dict[Unit, Times]:
    """The cases by part of the scope, of those parts that have any."""
    found: dict[Unit, list[CaseTimes]] = {}
    for case in cases:
        part = sorted_into(parts, case.unit)
        if part is not None:
            found.setdefault(part, []).append(case)
    return {part: Times(found[part]) for part in parts if part in found}


def overdue_now(session: Session, scope: Scope, now: dt.datetime) -> dict[str, int]:
    """Cases that are overdue at this moment, whenever they were opened, by the path of their unit."""
    query = (
        select(Unit.path)
        .join(Case, Case.unit_id == Unit.id)
        .where(Case.state.in_(WAITING), Case.paused_at.is_(None), Case.due_at <= now, scope.holds())
    )
    found: dict[str, int] = {}
    for path in session.scalars(query):
        found[path] = found.get(path, 0) + 1
    return found


def case_times(
    session: Session, period: Period, scope: Scope, deadlines: Deadlines, now: dt.datetime
) -> list[CaseTimes]:
    """The times of all cases that were opened in the period."""
    return times_where(session, [*period.holds(Case.opened_at), scope.holds()], deadlines, now)


def times_where(
    session: Session, conditions: Sequence[ColumnElement[bool]], deadlines: Deadlines, now: dt.datetime
) -> list[CaseTimes]:
    """The times of the cases that fulfil all conditions."""
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    columns = (Case.id, Case.unit_id, Case.urgency, Case.state, Case.opened_at)
    cases = session.execute(select(*columns).where(*conditions).order_by(Case.id)).all()
    told = _told(session, select(Case.id).where(*conditions))
    agendas: dict[tuple[int, bool], Agenda] = {}
    found = []
    for id_, unit_id, urgency, state, opened_at in cases:
        unit, promise = units[unit_id], deadlines.promise(urgency)
        key = (unit_id, promise.duty)
        agenda = agendas.get(key) or agendas.setdefault(key, deadlines.calendar.agenda(unit, duty=promise.duty))
        passed = _Passed(agenda, opened_at, told.get(id_, []), now)
        found.append(passed.as_times(id_, unit, state, promise.answered_within))
    return found


def _told(session: Session, cases: Select[int]) -> dict[int, list[Happened]]:
    """What happened to each case that its times follow from, in order."""
    rows = session.execute(
        select(CaseEntry.case_id, CaseEntry.kind, CaseEntry.at)
        .where(CaseEntry.case_id.in_(cases), CaseEntry.kind.in_([kind.value for kind in _TOLD]))
        .order_by(CaseEntry.case_id, CaseEntry.id)
    )
    return {id_: [Happened(kind, at) for _, kind, at in each] for id_, each in groupby(rows, key=lambda row: row[0])}


class _Passed:
    """The working time of one case up to its first answer, up to its end, or up to now."""

    def __init__(self, agenda: Agenda, opened_at: dt.datetime, told: list[Happened], now: dt.datetime) -> None:
        self._agenda = agenda
        self._opened_at = opened_at
        self._told = told
        self._now = now

    def as_times(self, case: int, unit: Unit, state: CaseState, promised: dt.timedelta) -> CaseTimes:
        is_open = state in OPEN_STATES
        answered_at = next((at for kind, at in self._told if kind == EntryKind.REPLIED), None)
        ended_at = (
            None if is_open else next((at for kind, at in reversed(self._told) if kind == EntryKind.RESOLVED), None)
        )
        to_answer = self._until(answered_at) if answered_at is not None else None
        late = (to_answer if to_answer is not None else self._until(self._now)) > promised
        kinds = [kind for kind, _ in self._told]
        return CaseTimes(
            case=case,
            unit=unit.path,
            to_answer=to_answer,
            to_end=self._until(ended_at) if ended_at is not None else None,
            kept=not late if to_answer is not None or late else None,
            is_open=is_open,
            replies=kinds.count(EntryKind.REPLIED),
            reopened=EntryKind.REOPENED in kinds,
        )

    def _until(self, end: dt.datetime) -> dt.timedelta:
        """The working time from the opening to ``end`` without the time in which the enterprise was asked."""
        total, since, paused = _NONE, self._opened_at, False
        for kind, at in self._told:
            if at >= end:
                break
            if kind == EntryKind.ASKED and not paused:
                total, paused = total + self._agenda.between(since, at), True
            elif paused and kind != EntryKind.ASKED:
                since, paused = at, False
        return total if paused else total + self._agenda.between(since, end)
