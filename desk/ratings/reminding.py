"""The one reminder: who was asked, has not answered, still can, and is disturbed neither by the hour nor while at work.

One function finds the requests, reading only; another reminds of one in a transaction of its own, which looks again, so
that two clocks at once do it once.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from desk.cases.model import OPEN_STATES, Case
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Conversation
from desk.desk import Desk
from desk.ratings import fairness, words
from desk.ratings.model import Rating, RatingRequest
from desk.units import service as units
from desk.units.model import Unit

#: At most so many at one look, so that the rest of the clock's work is not held up in the morning.
AT_ONCE = 50


def due(desk: Desk, session: Session) -> list[int]:
    """The requests of which somebody is to be reminded now, those that end first at the top."""
    calendar, now, department = desk.deadlines(session).calendar, desk.now(), units.department(session)

    @cache
    def is_working(unit_id: int | None) -> bool:
        unit = session.get_one(Unit, unit_id) if unit_id is not None else department
        return calendar.is_working(now, unit)

    rows = session.execute(
        select(RatingRequest.id, Case.unit_id)
        .outerjoin(Case, Case.id == RatingRequest.case_id)
        .where(*_is_due(desk))
        .order_by(RatingRequest.open_until, RatingRequest.id)
    )
    return [request_id for request_id, unit_id in rows if is_working(unit_id)][:AT_ONCE]


def remind(desk: Desk, session: Session, request_id: int) -> None:
    """Show the five buttons of a request once more, if that is still due."""
    claimed = session.scalar(
        update(RatingRequest)
        .where(RatingRequest.id == request_id, *_is_due(desk))
        .values(reminded_at=desk.now())
        .returning(RatingRequest.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        return
    request = session.get_one(RatingRequest, claimed, populate_existing=True)
    language = conversations.language_of(request.conversation)
    asked = words.asking(desk, session, request, language, said="rating.remind")
    # One of many at the begin of a working day: answers go first.
    conversations.say(session, request.conversation, asked, desk.now(), bulk_from=desk.now())


def _is_due(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    """Whether a request may be reminded of, but for the hour.

    What was asked again, because a case was settled anew, is due so long after that: as long as nothing was given,
    ``open_until`` tells when it was asked last.
    """
    rules, now = desk.rules.ratings, desk.now()
    there, going_on, theirs, case = aliased(Conversation), aliased(Conversation), aliased(Chat), aliased(Case)
    blocked = exists().where(
        there.id == RatingRequest.conversation_id, Chat.id == there.chat_id, Chat.blocked_at.is_not(None)
    )
    talks = exists().where(
        theirs.person_id == RatingRequest.person_id, going_on.chat_id == theirs.id, going_on.ended_at.is_(None)
    )
    waits = exists().where(case.person_id == RatingRequest.person_id, case.state.in_(OPEN_STATES))
    return (
        RatingRequest.reminded_at.is_(None),
        RatingRequest.left_out.is_(None),
        RatingRequest.open_until <= now + rules.changeable_for - rules.remind_after,
        RatingRequest.open_until >= now,
        ~exists().where(Rating.request_id == RatingRequest.id),
        ~blocked,
        ~talks,
        ~waits,
        ~fairness.of_staff(RatingRequest.person_id),
    )
