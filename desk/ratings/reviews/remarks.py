"""Remarks: what an officer says about a rating of a matter in which they have a part."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.people.model import Officer, Role
from desk.ratings.model import RatingPart, RatingRequest
from desk.ratings.reviews import history
from desk.ratings.reviews.model import RatingRemark, RatingReview
from desk.ratings.reviews.permissions import ReviewRefused, must_remark
from desk.units.model import DEPARTMENT, Unit

#: Letters of a remark.
LENGTH = 2_000
#: Who reads the remarks of the officers of their units; administrators do not.
READERS = (Role.HEAD, Role.MANAGER)


def remark(desk: Desk, session: Session, request: RatingRequest, officer: Officer, words: str) -> RatingRemark:
    """Keep or replace the officer's one remark on a rating; raises ReviewRefused."""
    # Held until the end, so that no remark changes behind the back of a head who settles the review.
    held = select(RatingReview).where(RatingReview.request_id == request.id).with_for_update(of=RatingReview)
    must_remark(request, session.scalar(held.execution_options(populate_existing=True)), officer)
    said = words.strip()
    if not any(letter.isalnum() for letter in said):
        raise ReviewRefused("rating_review.refused.words", "remark")
    if len(said) > LENGTH:
        raise ReviewRefused("rating_review.refused.long", "remark", length=LENGTH)
    kept = session.get(RatingRemark, (request.id, officer.id))
    if kept is None:
        kept = RatingRemark(request_id=request.id, officer=officer, text=said, written_at=desk.now())
        session.add(kept)
    elif kept.text != said:
        kept.text, kept.changed_at = said, desk.now()
    session.flush()
    subject = history.subject_of(session, request)
    record_act(session, actor=officer.actor, act="rating_review.remarked", subject=subject, at=desk.now())
    return kept


def of_requests(session: Session, requests: Collection[int]) -> dict[int, list[RatingRemark]]:
    """The remarks on these ratings, by the id of the request."""
    found: dict[int, list[RatingRemark]] = {}
    rows = select(RatingRemark).where(RatingRemark.request_id.in_(requests)).order_by(RatingRemark.written_at)
    for one in session.scalars(rows):
        found.setdefault(one.request_id, []).append(one)
    return found


def readable(request: RatingRequest, written: Sequence[RatingRemark], reader: Officer | None) -> list[RatingRemark]:
    """Those of the remarks that a reader may see: their own, and those of officers for units that they lead or manage.

    ``reader`` None is the operator, who sees all.
    """
    if reader is None:
        return list(written)
    leads = [held.unit for held in reader.appointments if held.role in READERS]
    seen = {part.officer_id for part in request.parts if any(lay_in(part, unit) for unit in leads)}
    return [one for one in written if one.officer_id in seen | {reader.id}]


def lay_in(part: RatingPart, unit: Unit) -> bool:
    """Whether an officer had a part for this unit or one below it, as the units lay then."""
    return unit.code == DEPARTMENT or unit.id in (part.unit_id, part.team_id, part.office_id, part.region_id)
