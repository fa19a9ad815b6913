"""An officer's own ratings: those of cases in which they have a part, whether each counts for them, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.figures.ratings import LEVELS, RatingFigures
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.ratings.reviews.received import Received, completed


class NotCounted(StrEnum):
    """Why a rating does not count for the officers of its case."""

    STAFF = "staff"
    SAME_ENTERPRISE = "same_enterprise"
    NOT_ABOUT_OFFICERS = "not_about_officers"


@dataclass(frozen=True)
class Mine:
    """A rating as the officer with this part in its case sees it; ``stars`` are those that count for them."""

    received: Received
    part: RatingPart

    @property
    def stars(self) -> int | None:
        return self.received.rating.for_officer if self.not_counted is None else None

    @property
    def not_counted(self) -> NotCounted | None:
        if self.received.request.left_out is not None:
            return NotCounted(self.received.request.left_out.value)
        return NotCounted.NOT_ABOUT_OFFICERS if self.received.rating.for_officer is None else None

    @property
    def remark(self) -> str:
        """What the officer remarked on it; empty where nothing."""
        own = [one.text for one in self.received.remarks if one.officer_id == self.part.officer_id]
        return own[0] if own else ""

    @property
    def may_remark(self) -> bool:
        return self.received.review is None or self.received.review.is_open


def listed(
    session: Session, officer: Officer, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[Mine]:
    """A page of the officer's ratings, those asked for last at the top. Raises BadCursor."""
    query = (
        select(RatingRequest)
        .join(RatingPart, RatingPart.request_id == RatingRequest.id)
        .join(Rating, Rating.request_id == RatingRequest.id)
        .where(RatingPart.officer_id == officer.id)
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
    rows = [_of(officer, received) for received in completed(session, found.rows, officer)]
    return Page(rows, found.before, found.after)


def of_request(session: Session, officer: Officer, request_id: int) -> Mine | None:
    """One rating of the officer's; None where they have no part in it, or it was not rated."""
    request = session.get(RatingRequest, request_id)
    if request is None or request.rating is None or all(part.officer_id != officer.id for part in request.parts):
        return None
    return _of(officer, completed(session, [request], officer)[0])


def figures(session: Session, officer: Officer) -> RatingFigures:
    """The officer's figures over all time, by the stars that count for officers and by their shares."""
    rows = session.execute(
        select(Rating.for_officer, func.sum(RatingPart.share))
        .join(RatingRequest, RatingRequest.id == Rating.request_id)
        .join(RatingPart, RatingPart.request_id == RatingRequest.id)
        .where(RatingPart.officer_id == officer.id, RatingRequest.left_out.is_(None), Rating.for_officer.is_not(None))
        .group_by(Rating.for_officer)
    )
    by_stars = {stars: float(shares) for stars, shares in rows}
    counts = tuple(by_stars.get(level, 0.0) for level in range(1, LEVELS + 1))
    return RatingFigures(sum(counts), counts)


def _of(officer: Officer, received: Received) -> Mine:
    return Mine(received, next(part for part in received.request.parts if part.officer_id == officer.id))
