"""How many reviews of low ratings were settled in time, of those of which it is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Integer, and_, case, func, or_, select
from sqlalchemy.orm import Session

from desk.figures.period import Period
from desk.figures.scope import Scope
from desk.ratings.reviews import responsible
from desk.ratings.reviews.model import RatingReview
from desk.service_index.figures import Measured
from desk.units.model import Unit


def reviewed(session: Session, period: Period, scope: Scope, now: dt.datetime) -> Iterator[tuple[str, Measured]]:
    """By the path of the unit that a review belongs to: of those opened in a period, how many were settled in time.

    One that is open and has time left is not counted yet; one that has no due time is in time when it is settled.
    """
    is_settled, due_at = RatingReview.settled_at.is_not(None), RatingReview.due_at
    in_time = and_(is_settled, or_(due_at.is_(None), RatingReview.settled_at <= due_at))
    within = [] if scope.is_everything else [responsible.lies_in(scope.units)]
    query = (
        select(Unit.path, func.sum(case((in_time, 1), else_=0), type_=Integer), func.count())
        .select_from(RatingReview)
        .join(Unit, Unit.id == RatingReview.unit_id)
        .where(*period.holds(RatingReview.opened_at), or_(is_settled, due_at <= now), *within)
        .group_by(Unit.path)
    )
    for path, settled, counted in session.execute(query):
        yield path, Measured(settled, counted)
