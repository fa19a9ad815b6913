"""Consultations as their pages show them: plain values, for the store is closed when a page is rendered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.consultations import commenting, service
from desk.consultations.model import Consultation, ConsultationState
from desk.consultations.permissions import ConsultationRefused
from desk.consultations.standing import ToldGroup, standing
from desk.desk import Desk
from desk.guidance.record import LANGUAGES, Language
from desk.subscriptions import progress
from desk.subscriptions.model import Broadcast

#: Rows of a list on one page.
LISTED = 50


def row_of(session: Session, consultation: Consultation, language: Language) -> dict[str, Any]:
    """A consultation in the list."""
    return {
        "id": consultation.id,
        "title": consultation.title(language),
        "unit": consultation.unit.name(language),
        "state": consultation.state,
        "last_day": consultation.last_day,
        "comments": commenting.count(session, consultation),
    }


def values_of(desk: Desk, session: Session, consultation: Consultation, language: Language) -> dict[str, Any]:
    """What the page of one consultation shows."""
    is_draft = consultation.state == ConsultationState.DRAFT
    told = standing(session, consultation)
    return {
        "facts": facts_of(desk, session, consultation, language),
        "sides": [side_of(consultation, code) for code in LANGUAGES],
        "missing": _missing(desk, consultation, language) if is_draft else "",
        "comments": told.comments,
        "waiting": told.waiting,
        "set_aside": told.set_aside,
        "groups": [group_of(desk, consultation, one, language) for one in told.groups],
    }


def facts_of(desk: Desk, session: Session, consultation: Consultation, language: Language) -> dict[str, Any]:
    topics = ", ".join(desk.texts.say(f"news.topic.{topic}", language) for topic in consultation.topics)
    news = session.scalar(select(Broadcast).where(Broadcast.key == service.news_key(consultation)))
    return {
        "id": consultation.id,
        "title": consultation.title(language),
        "unit": consultation.unit.name(language),
        "state": consultation.state,
        "last_day": consultation.last_day,
        "topics": topics,
        "told": progress.of(session, news).chats if news is not None else None,
        "made_by": consultation.made_by.name,
        "made_at": consultation.made_at,
        "opened_by": consultation.opened_by.name if consultation.opened_by is not None else "",
        "opened_at": consultation.opened_at,
        "closed_at": consultation.closed_at,
    }


def side_of(consultation: Consultation, code: Language) -> dict[str, Any]:
    """What everybody reads in one language."""
    return {
        "language": code,
        "title": consultation.title(code),
        "summary": consultation.summary(code),
        "changes": consultation.changes(code),
        "questions": [question[code] for question in consultation.questions],
        "reference": consultation.reference,
    }


def group_of(desk: Desk, consultation: Consultation, told: ToldGroup, language: Language) -> dict[str, Any]:
    """A group with the comment that speaks for it, and what was said about it."""
    group = told.group
    return {
        "id": group.id,
        "about": about(desk, consultation, group.question, language),
        "count": told.count,
        "text": told.central.text,
        "language": told.central.language,
        "outcome": group.outcome or "",
        "said": {"vi": group.said_vi, "en": group.said_en},
        "quoted": group.quoted,
        "answered_by": group.answered_by.name if group.answered_by is not None else "",
        "answered_at": group.answered_at,
    }


def about(desk: Desk, consultation: Consultation, place: int | None, language: Language) -> str:
    """What a comment is about."""
    if place is None:
        return desk.texts.say("consultation.whole", language)
    return f"{place + 1}. {consultation.questions[place][language]}"


def _missing(desk: Desk, consultation: Consultation, language: Language) -> str:
    """What has to be there before it can be opened, in words; empty where all is."""
    try:
        service.check_complete(desk, consultation)
    except ConsultationRefused as refused:
        field = desk.texts.say(f"page.consultations.field_{refused.field}", language)
        return f"{field}: {desk.texts.say(refused.reason, language, **refused.values)}"
    return ""
