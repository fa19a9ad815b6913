"""Which questions ended without help: they are noted once, so that each is put into a group once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from desk.answering.outcome import Outcome
from desk.conversations.model import Conversation
from desk.enquiries.model import Enquiry, by_words_alone
from desk.gaps.model import GapQuestion, Kind

#: A question that ends as a gap later than this after it was asked is none: nobody comes back to it.
LOOKED_BACK = dt.timedelta(days=90)
_AT_ONCE = 200
_UNANSWERED = (Outcome.UNANSWERABLE_NOT_COVERED.value, Outcome.UNANSWERABLE_OUT_OF_SCOPE.value)


def uncollected(session: Session, at: dt.datetime, limit: int = _AT_ONCE) -> list[str]:
    """Enquiries that ended without help and are not noted yet, the first asked first.

    What is a personal matter, a complaint or a report ended otherwise (desk/answering/outcome.py), and is none of them.
    """
    known = exists().where(GapQuestion.enquiry_id == Enquiry.id)
    query = (
        select(Enquiry.id)
        .where(Enquiry.asked_at >= at - LOOKED_BACK, Enquiry.text != "", ~known)
        .where(or_(Enquiry.outcome.in_(_UNANSWERED), _in_vain(), _abandoned()))
        .order_by(Enquiry.asked_at, Enquiry.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def collect(session: Session, enquiry_id: str) -> None:
    """Note one of them; a second time changes nothing."""
    if session.get(GapQuestion, enquiry_id) is not None:
        return
    enquiry = session.get_one(Enquiry, enquiry_id)
    chat = session.get_one(Conversation, enquiry.conversation_id).chat
    entry, confidence = _nearest(enquiry)
    question = GapQuestion(
        enquiry_id=enquiry.id,
        kind=kind_of(enquiry).value,
        person_id=chat.person_id,
        asked_at=enquiry.asked_at,
        entry=entry,
        confidence=confidence,
    )
    session.add(question)
    session.flush()


def kind_of(enquiry: Enquiry) -> Kind:
    """How the enquiry ended, as a gap; another ministry's matter is out of scope, whatever else was said about it."""
    if enquiry.feedback == "not_helpful":
        return Kind.NOT_HELPFUL
    if enquiry.ministry is not None or enquiry.outcome == Outcome.UNANSWERABLE_OUT_OF_SCOPE:
        return Kind.OUT_OF_SCOPE
    return Kind.ABANDONED if enquiry.outcome == Outcome.CLARIFY_ENTRIES else Kind.NOT_COVERED


def asked(enquiry: Enquiry) -> str:
    """The whole question: a text that was joined to what was written before it is one with it."""
    return next((text for text in reversed(enquiry.searched) if text), enquiry.text)


def _in_vain() -> ColumnElement[bool]:
    """A complaint that was answered with its entry stays a complaint: only what guidance was to answer counts."""
    return and_(Enquiry.feedback == "not_helpful", Enquiry.outcome.like("answered%"))


def _abandoned() -> ColumnElement[bool]:
    """Entries were offered, none was chosen, and nothing was answered in the conversation afterwards.

    What was offered by its words alone, because the search was away, is no gap of the guidance.
    """
    later = aliased(Enquiry)
    answered = exists().where(
        later.conversation_id == Enquiry.conversation_id,
        later.message_id != Enquiry.message_id,
        later.asked_at >= Enquiry.asked_at,
        later.outcome.like("answered%"),
    )
    ended = exists().where(Conversation.id == Enquiry.conversation_id, Conversation.ended_at.is_not(None))
    return and_(Enquiry.outcome == Outcome.CLARIFY_ENTRIES.value, ~by_words_alone(), ended, ~answered)


def _nearest(enquiry: Enquiry) -> tuple[str | None, float | None]:
    """The entry that was shown, else the one that the search found nearest, and the probability that it answers."""
    found: dict[str, Mapping[str, Any]] = {str(hit["entry"]): hit for hit in reversed(enquiry.candidates)}
    entry = enquiry.entry or next(reversed(found), None)
    hit = found.get(entry) if entry is not None else None
    return entry, float(hit["confidence"]) if hit is not None else None
