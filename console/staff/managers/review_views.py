"""Reviews of low ratings as their pages show them: plain values, for the store is closed when a page is rendered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.web.rating_views import shown
from desk.cases.officers_chat.acts import shown_state
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.ratings.reviews import listing, matter, message, received, responsible, service
from desk.ratings.reviews.model import RatingReview, ReviewAct, Verdict


def row_of(desk: Desk, session: Session, review: RatingReview, language: Language, now: dt.datetime) -> dict[str, Any]:
    """A review in the list."""
    rating = review.request.rating
    return {
        "id": review.id,
        "about": listing.about(desk, session, review, language),
        "unit": review.unit.name(language),
        "state": review.state.value,
        "opened_at": review.opened_at,
        "due_at": review.due_at,
        "is_overdue": listing.is_overdue(review, now),
        "was_raised": service.was_raised(review),
        "comment": (rating.comment or "") if rating is not None else "",
        "language": review.request.language,
        "cause": _cause(desk, review, language),
        "settled_at": review.settled_at,
        "settled_by": review.settled_by.name if review.settled_by is not None else "",
    }


def values_of(desk: Desk, session: Session, review: RatingReview, head: Officer, language: Language) -> dict[str, Any]:
    """What the page of one review shows."""
    rated = received.completed(session, [review.request], head)[0]
    said = message.to_enterprise(desk, session, review)
    unit, heads = responsible.heads_for(session, review)
    spoken = message.language_of(review)
    return {
        "review": row_of(desk, session, review, language, desk.now())
        | {
            "revision": review.revision,
            "is_open": review.is_open,
            "verdict": review.verdict.value if review.verdict is not None else "",
            "cause_name": review.cause or "",
            "cause_words": review.cause_words,
            "action": review.action,
            "words": review.words,
            "reason": review.reason,
        },
        "rating": shown(desk, rated, head, language),
        "excerpt": matter.excerpt(session, review.request),
        "history": [_act(desk, act, language) for act in review.acts],
        "heads": ", ".join(each.name for each in heads),
        "heads_unit": unit.name(language) if unit is not None else "",
        "message": said if review.words else None,
        "seen": message.fingerprint(said),
        "may_reach": message.may_reach(session, review.request),
        "spoken": spoken,
        "delivery": _delivery(session, review),
        "verdicts": [(each.value, desk.texts.say(f"rating_review.verdict.{each.value}", language)) for each in Verdict],
        "causes": [
            (name, desk.texts.say(f"rating_review.cause.{name}", language)) for name in desk.rules.reviews.causes
        ],
        "length": service.LENGTH,
    }


def _cause(desk: Desk, review: RatingReview, language: Language) -> str:
    """The name of a cause in words; one that the file no longer has is called as it is kept."""
    name = f"rating_review.cause.{review.cause}"
    return desk.texts.say(name, language) if desk.texts.has(name) else review.cause or ""


def _act(desk: Desk, act: ReviewAct, language: Language) -> dict[str, Any]:
    say, detail = desk.texts.say, act.detail
    about = ""
    if "stars" in detail:
        given = [stars for stars in (detail["stars"], detail["officer_stars"]) if stars is not None]
        about = say(f"rating_review.stars_{len(given)}", language, stars=given[0], officer_stars=given[-1])
    elif "told" in detail:
        about = say("rating_review.chats", language, count=detail["told"])
    elif "verdict" in detail:
        about = say(f"rating_review.verdict.{detail['verdict']}", language)
    return {
        "kind": act.kind.value,
        "title": say(f"rating_review.act.{act.kind.value}", language),
        "about": about,
        "by": act.officer.name if act.officer is not None else "",
        "words": act.words,
        "at": act.at,
    }


def _delivery(session: Session, review: RatingReview) -> tuple[str, dt.datetime | None] | None:
    """What became of the message to the enterprise: the name of its text, and when it arrived."""
    if review.message_order is None:
        return None
    sent = session.scalars(select(Delivery).where(Delivery.message_order == review.message_order)).first()
    if sent is None:
        return None
    state = shown_state(sent.state)
    return ("waiting_to_be_read" if state == "waiting" and sent.channel == "web" else state), sent.delivered_at
