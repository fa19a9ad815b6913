"""Whose a review is: the heads of its unit, else of the nearest above that has one, and nobody who has a part in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from desk.people import service as people
from desk.people.model import Appointment, Officer, Role
from desk.ratings.model import RatingPart, RatingRequest
from desk.ratings.reviews.model import RatingReview
from desk.units import service as units
from desk.units.model import Unit


def has_part(request: RatingRequest, officer: Officer) -> bool:
    """Whether the officer has a part in the rated matter."""
    return any(part.officer_id == officer.id for part in request.parts)


def heads_for(session: Session, review: RatingReview, above: Unit | None = None) -> tuple[Unit | None, list[Officer]]:
    """The unit whose heads a review is for, and these heads; with ``above`` only what lies above that unit is asked.

    No unit and nobody where none has an active head without a part in the rated matter.
    """
    for unit in units.chain(session, review.unit):
        if above is not None and unit.is_within(above):
            continue
        heads = [head for head in people.heads_of(session, unit) if not has_part(review.request, head)]
        if heads:
            return unit, heads
    return None, []


def led_by(officer: Officer) -> list[Unit]:
    """The units in which the officer is head."""
    return [held.unit for held in officer.appointments if held.role == Role.HEAD.value]


def may_review(review: RatingReview, head: Officer) -> bool:
    """Whether a review is within the head's units, and not about a matter in which they have a part themselves."""
    return head.active and head.may(review.unit, Role.HEAD) and not has_part(review.request, head)


def seen_by(head: Officer) -> ColumnElement[bool]:
    """The same of reviews in lists."""
    return and_(lies_in(led_by(head)), ~_takes_part(head.id))


def is_for(head: Officer) -> ColumnElement[bool]:
    """Whether a review waits for this head: by ``heads_for``, or as it is overdue and those below have not done it."""
    led = led_by(head)
    own = [and_(lies_in([unit]), ~_has_a_head_below(unit)) for unit in led]
    overdue = RatingReview.overdue_unit_id.in_([unit.id for unit in led])
    return and_(or_(false(), *own, overdue), ~_takes_part(head.id))


def lies_in(within: Sequence[Unit]) -> ColumnElement[bool]:
    """Whether a review belongs to one of these units or to one below them."""
    paths = [Unit.path.startswith(unit.path) for unit in within]
    return RatingReview.unit_id.in_(select(Unit.id).where(or_(false(), *paths)))


def _has_a_head_below(unit: Unit) -> ColumnElement[bool]:
    """Whether on the way from ``unit`` down to the review's own another unit has a head who may review it."""
    own, between = aliased(Unit), aliased(Unit)
    takes_part = exists().where(
        RatingPart.request_id == RatingReview.request_id, RatingPart.officer_id == Appointment.officer_id
    )
    return exists(
        select(Appointment.id)
        .join(Officer, Officer.id == Appointment.officer_id)
        .join(between, between.id == Appointment.unit_id)
        .join(own, own.path.startswith(between.path))
        .where(
            own.id == RatingReview.unit_id,
            between.path.startswith(unit.path),
            between.id != unit.id,
            Appointment.role == Role.HEAD.value,
            Officer.active,
            ~takes_part.correlate(RatingReview, Appointment),
        )
        .correlate(RatingReview)
    )


def _takes_part(officer_id: int) -> ColumnElement[bool]:
    return RatingReview.request_id.in_(select(RatingPart.request_id).where(RatingPart.officer_id == officer_id))
