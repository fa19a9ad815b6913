"""Ratings that do not count, marked with the reason: those of staff, and further accounts of one enterprise.

A mark is put once and stays in sight; nobody puts or takes one by hand. What is marked counts neither as asked nor as
answered, so that one condition serves both sides of a response rate.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from desk.conversations.model import Chat
from desk.people.model import OfficerLink
from desk.ratings.model import LeftOut, Rating, RatingPart, RatingRequest


def is_staff(session: Session, person_id: str) -> bool:
    """Whether a person is an officer: their chat is linked to one."""
    return bool(session.scalar(select(of_staff(literal(person_id)))))


def of_staff(person_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The same as a condition on the persons of a query."""
    linked = aliased(Chat)
    return exists().where(OfficerLink.chat_id == linked.id, linked.person_id == person_id)


def mark(
    session: Session, request: RatingRequest, person_id: str, at: dt.datetime, within: dt.timedelta
) -> LeftOut | None:
    """What a first rating of a person is to be marked with, at the moment at which it is given."""
    if request.left_out is not None:
        return request.left_out
    if is_staff(session, person_id):
        return LeftOut.STAFF
    if request.enterprise_id is not None and _rated_by_another_account(session, request, person_id, at - within):
        return LeftOut.SAME_ENTERPRISE
    return None


def _rated_by_another_account(session: Session, request: RatingRequest, person_id: str, since: dt.datetime) -> bool:
    others = (
        select(RatingRequest.id)
        .join(Rating, Rating.request_id == RatingRequest.id)
        .where(
            RatingRequest.enterprise_id == request.enterprise_id,
            RatingRequest.id != request.id,
            RatingRequest.left_out.is_(None),
            Rating.person_id != person_id,
            Rating.rated_at >= since,
            _about_the_same(request),
        )
    )
    return session.scalar(others.limit(1)) is not None


def _about_the_same(request: RatingRequest) -> ColumnElement[bool]:
    """The same officer; where no officer answered, the same entry."""
    officers = [part.officer_id for part in request.parts]
    if officers:
        with_them = select(RatingPart.request_id).where(RatingPart.officer_id.in_(officers))
        return RatingRequest.id.in_(with_them)
    return (RatingRequest.entry == request.entry) & RatingRequest.case_id.is_(None)
