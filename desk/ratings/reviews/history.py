"""The append-only history of a review: each act with its audit entry, in the transaction that does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case
from desk.people.model import Officer
from desk.ratings.model import RatingRequest
from desk.ratings.reviews.model import ActKind, RatingReview, ReviewAct

_BY_PERSON = (ActKind.OPENED, ActKind.STARS_CHANGED)


def add(
    session: Session,
    review: RatingReview,
    kind: ActKind,
    at: dt.datetime,
    *,
    by: Officer | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note an act of an officer, or without one of the person or the clock. The audit keeps no words."""
    known = dict(detail or {})
    review.acts.append(ReviewAct(kind=kind, officer_id=by.id if by else None, words=words, detail=known, at=at))
    session.flush()
    actor = by.actor if by is not None else "person" if kind in _BY_PERSON else "clock"
    subject = subject_of(session, review.request)
    known["review"] = review.id
    record_act(session, actor=actor, act=f"rating_review.{kind.value}", subject=subject, detail=known, at=at)


def subject_of(session: Session, request: RatingRequest) -> str:
    """How the audit calls a rated matter: its case by number, so that those read of it who read of the case."""
    case = session.get(Case, request.case_id) if request.case_id is not None else None
    return case.number or "" if case is not None else f"rating {request.id}"
