"""Which procedures cause most trouble: a score of each entry of guidance, whose parts and weights are shown with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.enquiries.model import Enquiry
from desk.figures.period import Period
from desk.figures.ratings import within
from desk.figures.scope import Scope
from desk.figures.topics import ABOUT
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.ratings.reviews.opening import LOW
from desk.reports.month.figures import Trouble

#: Entries, each with a number.
Rows = Select[Any, int]
#: What one of each counts for. A question costs somebody a minute; an answer that did not help costs a second try; a
#: case costs an officer's work and an enterprise's waiting, and so does one that comes back; whoever says by a low
#: rating that it is the rule which is hard has said what simplification is for.
WEIGHTS = {"asked": 1, "unhelpful": 4, "cases": 6, "low_about_rule": 8, "reopened": 8}
NOT_HELPFUL = "not_helpful"


def trouble(session: Session, period: Period, scope: Scope, entries: Mapping[str, int]) -> list[Trouble]:
    """The score of each entry that made any trouble, the most first; ``entries`` is how often each was asked for.

    Questions belong to no unit and are everybody's; cases, their ratings and their reopenings are those of the scope.
    """
    unhelpful = _counted(session, _unhelpful(period))
    cases = _counted(session, _cases(period, scope))
    reopened = _counted(session, _reopened(period, scope))
    about_rule = low_ratings_about_the_rule(session, period, scope)
    found = [
        Trouble(
            entry=entry,
            asked=entries.get(entry, 0),
            unhelpful=unhelpful.get(entry, 0),
            cases=cases.get(entry, 0),
            low_about_rule=about_rule.get(entry, 0),
            reopened=reopened.get(entry, 0),
        )
        for entry in {*entries, *unhelpful, *cases, *reopened, *about_rule}
    ]
    return sorted(found, key=lambda each: (-score(each), each.entry))


def score(trouble: Trouble) -> int:
    return sum(weight * int(getattr(trouble, part)) for part, weight in WEIGHTS.items())


def low_ratings_about_the_rule(session: Session, period: Period, scope: Scope) -> dict[str, int]:
    """Low ratings of a period whose reason is the rule itself, by the entry that the matter was about."""
    entry = func.coalesce(RatingRequest.entry, Case.entry)
    query = (
        select(entry, func.count())
        .select_from(Rating)
        .join(RatingRequest, RatingRequest.id == Rating.request_id)
        .outerjoin(Case, Case.id == RatingRequest.case_id)
        .where(
            *period.holds(RatingRequest.asked_at),
            RatingRequest.left_out.is_(None),
            Rating.for_rule,
            Rating.stars <= LOW,
            _is_of(scope),
        )
        .group_by(entry)
    )
    return _counted(session, query)


def _is_of(scope: Scope) -> ColumnElement[bool]:
    """Whether an officer had a part in the matter in the scope; everything is of the whole department."""
    if scope.is_everything:
        return true()
    return RatingRequest.id.in_(select(RatingPart.request_id).where(within(scope)))


def _unhelpful(period: Period) -> Rows:
    return (
        select(ABOUT, func.count())
        .select_from(Enquiry)
        .where(*period.holds(Enquiry.asked_at), Enquiry.feedback == NOT_HELPFUL)
        .group_by(ABOUT)
    )


def _cases(period: Period, scope: Scope) -> Rows:
    return select(Case.entry, func.count()).where(*period.holds(Case.opened_at), scope.holds()).group_by(Case.entry)


def _reopened(period: Period, scope: Scope) -> Rows:
    """Cases that were opened again in the period, each once."""
    return (
        select(Case.entry, func.count(CaseEntry.case_id.distinct()))
        .join(CaseEntry, CaseEntry.case_id == Case.id)
        .where(CaseEntry.kind == EntryKind.REOPENED.value, *period.holds(CaseEntry.at), scope.holds())
        .group_by(Case.entry)
    )


def _counted(session: Session, query: Rows) -> dict[str, int]:
    rows: Iterable[tuple[str | None, int]] = ((entry, count) for entry, count in session.execute(query))
    return {entry: count for entry, count in rows if entry is not None}
