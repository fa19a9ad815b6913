"""Lists of cases for officers: views, counts and searches among the cases that an officer sees.

Every list is read in the order of an index (desk/cases/model.py), so that a page costs the same however many cases
there are: a view is taken apart into conditions that each have an index, and the database merges them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session, lazyload

from desk.cases.model import OPEN_STATES, Case, CaseState
from desk.cases.places import lies_in, lies_in_unindexed, narrowed
from desk.cases.queries import SEEING_ROLES
from desk.paging import Page, merged_page_of, place_at
from desk.people.model import Officer, Role
from desk.units.model import Unit

#: Nothing is counted further than this: who has a hundred cases before them works on them, and does not count.
COUNTED = 100
ORDER = (Case.due_at, Case.id)


class View(StrEnum):
    """What an officer looks at; ``unit`` is everything open in the officer's units."""

    MINE = "mine"
    UNIT = "unit"
    WAITING = "waiting"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    NEEDS_INFORMATION = "needs_information"
    ANSWERED = "answered"
    TO_SIGN = "to_sign"
    RESOLVED = "resolved"


#: The views that are all cases of the officer's units in these states.
_STATES = {
    View.UNIT: OPEN_STATES,
    View.WAITING: (CaseState.WAITING,),
    View.NEEDS_INFORMATION: (CaseState.NEEDS_INFORMATION,),
    View.ANSWERED: (CaseState.ANSWERED,),
    View.RESOLVED: (CaseState.RESOLVED, CaseState.CLOSED),
}
_HELD = (CaseState.CLAIMED, CaseState.NEEDS_INFORMATION, CaseState.ANSWERED)


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to: a unit with those below it, and values of columns; None and "" are everything."""

    unit: Unit | None = None
    urgency: str = ""
    topic: str = ""
    language: str = ""
    channel: str = ""

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        pairs = (
            (Case.urgency, self.urgency),
            (Case.topic, self.topic),
            (Case.language, self.language),
            (Case.channel, self.channel),
        )
        return [column == value for column, value in pairs if value]


EVERYTHING = Narrowing()


@dataclass(frozen=True)
class Part:
    """Some cases of a list: those in one of the states that fulfil the conditions; for each state there is an index."""

    states: tuple[CaseState, ...]
    conditions: tuple[ColumnElement[bool], ...]


def views_of(officer: Officer) -> list[View]:
    """The views that there are for an officer; only heads sign."""
    return [view for view in View if view is not View.TO_SIGN or officer.has_any(Role.HEAD)]


def page(
    session: Session,
    officer: Officer,
    view: View,
    at: dt.datetime,
    *,
    limit: int,
    narrowing: Narrowing = EVERYTHING,
    after: str | None = None,
    before: str | None = None,
) -> Page[Case]:
    """A page of a view, the case that is due first at the top, of what is resolved the last; raises BadCursor."""
    found = merged_page_of(
        session,
        _conditions(view, officer, at, narrowing),
        ORDER,
        limit=limit,
        descending=view is View.RESOLVED,
        after=after,
        before=before,
    )
    return Page(read(session, [id_ for _, id_ in found.rows]), found.before, found.after)


def counts(session: Session, officer: Officer, at: dt.datetime, narrowing: Narrowing = EVERYTHING) -> dict[View, int]:
    """How many cases each view has; COUNTED stands for as many and more."""
    views = [(view, part) for view in views_of(officer) for part in _parts(view, officer, at, narrowing)]
    numbers = session.execute(select(*(_number_of(part) for _, part in views))).one() if views else ()
    counted = dict.fromkeys(views_of(officer), 0)
    for (view, _), number in zip(views, numbers, strict=True):
        counted[view] = min(counted[view] + number, COUNTED)
    return counted


@dataclass(frozen=True)
class Beside:
    """The numbers of the cases before and after one in a list."""

    before: str | None
    after: str | None


def beside(
    session: Session, officer: Officer, view: View, at: dt.datetime, case: Case, narrowing: Narrowing = EVERYTHING
) -> Beside:
    """What stands before and after the place of a case in a view, also where the case has left it by now."""
    here = place_at((case.due_at, case.id))
    first = page(session, officer, view, at, limit=1, narrowing=narrowing, before=here).rows
    last = page(session, officer, view, at, limit=1, narrowing=narrowing, after=here).rows
    return Beside(first[0].number if first else None, last[0].number if last else None)


def next_waiting(session: Session, officer: Officer, at: dt.datetime, besides: Case) -> Case | None:
    """The waiting case that is due first in the officer's units, besides one."""
    waiting = page(session, officer, View.WAITING, at, limit=2).rows
    return next((case for case in waiting if case.id != besides.id), None)


