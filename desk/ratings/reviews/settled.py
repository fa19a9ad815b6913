"""What low ratings led to: the reviews settled in a period with cause, action and told words, and counts by cause."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.figures.period import OpenPeriod
from desk.figures.scope import Scope
from desk.ratings.reviews import responsible
from desk.ratings.reviews.model import RatingReview, ReviewState, Verdict
from desk.units.model import Unit


@dataclass(frozen=True)
class SettledReview:
    """One settled review. ``words`` are what the enterprise was told, empty where it was told nothing.

    Words are a head's and may repeat a person's: they are for reports within the authority.
    """

    id: int
    unit: Unit
    state: ReviewState
    settled_at: dt.datetime
    verdict: Verdict | None
    cause: str | None
    cause_words: str
    action: str
    words: str
    case_id: int | None


@dataclass(frozen=True)
class SettledReviews:
    """``by_cause``: of each cause how many, the most frequent first; None is of those whose cause nobody noted."""

    reviews: list[SettledReview]
    by_cause: Mapping[str | None, int]

    @property
    def told(self) -> list[SettledReview]:
        """Those whose enterprise was told."""
        return [review for review in self.reviews if review.state is ReviewState.TOLD]


def settled_in(session: Session, period: OpenPeriod, scope: Scope) -> SettledReviews:
    """The reviews of the scope's units that were settled in the period, in that order."""
    rows = session.scalars(
        select(RatingReview)
        .where(
            RatingReview.state != ReviewState.OPEN,
            *period.holds(RatingReview.settled_at),
            *([] if scope.is_everything else [responsible.lies_in(scope.units)]),
        )
        .order_by(RatingReview.settled_at, RatingReview.id)
    )
    reviews = [_plain(row) for row in rows]
    return SettledReviews(reviews, dict(Counter(review.cause for review in reviews).most_common()))


def _plain(row: RatingReview) -> SettledReview:
    assert row.settled_at is not None, "the table keeps no settled review without its moment"
    return SettledReview(
        id=row.id,
        unit=row.unit,
        state=row.state,
        settled_at=row.settled_at,
        verdict=row.verdict,
        cause=row.cause,
        cause_words=row.cause_words,
        action=row.action,
        words=row.words if row.state is ReviewState.TOLD else "",
        case_id=row.request.case_id,
    )
