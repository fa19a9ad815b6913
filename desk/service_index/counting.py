"""The figures of units for the index, taken from desk/figures/, so that each has one definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Integer, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from desk.cases.model import OPEN_STATES, Case, CaseEntry, CaseState, EntryKind
from desk.desk import Desk
from desk.figures.gaps import GAPS
from desk.figures.period import Period
from desk.figures.ratings import NOBODY, RatingFigures, Ratings, ratings
from desk.figures.scope import Scope, sorted_into
from desk.figures.timeliness import case_times
from desk.figures.timeliness import of_parts as times_of_parts
from desk.figures.volume import volume
from desk.service_index.figures import NOTHING, Figure, Measured
from desk.service_index.reviews import Reviews
from desk.units.model import Unit, UnitKind

#: The figures of each unit.
Found = Mapping[Unit, Mapping[Figure, Measured]]
#: In these an enterprise waits for an officer.
_WAITING = (CaseState.WAITING, CaseState.CLAIMED)
_OF_CASES = (Figure.ONCE_AND_DONE, Figure.OVERDUE)


def count(desk: Desk, session: Session, period: Period, scope: Scope, units: Sequence[Unit], reviews: Reviews) -> Found:
    """Count a period; ``units`` are of one kind and lie in the scope. What is overdue is so at this moment."""
    found: dict[Unit, dict[Figure, Measured]] = {unit: {} for unit in units}
    _rated(found, ratings(session, period, scope))
    now = desk.now()
    for unit, times in times_of_parts(case_times(session, period, scope, desk.deadlines(session), now), units).items():
        found[unit][Figure.ON_TIME] = Measured(times.kept, times.judged)
    for path, of_cases in _cases(session, period, scope, now):
        _add(found, units, path, of_cases)
    for reviewed in reviews(session, period, scope):
        _add(found, units, reviewed.unit, {Figure.REVIEWS_IN_TIME: Measured(reviewed.in_time, 1)})
    for unit in units:
        if unit.kind == UnitKind.DEPARTMENT:
            found[unit] |= _enquiries(session, period, scope)
    return found


def _rated(found: dict[Unit, dict[Figure, Measured]], rated: Ratings) -> None:
    """Ratings of cases; of the department those of the assistant, too, as on the page of figures."""
    of_units = rated.of_parts(list(found))
    for unit in found:
        of_unit: RatingFigures = rated.all if unit.kind == UnitKind.DEPARTMENT else of_units.get(unit, NOBODY)
        found[unit][Figure.SATISFIED] = Measured(of_unit.satisfied, of_unit.judged)
        found[unit][Figure.RESPONSE_RATE] = Measured(of_unit.answered, of_unit.asked)


def _add(
    found: dict[Unit, dict[Figure, Measured]], units: Sequence[Unit], path: str, more: Mapping[Figure, Measured]
) -> None:
    unit = sorted_into(units, path)
    if unit is not None:
        for figure, measured in more.items():
            found[unit][figure] = found[unit].get(figure, NOTHING) + measured


def _cases(
    session: Session, period: Period, scope: Scope, now: dt.datetime
) -> Iterator[tuple[str, dict[Figure, Measured]]]:
    """Of the cases that were opened in the period, by the path of their unit: done at once, and overdue now."""
    told = (
        select(
            CaseEntry.case_id,
            *(
                func.sum(case((CaseEntry.kind == kind.value, 1), else_=0)).label(kind.value)
                for kind in (EntryKind.REPLIED, EntryKind.REOPENED, EntryKind.RESOLVED)
            ),
        )
        .join(Case, Case.id == CaseEntry.case_id)
        .where(*period.holds(Case.opened_at), scope.holds())
        .group_by(CaseEntry.case_id)
        .subquery()
    )
    later = aliased(Case)
    ended = and_(Case.state.not_in(OPEN_STATES), told.c.resolved > 0)
    goes_on = select(later.id).where(later.previous_id == Case.id).correlate(Case).exists()
    at_once = and_(ended, told.c.replied == 1, told.c.reopened == 0, ~goes_on)
    overdue = and_(Case.state.in_(_WAITING), Case.paused_at.is_(None), Case.due_at <= now)
    query = (
        select(
            Unit.path,
            *(func.sum(case((each, 1), else_=0), type_=Integer) for each in (at_once, ended, overdue)),
            func.count(),
        )
        .select_from(Case)
        .join(Unit, Unit.id == Case.unit_id)
        .join(told, told.c.case_id == Case.id)
        .group_by(Unit.path)
    )
    for path, done, of_ended, waits, opened in session.execute(query):
        yield path, dict(zip(_OF_CASES, (Measured(done, of_ended), Measured(waits, opened)), strict=True))


def _enquiries(session: Session, period: Period, scope: Scope) -> dict[Figure, Measured]:
    """Figures of everybody's enquiries."""
    asked = volume(session, period, scope)
    gaps = sum(asked.by_outcome[outcome] for outcome in GAPS)
    return {
        Figure.COVERED: Measured(asked.asked - gaps, asked.asked),
        Figure.WITHOUT_OFFICER: Measured(asked.without_an_officer, asked.asked),
    }


def has_any(measured: Iterable[Measured]) -> bool:
    return any(each.whole for each in measured)
