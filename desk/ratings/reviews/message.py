"""What the enterprise is told of its low rating: what it had said, and in a head's own words what came of it."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from desk.answering.day_words import day
from desk.cases.model import Case
from desk.conversations.unasked import language_for
from desk.desk import Desk
from desk.enterprises import access
from desk.guidance.record import Language
from desk.ratings.model import Rating, RatingRequest
from desk.ratings.reviews.model import RatingReview
from desk.speech import Block, Utterance
from desk.working_time.hours import local_day


def language_of(review: RatingReview) -> Language:
    """What the person chose, else the language of the conversation in which they rated."""
    conversation = review.request.conversation
    return language_for(conversation.chat, conversation)


def to_enterprise(desk: Desk, session: Session, review: RatingReview, words: str | None = None) -> Utterance:
    """The message as the person gets it, with the kept words or with others that are only looked at."""
    request, language, say = review.request, language_of(review), desk.texts.say
    rating = _rating(request)
    case = session.get(Case, request.case_id) if request.case_id is not None else None
    rated_on = day(local_day(rating.rated_at), language)
    about = "case" if case is not None else "conversation"
    number = case.number if case is not None else ""
    rated = say(f"rating_review.told.rated_{about}", language, day=rated_on, stars=rating.stars, number=number)
    blocks = [
        Block("title", say("rating_review.told.title", language)),
        Block("paragraph", rated),
        *_said(desk, rating, language),
        Block("paragraph", say("rating_review.told.found", language)),
        Block("paragraph", review.words if words is None else words),
        Block("note", say("rating_review.told.thanks", language)),
    ]
    return Utterance(tuple(blocks), case=case.number if case is not None else None)


def may_reach(session: Session, request: RatingRequest) -> bool:
    """Whether the chat in which was rated may still hear of the case: its person has not left the enterprise since."""
    if request.case_id is None:
        return True
    case = session.get_one(Case, request.case_id)
    return access.has_part_in(session, request.conversation.chat.person, case)


def fingerprint(said: Utterance) -> str:
    """By what it is known again whether a message is still the one that somebody looked at."""
    return hashlib.sha256(said.as_text().encode()).hexdigest()[:32]


def reasons_in_words(desk: Desk, rating: Rating, language: Language) -> str:
    """What a rating was about, as the person chose it."""
    return "; ".join(desk.texts.say(f"rating.reason.{name}", language) for name in rating.reasons)


def _said(desk: Desk, rating: Rating, language: Language) -> list[Block]:
    """What the person gave beside the stars."""
    say, blocks = desk.texts.say, []
    if rating.officer_stars is not None:
        stars = str(rating.officer_stars)
        blocks.append(Block("field", stars, label=say("rating_review.told.officer_stars", language)))
    if rating.reasons:
        reasons = reasons_in_words(desk, rating, language)
        blocks.append(Block("field", reasons, label=say("rating_review.told.about", language)))
    if rating.comment:
        blocks.append(Block("field", rating.comment, label=say("rating_review.told.comment", language)))
    return blocks


def _rating(request: RatingRequest) -> Rating:
    if request.rating is None:
        raise LookupError("a review of what was never rated")
    return request.rating
