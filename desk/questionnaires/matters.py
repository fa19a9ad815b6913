"""The matters that people had with the desk in a period: their cases, and what they asked without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from desk.cases.model import Case
from desk.conversations.model import FORGOTTEN, Chat, Conversation, Person
from desk.enquiries.model import Enquiry
from desk.enterprises.model import Enterprise
from desk.figures.topics import ABOUT
from desk.guidance.model import GuidanceEntry
from desk.questionnaires.model import Questionnaire
from desk.questionnaires.plan import CHANNELS, Sample, sample_of
from desk.units import service as units
from desk.units.model import DEPARTMENT, Unit
from desk.working_time.hours import begin_of

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Candidate:
    """A chat with its newest matter that fits.

    ``topic`` is a group of the guidance, ``region`` the code of the unit below the top that the case lay in;
    ``enterprise`` the tax code of the enterprise, where one is known. ``rank`` is the chat's place in the draw.
    """

    chat_id: str
    person_id: str
    channel: str
    language: str
    is_blocked: bool
    enterprise: str | None
    topic: str | None
    region: str | None
    at: dt.datetime
    rank: str = ""


def of(session: Session, questionnaire: Questionnaire) -> list[Candidate]:
    """The chats whose matters fit the sample of a questionnaire, each once."""
    sample = sample_of(questionnaire)
    unit = units.by_code(session, sample.unit) if sample.unit else questionnaire.unit
    newest: dict[str, Candidate] = {}
    for one in _found(session, sample, unit or questionnaire.unit):
        if sample.languages and one.language not in sample.languages:
            continue
        known = newest.get(one.chat_id)
        if known is None or one.at > known.at:
            newest[one.chat_id] = one
    return list(newest.values())


def _found(session: Session, sample: Sample, unit: Unit) -> Iterator[Candidate]:
    if sample.case != "without":
        yield from map(_candidate, session.execute(_cases(sample, unit)))
    # What was asked without a case belongs to no unit.
    if sample.case != "with" and unit.code == DEPARTMENT:
        yield from map(_candidate, session.execute(_enquiries(sample)))


def _cases(sample: Sample, unit: Unit) -> Select[Any]:
    region, lies_in = aliased(Unit), aliased(Unit)
    query = _of_chats(
        sample,
        [Case.language.label("spoken"), Case.topic.label("topic"), region.code.label("region")],
        [Case.opened_at.label("at"), func.coalesce(Enterprise.tax_code, Case.tax_code, Person.tax_code)],
    )
    query = (
        query.join(Case, Case.conversation_id == Conversation.id)
        .join(lies_in, lies_in.id == Case.unit_id)
        .outerjoin(region, region.id == Case.first_unit_id)
        .outerjoin(Enterprise, Enterprise.id == func.coalesce(Case.enterprise_id, Person.acting_for_id))
        .where(lies_in.path.startswith(unit.path), *_days(sample, Case.opened_at))
    )
    return query.where(Case.topic.in_(sample.topics)) if sample.topics else query


def _enquiries(sample: Sample) -> Select[Any]:

    query = _of_chats(
        sample,
        [Enquiry.language.label("spoken"), GuidanceEntry.group.label("topic"), null().label("region")],
        [Enquiry.asked_at.label("at"), func.coalesce(Enterprise.tax_code, Person.tax_code)],
    )
    query = (
        query.join(Enquiry, Enquiry.conversation_id == Conversation.id)
        .outerjoin(GuidanceEntry, GuidanceEntry.id == ABOUT)
        .outerjoin(Enterprise, Enterprise.id == Person.acting_for_id)
        .where(~exists().where(Case.conversation_id == Conversation.id), *_days(sample, Enquiry.asked_at))
    )
    return query.where(GuidanceEntry.group.in_(sample.topics)) if sample.topics else query


def _of_chats(sample: Sample, about: list[Any], known: list[Any]) -> Select[Any]:
    """The chats of a sample with their conversations, as far as these are not forgotten."""
    return (
        select(Chat.id, Chat.person_id, Chat.channel, Chat.blocked_at, Person.language_choice, *about, *known)
        .select_from(Chat)
        .join(Person, Person.id == Chat.person_id)
        .join(Conversation, Conversation.chat_id == Chat.id)
        .where(
            and_(
                Chat.channel.in_(sample.channels or CHANNELS),
                Conversation.end_reason.is_distinct_from(FORGOTTEN),
            )
        )
    )


def _candidate(row: Any) -> Candidate:
    chat_id, person_id, channel, blocked_at, choice, spoken, topic, region, at, enterprise = row
    return Candidate(
        chat_id=chat_id,
        person_id=person_id,
        channel=channel,
        language="en" if (choice or spoken) == "en" else "vi",
        is_blocked=blocked_at is not None,
        enterprise=enterprise.strip() if enterprise and enterprise.strip() else None,
        topic=topic,
        region=region,
        at=at,
    )


def _days(sample: Sample, at: InstrumentedAttribute[dt.datetime]) -> list[ColumnElement[bool]]:
    since = [at >= begin_of(sample.first)] if sample.first else []
    until = [at < begin_of(sample.last + _DAY)] if sample.last else []
    return [*since, *until]
