"""Ratings: one request per matter at its end, and the stars and comment that come back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations.model import Conversation, Message
from desk.enquiries.model import Enquiry
from desk.ratings.model import Rating, RatingRequest

STARS = (5, 4, 3, 2, 1)
CHANGEABLE_FOR = dt.timedelta(days=14)
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
    last = session.scalar(
        select(Enquiry)
        .where(Enquiry.conversation_id == conversation.id, Enquiry.entry.is_not(None))
        .order_by(Enquiry.asked_at.desc(), Enquiry.position.desc())
        .limit(1)
    )
    request = RatingRequest(
        conversation=conversation,
        entry=last.entry if last else None,
        version=last.version if last else None,
        channel=conversation.chat.channel,
        ask_at=ask_at,
    )
    session.add(request)
    session.flush()
    return request


def request_for_case(session: Session, case: Case, ask_at: dt.datetime) -> RatingRequest:
    """The request about a resolved case, naming the officer who resolved it; the one from before where there is one."""
    before = session.scalar(select(RatingRequest).where(RatingRequest.case_id == case.id))
    if before is not None:
        return before
    officer = case.entries[-1].officer
    request = RatingRequest(
        conversation=case.conversation,
        case_id=case.id,
        officer_id=officer.id if officer else None,
        officer_name=officer.name if officer else None,
        channel=case.conversation.chat.channel,
        ask_at=ask_at,
    )
    session.add(request)
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


def claim(session: Session, request: RatingRequest, at: dt.datetime) -> bool:
    """Take the asking of a request; False when it was asked already."""
    claimed = session.scalar(
        update(RatingRequest)
        .where(RatingRequest.id == request.id, RatingRequest.asked_at.is_(None))
        .values(asked_at=at)
        .returning(RatingRequest.id)
    )
    session.refresh(request)
    return claimed is not None


def ask_anew(session: Session, request: RatingRequest, at: dt.datetime) -> RatingRequest:
    """A case was opened again and resolved: its one request may be answered, or its stars changed, from now on."""
    request.asked_at = at
    session.flush()
    return request


def rate(session: Session, request: RatingRequest, stars: int, at: dt.datetime) -> Rating:
    """Give or change the stars of a request; raises RatingRefused. The first value is kept."""
    if stars not in STARS:
        raise RatingRefused("stars are one to five")
    if request.asked_at is None or at > request.asked_at + CHANGEABLE_FOR:
        raise RatingRefused("the time to rate is over")
    rating = request.rating
    if rating is None:
        rating = Rating(stars=stars, first_stars=stars, rated_at=at)
        request.rating = rating
    else:
        rating.stars, rating.changed_at = stars, at
    session.flush()
    return rating


def comment(session: Session, request_id: int, text: str) -> None:
    """Keep the words that came with a rating; what is beyond COMMENT_LENGTH characters is cut."""
    rating = session.get(Rating, request_id)
    if rating is not None:
        rating.comment = text[:COMMENT_LENGTH]
