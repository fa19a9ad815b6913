"""All ratings that the units of a reader received, those that do not count among them, with what came of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Text, cast, select, true
from sqlalchemy.orm import Session, selectinload

from desk.cases.model import Case
from desk.figures.period import OpenPeriod
from desk.figures.ratings import within
from desk.figures.scope import Scope
from desk.paging import Page, page_of
from desk.people.model import Officer, Role
from desk.ratings.model import LeftOut, Rating, RatingPart, RatingRequest
from desk.ratings.reviews import remarks
from desk.ratings.reviews.model import RatingRemark, RatingReview, ReviewState

#: Who reads the ratings that their units received.
READERS = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)
#: Rows that are read at once for a file.
_AT_ONCE = 500
NO_REVIEW = "none"
COUNTED, MARKED = "counted", "marked"
MARKS = (COUNTED, MARKED, *(each.value for each in LeftOut))
REVIEWS = (*(each.value for each in ReviewState), NO_REVIEW)


@dataclass(frozen=True)
class Chosen:
    """What is looked for; what is empty chooses all. Ratings belong to a period by when they were asked for.

    ``officer``: part of a name; ``mark``: one of MARKS; ``review``: one of REVIEWS.
    """

    stars: int = 0
    officer: str = ""
    reason: str = ""
    mark: str = ""
    review: str = ""
    period: OpenPeriod = field(default_factory=OpenPeriod)


@dataclass(frozen=True)
class Received:
    """A rating with all that belongs to it; ``remarks`` are those that the reader may see."""

    request: RatingRequest
    rating: Rating
    case: Case | None
    review: RatingReview | None
    remarks: list[RatingRemark]


def scope_of(officer: Officer) -> Scope:
    """The units whose ratings an officer reads; raises LookupError for whoever reads none."""
    top = officer.topmost(*READERS)
    if not top:
        raise LookupError("no role that reads the ratings of units")
    return Scope(tuple(top))


def listed(
    session: Session,
    scope: Scope,
    reader: Officer | None,
    chosen: Chosen,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[Received]:
    """A page of ratings, those asked for last at the top; ``reader`` None is the operator. Raises BadCursor."""
    query = (
        select(RatingRequest)
        .join(Rating, Rating.request_id == RatingRequest.id)
        .outerjoin(RatingReview, RatingReview.request_id == RatingRequest.id)
        .where(RatingRequest.asked_at.is_not(None), _lies_in(scope), *_conditions(chosen))
        .options(selectinload(RatingRequest.parts))
    )
    found = page_of(
        session,
        query,
        [RatingRequest.id],
        key=lambda request: (request.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )
    return Page(completed(session, found.rows, reader), found.before, found.after)


def all_of(session: Session, scope: Scope, reader: Officer | None, chosen: Chosen, at_most: int) -> Iterator[Received]:
    """The same ratings up to a number, some read at a time."""
    after: str | None = None
    left = at_most
    while left > 0:
        found = listed(session, scope, reader, chosen, limit=min(_AT_ONCE, left), after=after)
        yield from found.rows
        left -= len(found.rows)
        after = found.after
        if after is None:
            return


def completed(session: Session, requests: list[RatingRequest], reader: Officer | None) -> list[Received]:
    """Rated requests with what belongs to each."""
    ids = [request.id for request in requests]
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(_cases_of(requests))))}
    reviews = {r.request_id: r for r in session.scalars(select(RatingReview).where(RatingReview.request_id.in_(ids)))}
    written = remarks.of_requests(session, ids)
    return [
        Received(
            request,
            request.rating,
            cases.get(request.case_id) if request.case_id is not None else None,
            reviews.get(request.id),
            remarks.readable(request, written.get(request.id, []), reader),
        )
        for request in requests
        if request.rating is not None
    ]


def _cases_of(requests: list[RatingRequest]) -> list[int]:
    return [request.case_id for request in requests if request.case_id is not None]


def _lies_in(scope: Scope) -> ColumnElement[bool]:
    """Cases in which the units had a part when it was asked; conversations without a case are the department's."""
    if scope.is_everything:
        return true()
    return RatingRequest.id.in_(select(RatingPart.request_id).where(within(scope)))


def _conditions(chosen: Chosen) -> Iterator[ColumnElement[bool]]:
    if chosen.stars:
        yield Rating.stars == chosen.stars
    if chosen.officer:
        named = RatingPart.officer_name.icontains(chosen.officer, autoescape=True)
        yield RatingRequest.id.in_(select(RatingPart.request_id).where(named))
    if chosen.reason:
        # A name of content/ratings.yml has no letter that JSON or LIKE would write otherwise, an underscore apart.
        yield cast(Rating.reasons, Text).contains(f'"{chosen.reason}"', autoescape=True)
    if chosen.mark == COUNTED:
        yield RatingRequest.left_out.is_(None)
    elif chosen.mark == MARKED:
        yield RatingRequest.left_out.is_not(None)
    elif chosen.mark:
        yield RatingRequest.left_out == LeftOut(chosen.mark)
    if chosen.review == NO_REVIEW:
        yield RatingReview.id.is_(None)
    elif chosen.review:
        yield RatingReview.state == ReviewState(chosen.review)
    yield from chosen.period.holds(RatingRequest.asked_at)
