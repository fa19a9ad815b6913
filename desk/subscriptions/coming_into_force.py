"""Legal instruments that come into force: found once for each day, also for days on which nobody looked."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance.record import LANGUAGES
from desk.guidance.service import corpus
from desk.law.instruments import Instrument
from desk.subscriptions.model import Broadcast, NewsDay
from desk.subscriptions.noting import note
from desk.subscriptions.service import TOPICS


def is_due(desk: Desk, session: Session) -> bool:
    """Whether note_unnoted would find something: today was not looked at, or an instrument was listed since."""
    today = session.get(NewsDay, desk.today())
    return today is None or bool(_unnoted(desk, session, today))


def note_unnoted(desk: Desk, session: Session) -> None:
    """Note, as news of the topics that it bears on, each instrument that came into force since the last day looked at.

    A store that was never looked at begins today: what came into force before is no news.
    """
    today = _begin(session, desk.today())
    for instrument in _unnoted(desk, session, today):
        content = {
            "number": instrument.number,
            "name": {language: desk.instruments.name(instrument.number, language) for language in LANGUAGES},
            "in_force_from": str(instrument.in_force.from_),
            "sources": list(instrument.sources),
        }
        topics = topics_of(session, instrument)
        note(session, key=_key(instrument), kind="instrument", topics=topics, content=content, at=desk.now())


def topics_of(session: Session, instrument: Instrument) -> list[str]:
    """The topics whose guidance cites the instrument, or one that it amends or replaces."""
    cited = {instrument.number, *(change.instrument for change in instrument.changes)}
    topics = {
        entry.record.group
        for entry in corpus(session).entries
        if any(citation.instrument in cited for citation in entry.record.legal_basis)
    }
    return [topic for topic in TOPICS if topic in topics]


def _unnoted(desk: Desk, session: Session, today: NewsDay) -> list[Instrument]:
    due = [each for each in desk.instruments if _came_into_force(each, today.since, today.day)]
    keys = [_key(each) for each in due]
    noted = set(session.scalars(select(Broadcast.key).where(Broadcast.key.in_(keys)))) if keys else set()
    return [each for each in due if _key(each) not in noted]


def _begin(session: Session, today: dt.date) -> NewsDay:
    """Keep that today is looked at, and since when; of two clocks one does."""
    known = session.get(NewsDay, today)
    if known is not None:
        return known
    last = session.scalar(select(NewsDay.day).where(NewsDay.day < today).order_by(NewsDay.day.desc()).limit(1))
    since = last + dt.timedelta(days=1) if last is not None else today
    try:
        with session.begin_nested():
            session.add(NewsDay(day=today, since=since))
    except IntegrityError:
        pass  # the other clock was faster
    return session.get_one(NewsDay, today)


def _came_into_force(instrument: Instrument, first: dt.date, last: dt.date) -> bool:
    return instrument.in_force.from_ is not None and first <= instrument.in_force.from_ <= last


def _key(instrument: Instrument) -> str:
    return f"instrument:{instrument.number}:{instrument.in_force.from_}"