@dataclass(frozen=True)
class Found:
    """The first cases of a list, and how many there are in all, counted up to COUNTED. Their threads are not read."""

    cases: list[Case]
    count: int


def listed(session: Session, states: Collection[CaseState], *, limit: int, within: Unit | None = None) -> Found:
    """Everybody's cases in these states, the one that is due first at the top, for the operator."""
    part = Part(tuple(states), (lies_in(within),) if within is not None else ())
    found = merged_page_of(session, list(_each_state(part)), ORDER, limit=limit)
    return Found(read(session, [id_ for _, id_ in found.rows]), session.scalar(select(_number_of(part))) or 0)


def read(session: Session, ids: Sequence[int]) -> list[Case]:
    """The cases with these ids, in their order. A list shows neither threads nor people, so neither is read."""
    query = select(Case).where(Case.id.in_(ids)).options(*map(lazyload, (Case.entries, Case.conversation, Case.person)))
    known = {case.id: case for case in session.scalars(query)}
    return [known[id_] for id_ in ids]


def seen(officer: Officer, unit: Unit | None = None) -> ColumnElement[bool]:
    """Whether the officer sees a case, as a condition that chooses no index: for what is found by something else."""
    roots = officer.topmost(*SEEING_ROLES)
    sees = or_(*map(lies_in_unindexed, roots), func.coalesce(Case.holder_id, 0) == officer.id)
    return and_(sees, lies_in_unindexed(unit)) if unit is not None else sees


def _conditions(view: View, officer: Officer, at: dt.datetime, narrowing: Narrowing) -> list[list[ColumnElement[bool]]]:
    return [conditions for part in _parts(view, officer, at, narrowing) for conditions in _each_state(part)]


def _each_state(part: Part) -> Iterable[list[ColumnElement[bool]]]:
    if not part.states:
        yield list(part.conditions)
    for state in part.states:
        yield [Case.state == state, *part.conditions]


def _parts(view: View, officer: Officer, at: dt.datetime, narrowing: Narrowing) -> list[Part]:
    """The parts of a view; no case is in more than one."""
    fitting = narrowing.conditions
    own = [Case.holder_id == officer.id, *([lies_in_unindexed(narrowing.unit)] if narrowing.unit is not None else [])]
    roots = narrowed(officer.topmost(*SEEING_ROLES), narrowing.unit)
    heads = narrowed(officer.topmost(Role.HEAD), narrowing.unit)
    if view is View.MINE:
        return [Part(_HELD, (*own, *fitting))]
    if view is View.TO_SIGN:
        drafted = (Case.drafted_by_id.is_not(None), Case.drafted_by_id != officer.id)
        return [Part((), (*drafted, lies_in_unindexed(root), *fitting)) for root in heads]
    if view in (View.AT_RISK, View.OVERDUE):
        late = [Case.due_at <= at] if view is View.OVERDUE else [Case.due_at > at, Case.at_risk_at <= at]
        hurry = (*late, Case.paused_at.is_(None), *fitting)
        others = func.coalesce(Case.holder_id, 0) != officer.id
        return [
            *(Part((CaseState.WAITING,), (lies_in(root), *hurry)) for root in roots),
            Part((CaseState.CLAIMED,), (*own, *hurry)),
            *(Part((CaseState.CLAIMED,), (lies_in(root), others, *hurry)) for root in heads),
        ]
    return [Part(_STATES[view], (lies_in(root), *fitting)) for root in roots]


def _number_of(part: Part) -> ColumnElement[int]:
    query = select(literal(1)).select_from(Case).where(*part.conditions)
    if len(part.states) == 1:
        # In the order of the index; else PostgreSQL reads the whole table where it expects to find enough soon.
        query = query.where(Case.state == part.states[0]).order_by(*ORDER)
    elif part.states:
        query = query.where(Case.state.in_(part.states))
    counted = select(func.count()).select_from(query.limit(COUNTED).subquery())
    return counted.scalar_subquery()
