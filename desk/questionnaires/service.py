"""The acts of a questionnaire: made, edited, opened to its sample, closed. publishing.py publishes it.

Once open its questions never change: an answer would no longer be the answer to what was asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.questionnaires import anonymity, awaiting, checking, sampling
from desk.questionnaires.model import (
    Invitation,
    Question,
    QuestionKind,
    Questionnaire,
    QuestionnaireKind,
    QuestionnaireState,
    Response,
    Step,
)
from desk.questionnaires.permissions import LEADERS, QuestionnaireRefused, must_be, must_lead
from desk.questionnaires.plan import Heading, Plan, QuestionPlan, Sample, sample_of
from desk.units.model import Unit


def make(desk: Desk, session: Session, unit: Unit, plan: Plan, officer: Officer) -> Questionnaire:
    """Keep a draft of a unit; its questions and sample may come later. Raises QuestionnaireRefused."""
    must_lead(officer, unit)
    checking.check_heading(plan.heading)
    checking.check_sample(session, unit, plan.sample, desk.today())
    questionnaire = Questionnaire(
        kind=QuestionnaireKind.SURVEY.value,
        unit=unit,
        sample=plan.sample.as_json(),
        seed=secrets.randbelow(2**31),
        made_by=officer,
        made_at=desk.now(),
        state=QuestionnaireState.DRAFT.value,
        **_columns(plan.heading),
    )
    session.add(questionnaire)
    for question in plan.questions:
        _append(desk, questionnaire, question)
    note(desk, session, questionnaire, officer.actor, Step.MADE, {"unit": unit.code})
    return questionnaire


def edit(desk: Desk, session: Session, questionnaire: Questionnaire, heading: Heading, officer: Officer) -> None:
    """Change what is said and promised, while it is a draft; raises QuestionnaireRefused."""
    _must_be_written_by(questionnaire, officer)
    checking.check_heading(heading)
    for name, value in _columns(heading).items():
        setattr(questionnaire, name, value)
    note(desk, session, questionnaire, officer.actor, Step.EDITED, {"part": "heading"})


def choose_sample(desk: Desk, session: Session, questionnaire: Questionnaire, sample: Sample, officer: Officer) -> None:
    """Say who is asked, while it is a draft; raises QuestionnaireRefused."""
    _must_be_written_by(questionnaire, officer)
    checking.check_sample(session, questionnaire.unit, sample, desk.today())
    questionnaire.sample = sample.as_json()
    note(desk, session, questionnaire, officer.actor, Step.EDITED, {"part": "sample"})


def add_question(
    desk: Desk, session: Session, questionnaire: Questionnaire, plan: QuestionPlan, officer: Officer
) -> Question:
    """Add a question at the end of a draft; raises QuestionnaireRefused."""
    _must_be_written_by(questionnaire, officer)
    question = _append(desk, questionnaire, plan)
    note(desk, session, questionnaire, officer.actor, Step.EDITED, {"part": "question"})
    return question


def change_question(desk: Desk, session: Session, question: Question, plan: QuestionPlan, officer: Officer) -> None:
    """Change a question of a draft; raises QuestionnaireRefused."""
    _must_be_written_by(question.questionnaire, officer)
    checking.check_question(plan, desk.rules.questionnaires)
    for name, value in _question_columns(plan).items():
        setattr(question, name, value)
    note(desk, session, question.questionnaire, officer.actor, Step.EDITED, {"part": "question"})


def move_question(desk: Desk, session: Session, question: Question, by: int, officer: Officer) -> None:
    """Move a question of a draft so many places, as far as there are places; raises QuestionnaireRefused."""
    questionnaire = question.questionnaire
    _must_be_written_by(questionnaire, officer)
    order = [each for each in questionnaire.questions if each is not question]
    order.insert(max(0, min(len(order), question.position + by)), question)
    _number(order)
    note(desk, session, questionnaire, officer.actor, Step.EDITED, {"part": "question"})
    session.refresh(questionnaire, ["questions"])


def remove_question(desk: Desk, session: Session, question: Question, officer: Officer) -> None:
    """Take a question out of a draft; raises QuestionnaireRefused."""
    questionnaire = question.questionnaire
    _must_be_written_by(questionnaire, officer)
    questionnaire.questions.remove(question)
    _number(questionnaire.questions)
    note(desk, session, questionnaire, officer.actor, Step.EDITED, {"part": "question"})


def discard(desk: Desk, session: Session, questionnaire: Questionnaire, officer: Officer) -> None:
    """Throw a draft away; raises QuestionnaireRefused."""
    _must_be_written_by(questionnaire, officer)
    note(desk, session, questionnaire, officer.actor, Step.DISCARDED, {"title": questionnaire.title_vi})
    session.delete(questionnaire)
    session.flush()


def preview(desk: Desk, session: Session, questionnaire: Questionnaire, officer: Officer) -> sampling.Preview:
    """How many would be asked now, and who is left out by which rule, in counts; raises QuestionnaireRefused."""
    must_lead(officer, questionnaire.unit)
    return sampling.preview(desk, session, questionnaire)


def open_(desk: Desk, session: Session, questionnaire: Questionnaire, officer: Officer, *, people: int) -> None:
    """Draw the sample and let it go; ``people`` is the number that the officer saw and agrees to.

    From here on the people are rows: each is asked once, whatever happens meanwhile. Raises QuestionnaireRefused.
    """
    _must_be_written_by(questionnaire, officer)
    checking.check_complete(questionnaire, desk.rules.questionnaires, desk.today())
    checking.check_sample(session, questionnaire.unit, sample_of(questionnaire), desk.today())
    drawn = sampling.draw(desk, session, questionnaire)
    if not drawn:
        raise QuestionnaireRefused("questionnaire.refused.nobody", "sample")
    if len(drawn) != people:
        raise QuestionnaireRefused("questionnaire.refused.other_number", "people", count=len(drawn))
    questionnaire.state, questionnaire.people = QuestionnaireState.OPEN.value, len(drawn)
    questionnaire.opened_by, questionnaire.opened_at = officer, desk.now()
    session.flush()
    for one in drawn:
        invited = Invitation(questionnaire_id=questionnaire.id, chat_id=one.chat_id, topic=one.topic, region=one.region)
        session.add(invited)
    note(desk, session, questionnaire, officer.actor, Step.OPENED, {"count": len(drawn)})


def close(desk: Desk, session: Session, questionnaire: Questionnaire, officer: Officer) -> None:
    """Nobody answers any more, and what was not finished is deleted; raises QuestionnaireRefused."""
    must_lead(officer, questionnaire.unit)
    _close(desk, session, questionnaire, officer.actor)


def close_by_clock(desk: Desk, session: Session, questionnaire: Questionnaire) -> bool:
    """Close one whose last day is over; False where that was done, or is not yet due."""
    if not is_over(desk, questionnaire) or questionnaire.state != QuestionnaireState.OPEN:
        return False
    _close(desk, session, questionnaire, "clock")
    return True


def is_over(desk: Desk, questionnaire: Questionnaire) -> bool:
    """Whether the last day on which one may answer is over."""
    return questionnaire.last_day is not None and desk.today() > questionnaire.last_day


def by_id(session: Session, id: int, *, to_change: bool = False) -> Questionnaire | None:
    """A questionnaire by its number; to change it, locked and as it is now."""
    query = select(Questionnaire).where(Questionnaire.id == id)
    if to_change:
        query = query.with_for_update(of=Questionnaire).execution_options(populate_existing=True)
    return session.scalar(query)


def question_of(session: Session, questionnaire: Questionnaire, id: int) -> Question | None:
    """A question by its number; None where it is another questionnaire's."""
    question = session.get(Question, id)
    return question if question is not None and question.questionnaire_id == questionnaire.id else None


