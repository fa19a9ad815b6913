"""Lists of reviews: those that are open, overdue or settled, as far as a head may see them, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.desk import Desk
from desk.figures.scope import Scope
from desk.guidance.record import Language
from desk.paging import Page, page_of
from desk.people.model import Officer, Role
from desk.ratings.reviews import responsible
from desk.ratings.reviews.model import RatingReview, ReviewState


class View(StrEnum):
    """``mine``: open ones that wait for the head who looks; an operator has none."""

    MINE = "mine"
    OPEN = "open"
    OVERDUE = "overdue"
    SETTLED = "settled"


@dataclass(frozen=True)
class Chosen:
    """What is looked for; what is empty chooses all. ``unit`` narrows to a unit and those below it."""

    view: View = View.OPEN
    unit: Scope | None = None
    cause: str = ""
    state: str = ""


def listed(
    session: Session,
    head: Officer | None,
    chosen: Chosen,
    now: dt.datetime,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[RatingReview]:
    """A page of reviews: of the open ones the oldest first, of the settled ones the newest. Raises BadCursor.

    ``head`` None is the operator, who sees all.
    """
    return page_of(
        session,
        select(RatingReview).where(*_conditions(head, chosen, now)),
        [RatingReview.id],
        key=lambda review: (review.id,),
        limit=limit,
        descending=chosen.view is View.SETTLED,
        after=after,
        before=before,
    )


def counts(session: Session, head: Officer, now: dt.datetime) -> dict[str, int]:
    """How many reviews stand in each view of open ones."""
    views = (View.MINE, View.OPEN, View.OVERDUE)
    return {view.value: _count(session, head, Chosen(view), now) for view in views}


def waiting_for(session: Session, officer: Officer) -> int:
    """How many open reviews wait for an officer."""
    if not officer.active or not officer.has_any(Role.HEAD):
        return 0
    open_ones = RatingReview.state == ReviewState.OPEN, responsible.is_for(officer)
    return session.scalar(select(func.count()).select_from(RatingReview).where(*open_ones)) or 0


def is_overdue(review: RatingReview, now: dt.datetime) -> bool:
    return review.is_open and review.due_at is not None and review.due_at <= now


def about(desk: Desk, session: Session, review: RatingReview, language: Language) -> str:
    """What was rated, and how low: “case 2026-00012: 2 stars”."""
    rating = review.request.rating
    lowest = min(stars for stars in (rating.stars, rating.officer_stars) if stars is not None) if rating else 0
    if review.request.case_id is None:
        return desk.texts.say("rating_review.of_conversation", language, stars=lowest)
    number = session.get_one(Case, review.request.case_id).number
    return desk.texts.say("rating_review.of_case", language, number=number, stars=lowest)


def _count(session: Session, head: Officer | None, chosen: Chosen, now: dt.datetime) -> int:
    counted = select(func.count()).select_from(RatingReview).where(*_conditions(head, chosen, now))
    return session.scalar(counted) or 0


def _conditions(head: Officer | None, chosen: Chosen, now: dt.datetime) -> Iterator[ColumnElement[bool]]:
    if head is not None:
        yield responsible.seen_by(head)
    is_open = RatingReview.state == ReviewState.OPEN
    yield ~is_open if chosen.view is View.SETTLED else is_open
    if chosen.view is View.OVERDUE:
        yield RatingReview.due_at <= now
    if chosen.view is View.MINE and head is not None:
        yield responsible.is_for(head)
    if chosen.unit is not None:
        yield responsible.lies_in(chosen.unit.units)
    if chosen.cause:
        yield RatingReview.cause == chosen.cause
    if chosen.state in set(ReviewState):
        yield RatingReview.state == chosen.state
