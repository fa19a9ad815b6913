"""Heads are told of reviews: once when one opens, and those above once when it is overdue; by day only.

For each kind of telling one function finds the reviews, reading only, and another does it to one in a transaction of
its own, with a mark that only one of two clocks gets to put.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from desk.cases.officers import notices
from desk.cases.words import moment
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.ratings.reviews import history, listing
from desk.ratings.reviews.model import ActKind, RatingReview, ReviewState
from desk.ratings.reviews.responsible import heads_for
from desk.speech import Utterance
from desk.working_time.hours import next_polite_moment


def to_tell(desk: Desk, session: Session) -> list[int]:
    """The reviews of which no head was told yet."""
    return _open(desk, session, RatingReview.heads_told_at.is_(None))


def tell(desk: Desk, session: Session, review_id: int) -> None:
    """Reckon by when one review is due, and tell the heads whose it is."""
    review = session.get_one(RatingReview, review_id)
    due_at = desk.rules.reviews.due_at(review.opened_at, review.unit, desk.deadlines(session).calendar)
    if not _claim(session, review, RatingReview.heads_told_at.is_(None), heads_told_at=desk.now(), due_at=due_at):
        return
    _, heads = heads_for(session, review)
    told = _say(desk, session, review, heads, "rating_review.notice.opened")
    history.add(session, review, ActKind.HEADS_TOLD, desk.now(), detail={"told": told})


def overdue(desk: Desk, session: Session) -> list[int]:
    """The overdue reviews of which nobody above was told yet."""
    return _open(desk, session, RatingReview.due_at <= desk.now(), RatingReview.overdue_told_at.is_(None))


def tell_above(desk: Desk, session: Session, review_id: int) -> None:
    """Tell the nearest heads above those whose one overdue review is; from now on it waits for both."""
    review = session.get_one(RatingReview, review_id)
    theirs, _ = heads_for(session, review)
    unit, heads = heads_for(session, review, above=theirs) if theirs is not None else (None, [])
    marks = {"overdue_told_at": desk.now(), "overdue_unit_id": unit.id if unit is not None else None}
    if not _claim(session, review, RatingReview.overdue_told_at.is_(None), **marks):
        return
    told = _say(desk, session, review, heads, "rating_review.notice.overdue")
    history.add(session, review, ActKind.OVERDUE_TOLD, desk.now(), detail={"told": told})


def _open(desk: Desk, session: Session, *conditions: ColumnElement[bool]) -> list[int]:
    if next_polite_moment(desk.now()) > desk.now():
        return []
    open_ones = select(RatingReview.id).where(RatingReview.state == ReviewState.OPEN, *conditions)
    return list(session.scalars(open_ones.order_by(RatingReview.id)))


def _claim(session: Session, review: RatingReview, untold: ColumnElement[bool], **marks: object) -> bool:
    claimed = session.scalar(
        update(RatingReview)
        .where(RatingReview.id == review.id, RatingReview.state == ReviewState.OPEN, untold)
        .values(**marks)
        .returning(RatingReview.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(review)
    return claimed is not None


def _say(desk: Desk, session: Session, review: RatingReview, heads: Sequence[Officer], name: str) -> int:
    """Tell each head who linked a chat; returns how many. No case goes along: a reply to it would go to the person."""

    def say(language: Language) -> Utterance:
        about = listing.about(desk, session, review, language)
        due = moment(review.due_at, language)
        text = desk.texts.say(name, language, about=about, unit=review.unit.name(language), due=due)
        link = desk.texts.say("rating_review.notice.where", language, address=address_of(desk, review))
        return Utterance.plain(text, link)

    return sum(notices.tell(desk, session, head, None, say) for head in heads)


def address_of(desk: Desk, review: RatingReview) -> str:
    """Where heads open it."""
    return f"{desk.web_address}/desk/ratings/reviews/{review.id}"
