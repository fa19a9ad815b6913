"""Who may do what with a review or a remark: what is refused is refused with the name of a sentence."""

from __future__ import annotations

from desk.people.model import Officer
from desk.ratings.model import RatingRequest
from desk.ratings.reviews.model import RatingReview
from desk.ratings.reviews.responsible import has_part, may_review


class ReviewRefused(Exception):
    """The act is not possible now, or not to this officer; ``reason`` names a text that ``values`` fill.

    ``field`` is the field of the form that it is about; empty for the whole.
    """

    def __init__(self, reason: str, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values


def must_review(review: RatingReview, head: Officer) -> None:
    """Raise ReviewRefused unless the review is open and one of this head's."""
    if not may_review(review, head):
        raise ReviewRefused("rating_review.refused.not_yours")
    if not review.is_open:
        raise ReviewRefused("rating_review.refused.settled")


def must_remark(request: RatingRequest, review: RatingReview | None, officer: Officer) -> None:
    """Raise ReviewRefused unless the officer has a part in what was rated, and its review is not settled."""
    if not officer.active or not has_part(request, officer) or request.rating is None:
        raise ReviewRefused("rating_review.refused.no_part")
    if review is not None and not review.is_open:
        raise ReviewRefused("rating_review.refused.remark_late")
