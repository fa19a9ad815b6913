"""The acts of a consultation: drafted, opened and told to subscribers, closed; once open its words never change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.consultations.model import Consultation, ConsultationState, Step
from desk.consultations.permissions import ConsultationRefused, must_be, must_lead
from desk.consultations.plan import (
    LONGEST_DAYS,
    MOST_QUESTIONS,
    QUESTION_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    ConsultationPlan,
    plan_of,
)
from desk.desk import Desk
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.questionnaires.permissions import LEADERS
from desk.questionnaires.plan import Words
from desk.subscriptions.noting import note as note_news
from desk.subscriptions.service import TOPICS
from desk.units.model import Unit


def make(desk: Desk, session: Session, unit: Unit, plan: ConsultationPlan, officer: Officer) -> Consultation:
    """Keep a draft of a unit; raises ConsultationRefused."""
    must_lead(officer, unit)
    check(plan)
    made = Consultation(
        unit=unit, made_by=officer, made_at=desk.now(), state=ConsultationState.DRAFT.value, **_columns(plan)
    )
    session.add(made)
    note(desk, session, made, officer.actor, Step.MADE, {"unit": unit.code})
    return made


def edit(desk: Desk, session: Session, consultation: Consultation, plan: ConsultationPlan, officer: Officer) -> None:
    """Change a draft; raises ConsultationRefused."""
    must_lead(officer, consultation.unit)
    must_be(consultation, ConsultationState.DRAFT)
    check(plan)
    for name, value in _columns(plan).items():
        setattr(consultation, name, value)
    note(desk, session, consultation, officer.actor, Step.EDITED)


def discard(desk: Desk, session: Session, consultation: Consultation, officer: Officer) -> None:
    """Throw a draft away; raises ConsultationRefused."""
    must_lead(officer, consultation.unit)
    must_be(consultation, ConsultationState.DRAFT)
    note(desk, session, consultation, officer.actor, Step.DISCARDED, {"title": consultation.title_vi})
    session.delete(consultation)
    session.flush()


def open_(desk: Desk, session: Session, consultation: Consultation, officer: Officer) -> None:
    """Let everybody comment, and tell the subscribers of its topics; raises ConsultationRefused."""
    must_lead(officer, consultation.unit)
    must_be(consultation, ConsultationState.DRAFT)
    check_complete(desk, consultation)
    consultation.state = ConsultationState.OPEN.value
    consultation.opened_by, consultation.opened_at = officer, desk.now()
    note(desk, session, consultation, officer.actor, Step.OPENED)
    if consultation.topics and consultation.last_day is not None:
        content = {
            "title": {"vi": consultation.title_vi, "en": consultation.title_en},
            "last_day": consultation.last_day.isoformat(),
            "address": address_of(desk, consultation),
        }
        key, topics = news_key(consultation), consultation.topics
        note_news(session, key=key, kind="consultation", topics=topics, content=content, at=desk.now())


def close(desk: Desk, session: Session, consultation: Consultation, officer: Officer) -> None:
    """Take no more comments; raises ConsultationRefused."""
    must_lead(officer, consultation.unit)
    _close(desk, session, consultation, officer.actor)


def close_by_clock(desk: Desk, session: Session, consultation: Consultation) -> bool:
    """Close one whose last day is over; False where that was done, or is not yet due."""
    if consultation.state != ConsultationState.OPEN or not is_over(desk, consultation):
        return False
    _close(desk, session, consultation, "clock")
    return True


def is_over(desk: Desk, consultation: Consultation) -> bool:
    return consultation.last_day is not None and desk.today() > consultation.last_day


def over(desk: Desk, session: Session) -> list[int]:
    """The open ones whose last day is over."""
    is_open = Consultation.state == ConsultationState.OPEN.value
    return list(session.scalars(select(Consultation.id).where(is_open, Consultation.last_day < desk.today())))


def address_of(desk: Desk, consultation: Consultation) -> str:
    """Where everybody reads it and comments."""
    return f"{desk.web_address}/consultations/{consultation.id}"


def news_key(consultation: Consultation) -> str:
    return f"consultation:{consultation.id}"


def by_id(session: Session, id: int, *, to_change: bool = False) -> Consultation | None:
    """A consultation by its number; to change it, locked and as it is now."""
    query = select(Consultation).where(Consultation.id == id)
    if to_change:
        query = query.with_for_update(of=Consultation).execution_options(populate_existing=True)
    return session.scalar(query)


def public(session: Session, id: int) -> Consultation | None:
    """One that everybody may read; None for a draft."""
    found = by_id(session, id)
    return found if found is not None and found.state != ConsultationState.DRAFT else None


def listed(
    session: Session,
    officer: Officer | None,
    *,
    limit: int,
    states: Sequence[ConsultationState] = (),
    after: str | None = None,
    before: str | None = None,
) -> Page[Consultation]:
    """A page of those that the officer leads, the newest first; None is the operator or, by states, the public."""
    query = select(Consultation)
    if officer is not None:
        led = [Unit.path.startswith(unit.path) for unit in officer.topmost(*LEADERS)]
        query = query.where(Consultation.unit_id.in_(select(Unit.id).where(or_(False, *led))))
    if states:
        query = query.where(Consultation.state.in_([state.value for state in states]))
    return page_of(
        session,
        query,
        (Consultation.id,),
        key=lambda row: (row.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def check(plan: ConsultationPlan) -> None:
    """What a draft must have, and nothing too long; raises ConsultationRefused with the field."""
    _both("title", plan.title, TITLE_LENGTH)
    for name, words in (("summary", plan.summary), ("changes", plan.changes)):
        _not_too_long(name, words, TEXT_LENGTH)
    if len(plan.reference) > REFERENCE_LENGTH:
        raise ConsultationRefused("questionnaire.refused.too_long", "reference", length=REFERENCE_LENGTH)
    if not set(plan.topics) <= set(TOPICS):
        raise ConsultationRefused("questionnaire.refused.unknown_word", "topics")
    if len(plan.questions) > MOST_QUESTIONS:
        raise ConsultationRefused("consultation.refused.many_questions", "questions", most=MOST_QUESTIONS)
    for question in plan.questions:
        _both("questions", question, QUESTION_LENGTH)


def check_complete(desk: Desk, consultation: Consultation) -> None:
    """What must be there before anybody reads it; raises ConsultationRefused with the field."""
    plan = plan_of(consultation)
    check(plan)
    _both("summary", plan.summary, TEXT_LENGTH)
    _both("changes", plan.changes, TEXT_LENGTH)
    days = (plan.last_day - desk.today()).days if plan.last_day else 0
    if not 1 <= days <= LONGEST_DAYS:
        raise ConsultationRefused("consultation.refused.last_day", "last_day", most=LONGEST_DAYS)


def note(
    desk: Desk,
    session: Session,
    consultation: Consultation,
    actor: str,
    step: Step,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record an act of a consultation, in the transaction that carries it out."""
    session.flush()
    subject = f"consultation#{consultation.id}"
    record_act(session, actor=actor, act=f"consultation.{step.value}", subject=subject, detail=detail, at=desk.now())


def _close(desk: Desk, session: Session, consultation: Consultation, actor: str) -> None:
    must_be(consultation, ConsultationState.OPEN)
    consultation.state, consultation.closed_at = ConsultationState.CLOSED.value, desk.now()
    note(desk, session, consultation, actor, Step.CLOSED)


def _columns(plan: ConsultationPlan) -> dict[str, Any]:
    parts = ("title", "summary", "changes")
    words = {f"{part}_{code}": getattr(getattr(plan, part), code).strip() for part in parts for code in ("vi", "en")}
    return {
        **words,
        "reference": plan.reference.strip(),
        "topics": list(plan.topics),
        "questions": [{"vi": each.vi.strip(), "en": each.en.strip()} for each in plan.questions],
        "last_day": plan.last_day,
    }


def _both(field: str, words: Words, length: int) -> None:
    if not (words.vi.strip() and words.en.strip()):
        raise ConsultationRefused("questionnaire.refused.both_languages", field)
    _not_too_long(field, words, length)


def _not_too_long(field: str, words: Words, length: int) -> None:
    if max(len(words.vi), len(words.en)) > length:
        raise ConsultationRefused("questionnaire.refused.too_long", field, length=length)