def listed(
    session: Session,
    officer: Officer | None,
    *,
    limit: int,
    states: Sequence[QuestionnaireState] = (),
    after: str | None = None,
    before: str | None = None,
) -> Page[Questionnaire]:
    """A page of those that the officer leads, the newest first; None is the operator. Raises BadCursor."""
    query = select(Questionnaire)
    if officer is not None:
        led = [Unit.path.startswith(unit.path) for unit in officer.topmost(*LEADERS)]
        query = query.where(Questionnaire.unit_id.in_(select(Unit.id).where(or_(False, *led))))
    if states:
        query = query.where(Questionnaire.state.in_([state.value for state in states]))
    return page_of(
        session, query, (Questionnaire.id,), key=lambda row: (row.id,), limit=limit, descending=True, after=after,
        before=before,
    )  # fmt: skip


def note(
    desk: Desk,
    session: Session,
    questionnaire: Questionnaire,
    actor: str,
    step: Step,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record an act of a questionnaire, in the transaction that carries it out."""
    session.flush()
    subject = f"questionnaire#{questionnaire.id}"
    record_act(session, actor=actor, act=f"questionnaire.{step.value}", subject=subject, detail=detail, at=desk.now())


def _close(desk: Desk, session: Session, questionnaire: Questionnaire, actor: str) -> None:
    must_be(questionnaire, QuestionnaireState.OPEN)
    unfinished = select(Response).where(Response.questionnaire_id == questionnaire.id, Response.finished.is_(False))
    for response in session.scalars(unfinished):
        session.delete(response)
    invited = select(Invitation.id).where(Invitation.questionnaire_id == questionnaire.id)
    awaiting.stop(session, *session.scalars(invited))
    session.flush()
    if questionnaire.anonymous:
        anonymity.close(desk, session, questionnaire)
    questionnaire.state, questionnaire.closed_at = QuestionnaireState.CLOSED.value, desk.now()
    note(desk, session, questionnaire, actor, Step.CLOSED)


def _must_be_written_by(questionnaire: Questionnaire, officer: Officer) -> None:
    must_lead(officer, questionnaire.unit)
    must_be(questionnaire, QuestionnaireState.DRAFT)


def _append(desk: Desk, questionnaire: Questionnaire, plan: QuestionPlan) -> Question:
    limits = desk.rules.questionnaires
    if len(questionnaire.questions) >= limits.questions:
        raise QuestionnaireRefused("questionnaire.refused.many_questions", "questions", most=limits.questions)
    checking.check_question(plan, limits)
    question = Question(position=len(questionnaire.questions), **_question_columns(plan))
    questionnaire.questions.append(question)
    return question


def _number(questions: Sequence[Question]) -> None:
    for position, question in enumerate(questions):
        question.position = position


def _columns(heading: Heading) -> dict[str, Any]:
    parts = ("title", "introduction", "thanks")
    words = {
        f"{part}_{language}": getattr(getattr(heading, part), language).strip()
        for part in parts
        for language in ("vi", "en")
    }
    return {**words, "anonymous": heading.anonymous, "minutes": heading.minutes, "last_day": heading.last_day}


def _question_columns(plan: QuestionPlan) -> dict[str, Any]:
    """What belongs to another kind is left out, so that nothing is kept that is never asked."""
    kind = plan.kind
    is_choice = kind is QuestionKind.CHOICE
    return {
        "kind": kind.value,
        "text_vi": plan.text.vi.strip(),
        "text_en": plan.text.en.strip(),
        "optional": plan.optional,
        "scale": plan.scale.value if kind is QuestionKind.LEVEL and plan.scale else None,
        "options": [{"vi": option.vi.strip(), "en": option.en.strip()} for option in plan.options] if is_choice else [],
        "several": plan.several and is_choice,
        "longest": plan.longest if kind is QuestionKind.TEXT else None,
    }
