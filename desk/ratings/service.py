"""Ratings: one request per matter at its end, and the stars and comment that come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations.model import Conversation, Message, Person
from desk.enquiries.model import Enquiry
from desk.ratings import fairness, snapshots
from desk.ratings.model import Rating, RatingRequest
from desk.ratings.reviews import opening
from desk.ratings.rules import For, RatingRules

STARS = (5, 4, 3, 2, 1)
COMMENT_AWAITED_FOR = dt.timedelta(minutes=10)
COMMENT_LENGTH = 2000


class RatingRefused(ValueError):
    """The stars are not one to five, or the time to rate is over."""


def due_for_conversation(session: Session, conversation: Conversation) -> bool:
    """Whether the end of a conversation is to be rated: something was answered, no case was opened, not yet asked."""
    answered = session.scalar(
        select(Enquiry.id).where(Enquiry.conversation_id == conversation.id, Enquiry.outcome.like("answered%")).limit(1)
    )
    asked_here = select(Message.id).where(Message.conversation_id == conversation.id)
    opened = session.scalar(select(Case.id).where(Case.enquiry_id.in_(asked_here)).limit(1))
    asked = session.scalar(select(RatingRequest.id).where(RatingRequest.conversation_id == conversation.id).limit(1))
    return answered is not None and opened is None and asked is None


def request_for_conversation(session: Session, conversation: Conversation, ask_at: dt.datetime) -> RatingRequest:
    """Ask about a conversation that the assistant answered."""
    request = RatingRequest(conversation=conversation, ask_at=ask_at)
    snapshots.of_conversation(session, request, conversation)
    session.add(request)
    session.flush()
    return request


def request_for_case(session: Session, case: Case, ask_at: dt.datetime) -> RatingRequest:
    """The request about a resolved case, with the parts that officers had in it; there is one a case."""
    request = session.scalar(select(RatingRequest).where(RatingRequest.case_id == case.id))
    if request is None:
        request = RatingRequest(conversation=case.conversation, case_id=case.id, ask_at=ask_at)
        snapshots.of_case(session, request, case)
        session.add(request)
    else:  # it was opened again: whoever answered since has a part in it too
        snapshots.of_case(session, request, case)
    session.flush()
    return request


def open_request(session: Session, chat_id: str) -> RatingRequest | None:
    """The newest request of a chat that was asked and not answered."""
    newest = session.scalar(
        select(RatingRequest)
        .join(Conversation, Conversation.id == RatingRequest.conversation_id)
        .where(Conversation.chat_id == chat_id, RatingRequest.asked_at.is_not(None))
        .order_by(RatingRequest.id.desc())
        .limit(1)
    )
    return newest if newest is not None and newest.rating is None else None


def due_requests(session: Session, at: dt.datetime) -> list[RatingRequest]:
    """Requests that waited for a polite hour and may be asked now."""
    return list(
        session.scalars(select(RatingRequest).where(RatingRequest.asked_at.is_(None), RatingRequest.ask_at <= at))
    )


def claim(session: Session, request: RatingRequest, at: dt.datetime, rules: RatingRules) -> bool:
    """Take the asking of a request; False when it was asked already."""
    claimed = session.scalar(
        update(RatingRequest)
        .where(RatingRequest.id == request.id, RatingRequest.asked_at.is_(None))
        .values(asked_at=at, open_until=at + rules.changeable_for)
        .returning(RatingRequest.id)
    )
    session.refresh(request)
    return claimed is not None


def ask_anew(session: Session, request: RatingRequest, at: dt.datetime, rules: RatingRules) -> RatingRequest:
    """A case was opened again and resolved: its one request may be answered, or its stars changed, for a while again.

    It is counted by when it was first asked, so that no figure of a past period changes its period.
    """
    request.open_until = at + rules.changeable_for
    session.flush()
    return request


def is_open(request: RatingRequest, at: dt.datetime) -> bool:
    """Whether stars may be given or changed now."""
    return request.open_until is not None and at <= request.open_until


def rate(
    session: Session, request: RatingRequest, stars: int, at: dt.datetime, *, by: Person, rules: RatingRules
) -> Rating:
    """Give or change the stars of a request; raises RatingRefused. The first value is kept."""
    if stars not in STARS:
        raise RatingRefused("stars are one to five")
    if not is_open(request, at):
        raise RatingRefused("the time to rate is over")
    rating = request.rating
    if rating is None:
        request.left_out = fairness.mark(session, request, by.id, at, rules.one_account_within)
        request.open_until = at + rules.changeable_for
        rating = Rating(person_id=by.id, stars=stars, first_stars=stars, reasons=[], rated_at=at)
        _count(rating, rules)
        request.rating = rating
    elif rating.stars != stars:
        rating.stars, rating.changed_at = stars, at
        _count(rating, rules)
    session.flush()
    opening.note(session, request, at)
    return rating


def give_reasons(
    session: Session, request: RatingRequest, reasons: Collection[str], at: dt.datetime, rules: RatingRules
) -> Rating:
    """Say what a rating was about, instead of what was said before; raises RatingRefused."""
    rating = _given(request, at)
    if not set(reasons) <= rules.reasons.keys():
        raise RatingRefused("there is no such reason")
    rating.reasons = [name for name in rules.reasons if name in reasons]
    _count(rating, rules)
    session.flush()
    return rating


def rate_officer(session: Session, request: RatingRequest, stars: int, at: dt.datetime, rules: RatingRules) -> Rating:
    """Give or change the stars of the officer apart from those of the service; raises RatingRefused."""
    rating = _given(request, at)
    if stars not in STARS or not request.parts:
        raise RatingRefused("stars are one to five, for an officer who answered")
    rating.officer_stars = stars
    _count(rating, rules)
    session.flush()
    opening.note(session, request, at)
    return rating


def _given(request: RatingRequest, at: dt.datetime) -> Rating:
    if request.rating is None or not is_open(request, at):
        raise RatingRefused("nothing was rated, or the time to change it is over")
    return request.rating


def _count(rating: Rating, rules: RatingRules) -> None:
    """Keep for whom the stars count, by the rules of this moment."""
    about = rules.count_for(rating.reasons)
    rating.for_service, rating.for_rule = For.SERVICE in about, For.RULE in about
    rating.for_officer = rating.officer_stars or (rating.stars if For.OFFICER in about else None)


def comment(session: Session, request_id: int, text: str) -> None:
    """Keep the words that came with a rating; what is beyond COMMENT_LENGTH characters is cut."""
    rating = session.get(Rating, request_id)
    if rating is not None:
        rating.comment = text[:COMMENT_LENGTH]
