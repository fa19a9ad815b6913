"""Changes of what ships that a curator decides about: ours is kept, theirs becomes a draft, or the matter is closed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.model import GuidanceDraft, GuidanceReview
from desk.guidance.permissions import GuidanceRefused, must_speak_for_the_department
from desk.paging import Page, page_of
from desk.people.model import Officer

#: ``kept``: this authority's text stays; ``closed``: it was settled otherwise, as the words say.
How = Literal["kept", "closed"]
#: Kinds that are about what ships.
SHIPPED = ("shipped_change", "shipped_removed")
_WAITING = (GuidanceReview.kind.in_(SHIPPED), GuidanceReview.done_at.is_(None))


def waiting_count(session: Session) -> int:
    """How many changes of what ships nobody has decided yet."""
    return session.scalar(select(func.count(GuidanceReview.id)).where(*_WAITING)) or 0


def waiting(
    session: Session, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[GuidanceReview]:
    """The changes of what ships that nobody has decided yet, the oldest first."""
    query = select(GuidanceReview).where(*_WAITING)
    return page_of(
        session, query, (GuidanceReview.id,), key=lambda review: (review.id,), limit=limit, after=after, before=before
    )


def of_entry(session: Session, entry_id: str) -> list[GuidanceReview]:
    """What waits to be decided about an entry, the newest first."""
    query = select(GuidanceReview).where(GuidanceReview.entry_id == entry_id, *_WAITING)
    return list(session.scalars(query.order_by(GuidanceReview.id.desc())))


def by_id(session: Session, number: int) -> GuidanceReview | None:
    """A change of what ships; None for any other review, such as what the linter found."""
    review = session.get(GuidanceReview, number)
    return review if review is not None and review.kind in SHIPPED else None


def settle(session: Session, review: GuidanceReview, officer: Officer, how: How, words: str, at: dt.datetime) -> None:
    """Close a review without changing what is published; closing it otherwise than by keeping ours needs words."""
    must_speak_for_the_department(session, officer)
    if review.done_at is not None:
        raise GuidanceRefused("drafting.refused.review_settled")
    if how == "closed" and not words.strip():
        raise GuidanceRefused("drafting.refused.words_missing")
    review.done_at = at
    detail = {"review": review.id, "kind": review.kind, "how": how, "words": words.strip()[: draft_steps.LENGTH]}
    record_act(
        session, actor=officer.actor, act="guidance.review_settled", subject=review.entry_id, detail=detail, at=at
    )


def take_theirs(
    session: Session, review: GuidanceReview, officer: Officer, words: str, at: dt.datetime
) -> GuidanceDraft:
    """Make a draft of what ships now, or of a removal the proposal to retire the entry; the review waits for it."""
    if review.done_at is not None:
        raise GuidanceRefused("drafting.refused.review_settled")
    if review.content is None:
        return draft_opening.propose_retirement(session, review.entry_id, officer, words, at, review=review)
    return draft_opening.open_shipped_change(session, review, officer, at)
