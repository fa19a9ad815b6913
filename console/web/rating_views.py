"""Ratings as pages of the staff show them: plain values, taken from the store while it is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from desk.cases import permissions
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.ratings.model import RatingPart
from desk.ratings.reviews import message, responsible
from desk.ratings.reviews.received import Received
from desk.units.model import Unit


@dataclass(frozen=True)
class ShownPart:
    officer: str
    unit: str
    share: float


@dataclass(frozen=True)
class ShownRemark:
    """``at`` is when it was written or changed last."""

    officer: str
    text: str
    at: dt.datetime


@dataclass(frozen=True)
class ShownRating:
    """``number`` is that of the case, empty for a conversation without one; ``may_open``: its page is the reader's.

    ``language`` is that of the person's words; ``left_out`` and ``review_state`` name texts.
    """

    id: int
    number: str
    may_open: bool
    question: str
    topic: str
    channel: str
    language: str
    asked_at: dt.datetime
    rated_at: dt.datetime
    changed_at: dt.datetime | None
    stars: int
    first_stars: int
    officer_stars: int | None
    reasons: str
    comment: str
    left_out: str
    parts: list[ShownPart]
    remarks: list[ShownRemark]
    review: int
    review_state: str
    may_review: bool


def shown(desk: Desk, received: Received, reader: Officer, language: Language) -> ShownRating:
    """A rating as far as a reader may see it."""
    request, rating, case, review = received.request, received.rating, received.case, received.review
    return ShownRating(
        id=request.id,
        number=case.number or "" if case is not None else "",
        may_open=case is not None and permissions.may_work_on(case, reader),
        question=case.question if case is not None else "",
        topic=desk.texts.say(f"news.topic.{request.topic}", language) if request.topic else "",
        channel=request.channel,
        language=request.language,
        asked_at=request.asked_at or rating.rated_at,
        rated_at=rating.rated_at,
        changed_at=rating.changed_at,
        stars=rating.stars,
        first_stars=rating.first_stars,
        officer_stars=rating.officer_stars,
        reasons=message.reasons_in_words(desk, rating, language),
        comment=rating.comment or "",
        left_out=request.left_out.value if request.left_out is not None else "",
        parts=[_part(part, language) for part in request.parts],
        remarks=[ShownRemark(one.officer.name, one.text, one.changed_at or one.written_at) for one in received.remarks],
        review=review.id if review is not None else 0,
        review_state=review.state.value if review is not None else "",
        may_review=review is not None and responsible.may_review(review, reader),
    )


def _part(part: RatingPart, language: Language) -> ShownPart:
    unit: Unit = part.unit
    return ShownPart(part.officer_name, unit.name(language), part.share)
