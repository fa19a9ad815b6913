"""A draft written as a whole: its words and all its questions from one form, with everything that is wrong at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.people.model import Officer
from desk.questionnaires import checking, service
from desk.questionnaires.model import Question, Questionnaire, QuestionnaireState
from desk.questionnaires.permissions import QuestionnaireRefused, must_be, must_lead
from desk.questionnaires.plan import Heading, Plan, QuestionPlan, Sample, heading_of, plan_of
from desk.units.model import Unit


@dataclass(frozen=True)
class Written:
    """A question as the form has it; ``id`` is that of the question that it was before, None for a new one."""

    plan: QuestionPlan
    id: int | None = None


class Incomplete(Exception):
    """Nothing was kept; each refusal names its field: ``title``, or ``question-0-text`` of the first question."""

    def __init__(self, refused: Sequence[QuestionnaireRefused]) -> None:
        super().__init__(f"{len(refused)} fields")
        self.refused = tuple(refused)


def fingerprint(questionnaire: Questionnaire) -> str:
    """What a form was filled with: it differs as soon as somebody else saves other words or questions."""
    parts = [heading_of(questionnaire), *((each.id, plan_of(each)) for each in questionnaire.questions)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def make(
    desk: Desk, session: Session, unit: Unit, heading: Heading, questions: Sequence[Written], officer: Officer
) -> Questionnaire:
    """Keep a new draft; raises Incomplete and QuestionnaireRefused."""
    must_lead(officer, unit)
    check(desk, heading, questions)
    plan = Plan(heading, tuple(each.plan for each in questions), Sample())
    return service.make(desk, session, unit, plan, officer)


def rewrite(
    desk: Desk,
    session: Session,
    questionnaire: Questionnaire,
    heading: Heading,
    questions: Sequence[Written],
    officer: Officer,
    *,
    was: str,
) -> None:
    """Make a draft what the form says; what did not change is not touched. Raises Incomplete and QuestionnaireRefused.

    ``was``: the fingerprint of the draft as the form was filled in from it.
    """
    must_lead(officer, questionnaire.unit)
    must_be(questionnaire, QuestionnaireState.DRAFT)
    if was != fingerprint(questionnaire):
        raise QuestionnaireRefused("page.questionnaires.changed_meanwhile")
    check(desk, heading, questions)
    if heading != heading_of(questionnaire):
        service.edit(desk, session, questionnaire, heading, officer)
    before = {question.id: question for question in questionnaire.questions}
    kept = {each.id for each in questions}
    for question in list(questionnaire.questions):
        if question.id not in kept:
            service.remove_question(desk, session, question, officer)
    for place, each in enumerate(questions):
        question = _written(desk, session, questionnaire, before.get(each.id or 0), each.plan, officer)
        if question.position != place:
            service.move_question(desk, session, question, place - question.position, officer)


def check(desk: Desk, heading: Heading, questions: Sequence[Written]) -> None:
    """Raises Incomplete with the first fault of the heading and of each question."""
    limits, refused = desk.rules.questionnaires, []
    try:
        checking.check_heading(heading)
    except QuestionnaireRefused as wrong:
        refused.append(wrong)
    for place, each in enumerate(questions):
        try:
            checking.check_question(each.plan, limits)
        except QuestionnaireRefused as wrong:
            refused.append(QuestionnaireRefused(wrong.reason, f"question-{place}-{wrong.field}", **wrong.values))
    if len(questions) > limits.questions:
        refused.append(QuestionnaireRefused("questionnaire.refused.many_questions", "questions", most=limits.questions))
    if refused:
        raise Incomplete(refused)


def _written(
    desk: Desk,
    session: Session,
    questionnaire: Questionnaire,
    question: Question | None,
    plan: QuestionPlan,
    officer: Officer,
) -> Question:
    if question is None:
        return service.add_question(desk, session, questionnaire, plan, officer)
    if plan_of(question) != plan:
        service.change_question(desk, session, question, plan, officer)
    return question
