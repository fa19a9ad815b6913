"""What whoever runs the desk is told of the law that ships: that it has aged, and what comes into force soon."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.compose import day
from desk.desk import Desk
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.law.ageing import Age, age


def of(desk: Desk, session: Session, as_of: dt.date) -> Age:
    """How old the law is, with the newest day on which somebody read it for an entry that is published."""
    read = session.scalars(
        select(GuidanceVersion.content["text_date"].as_string()).where(GuidanceVersion.withdrawn_at.is_(None))
    )
    newest = max(filter(None, read), default=None)
    checked = [desk.rules.law_checked_on, dt.date.fromisoformat(newest) if newest is not None else None]
    limit = dt.timedelta(days=desk.settings.value("law_aged_days"))
    return age(desk.instruments, checked, as_of, limit)


def warnings(desk: Desk, session: Session, as_of: dt.date, language: Language) -> list[str]:
    """What is to be done about it, in sentences; none where all is well."""
    found = of(desk, session, as_of)
    said = []
    if found.is_aged and found.newest is not None:
        newest = day(found.newest, language)
        said.append(desk.texts.say("system.law.aged", language, newest=newest, days=found.days))
    for one in found.coming:
        assert one.in_force.from_ is not None, "it comes into force on a day"
        name, begins = desk.instruments.name(one.number, language), day(one.in_force.from_, language)
        said.append(desk.texts.say("system.law.coming", language, name=name, begins=begins))
    return said
