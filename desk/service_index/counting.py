"""The figures of units for the index: those of the report in desk/figures/breakdown/, by docs/figures.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.breakdown.asked import Asked, By
from desk.figures.breakdown.cases import CaseFigures, cases
from desk.figures.breakdown.requests import requests
from desk.figures.breakdown.sight import Sight
from desk.figures.gaps import GAPS
from desk.figures.period import Period
from desk.figures.ratings import NOBODY, RatingFigures, ratings
from desk.figures.scope import Scope, sorted_into
from desk.figures.volume import volume
from desk.service_index.figures import NOTHING, Figure, Measured
from desk.service_index.reviews import reviewed
from desk.units.model import Unit, UnitKind

Figures = Mapping[Figure, Measured]
#: The figures of each unit.
Found = Mapping[Unit, Figures]


def count(desk: Desk, session: Session, period: Period, scope: Scope, units: Sequence[Unit]) -> Found:
    """Count a period; ``units`` are of one kind and lie in the scope. What is overdue is so at this moment."""
    if not units:
        return {}
    of_units = _of_department if units[0].kind == UnitKind.DEPARTMENT else _of_units
    found = of_units(desk, session, period, scope, units)
    reviews = dict.fromkeys(units, NOTHING)
    for path, measured in reviewed(session, period, scope, desk.now()):
        unit = sorted_into(units, path)
        if unit is not None:
            reviews[unit] += measured
    return {unit: {**found[unit], Figure.REVIEWS_IN_TIME: reviews[unit]} for unit in units}


def _of_units(desk: Desk, session: Session, period: Period, scope: Scope, units: Sequence[Unit]) -> dict[Unit, Figures]:
    asked = Asked(By(units[0].kind), period, Sight(scope, scope, chosen=not scope.is_everything))
    rated = requests(session, asked, period)
    by_unit = cases(session, asked, period, desk.deadlines(session), desk.now()).by_key
    return {
        unit: {**_rated(rated.get(unit.id, NOBODY)), **_timed(by_unit.get(unit.id, CaseFigures()))} for unit in units
    }


def _of_department(
    desk: Desk, session: Session, period: Period, scope: Scope, units: Sequence[Unit]
) -> dict[Unit, Figures]:
    """Of the whole: all ratings, those of the assistant too, every case once, and everybody's enquiries."""
    asked = Asked(By.REGION, period, Sight(scope, scope))
    of_all = cases(session, asked, period, desk.deadlines(session), desk.now()).all
    counts = volume(session, period, scope)
    gaps = sum(counts.by_outcome[outcome] for outcome in GAPS)
    found: Figures = {
        **_rated(ratings(session, period, scope).all),
        **_timed(of_all),
        Figure.COVERED: Measured(counts.asked - gaps, counts.asked),
        Figure.WITHOUT_OFFICER: Measured(counts.without_an_officer, counts.asked),
    }
    return dict.fromkeys(units, found)


def _rated(rated: RatingFigures) -> Figures:
    return {
        Figure.SATISFIED: Measured(rated.satisfied, rated.judged),
        Figure.RESPONSE_RATE: Measured(rated.answered, rated.asked),
    }


def _timed(found: CaseFigures) -> Figures:
    at_once = sum(fact.is_done_at_once for fact in found.facts)
    return {
        Figure.ON_TIME: Measured(found.times.kept, found.times.judged),
        Figure.ONCE_AND_DONE: Measured(at_once, found.times.ended),
        Figure.OVERDUE: Measured(found.overdue, found.cases),
    }


def has_any(measured: Iterable[Measured]) -> bool:
    return any(each.whole for each in measured)
