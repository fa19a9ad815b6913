"""The morning's summary: what is on an officer's desk, told once a working day to those on duty."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.cases.officers import notices as officer_notices
from desk.cases.officers import worklists
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import DailySummary, Officer, OfficerLink
from desk.ratings.reviews.listing import waiting_for
from desk.speech import Block, Choice, Utterance
from desk.working_time.hours import local

#: Local time from which the summary is told, and until which: later it is no news of the morning.
TOLD_FROM = dt.time(7, 45)
TOLD_UNTIL = dt.time(12)


def is_working_day(desk: Desk, session: Session, day: dt.date) -> bool:
    """Whether the authority works on this day, by its calendar."""
    return bool(desk.deadlines(session).calendar.agenda(None, duty=False).on(day))


def due(desk: Desk, session: Session) -> list[int]:
    """The ids of the officers who are to be told now."""
    here = local(desk.now())
    if not TOLD_FROM <= here.time() < TOLD_UNTIL or not is_working_day(desk, session, here.date()):
        return []
    told = select(DailySummary.officer_id).where(DailySummary.day == here.date())
    query = (
        select(OfficerLink.officer_id)
        .join(Officer, Officer.id == OfficerLink.officer_id)
        .where(Officer.active, Officer.on_duty, Officer.id.not_in(told))
        .order_by(Officer.id)
    )
    return list(session.scalars(query))


def tell(desk: Desk, session: Session, officer_id: int) -> bool:
    """Tell one officer; False where it was done before, which of two clocks the database decides."""
    at = desk.now()
    try:
        with session.begin_nested():
            session.add(DailySummary(officer_id=officer_id, day=local(at).date(), at=at))
    except IntegrityError:
        return False
    officer = session.get_one(Officer, officer_id)
    counted = worklists.counts(session, officer, at)
    reviews = waiting_for(session, officer)
    return officer_notices.tell(
        desk, session, officer, None, lambda language: _summary(desk, counted, reviews, language)
    )


def _summary(desk: Desk, counted: dict[str, int], reviews: int, language: Language) -> Utterance:
    """The lists of cases with a button each, and for a head the low ratings that wait in the console."""
    say = desk.texts.say
    lines = tuple(say(f"officer.list_{name}", language, count=count) for name, count in counted.items())
    if reviews:
        lines += (say("rating_review.in_summary", language, count=reviews),)
    label = say("officer.summary" if any(counted.values()) or reviews else "officer.summary_empty", language)
    choices = [Choice("officer_waiting", say("button.officer_waiting", language))]
    choices += [
        Choice("officer_list", say(f"officer.list_{name}", language, count=count), name)
        for name, count in counted.items()
        if count and name not in ("mine", "waiting")
    ]
    return Utterance((Block("list", label=label, items=lines),), tuple(choices))
