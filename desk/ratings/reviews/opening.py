"""A low rating opens its review, in the transaction that keeps the rating; stars that change later are noted in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.ratings import crediting
from desk.ratings.model import Rating, RatingRequest
from desk.ratings.reviews import history
from desk.ratings.reviews.model import ActKind, RatingReview
from desk.units import service as units
from desk.units.model import Unit

#: Up to so many stars a rating of the service or of the officer is low.
LOW = 2
#: Sums of shares that differ by less are equal: three thirds are one.
_NOTHING = 1e-9


def is_low(rating: Rating) -> bool:
    """Whether the service or the officer was rated low, as it stands now."""
    return any(stars is not None and stars <= LOW for stars in (rating.stars, rating.officer_stars))


def of_request(session: Session, request_id: int) -> RatingReview | None:
    return session.scalar(select(RatingReview).where(RatingReview.request_id == request_id))


def note(session: Session, request: RatingRequest, at: dt.datetime) -> None:
    """Open the review of a rating that is low now and counts; in one that was opened, note stars that changed."""
    rating = request.rating
    if rating is None:
        return
    review = of_request(session, request.id)
    if review is not None:
        if _stars_of(rating) != _last_noted(review):
            review.revision += 1  # whoever looks at it now looks again before they act
            history.add(session, review, ActKind.STARS_CHANGED, at, detail=_stars_of(rating))
    elif is_low(rating) and request.left_out is None:
        review = RatingReview(request=request, unit=_unit_of(session, request), opened_at=at)
        session.add(review)
        session.flush()
        history.add(session, review, ActKind.OPENED, at, detail=_stars_of(rating))


def _stars_of(rating: Rating) -> dict[str, Any]:
    return {"stars": rating.stars, "officer_stars": rating.officer_stars}


def _last_noted(review: RatingReview) -> dict[str, Any]:
    return next(act.detail for act in reversed(review.acts) if act.kind in (ActKind.OPENED, ActKind.STARS_CHANGED))


def _unit_of(session: Session, request: RatingRequest) -> Unit:
    """The unit with the largest part, of several the one that resolved the case; of no case the department."""
    if request.case_id is None:
        return units.department(session)
    case = session.get_one(Case, request.case_id)
    resolved = crediting.resolved_in(case.entries, case.unit.code)
    shares: defaultdict[int, float] = defaultdict(float)
    for part in request.parts:
        shares[part.unit_id] += part.share
    largest = max(shares.values(), default=0.0)
    tied = [session.get_one(Unit, id_) for id_, share in shares.items() if share > largest - _NOTHING]
    return next((unit for unit in tied if unit.code == resolved), tied[0] if tied else case.unit)
