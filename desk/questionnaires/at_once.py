"""All questions answered in one form: each is taken or refused by itself, so that nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.questionnaires import answering
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Invitation
from desk.questionnaires.permissions import QuestionnaireRefused

NOTHING = Given()


def answer_all(
    desk: Desk, session: Session, invitation: Invitation, given: Mapping[int, Given], *, is_whole: bool
) -> list[QuestionnaireRefused]:
    """Keep what is said to each question, by its id; returns what was refused, each with its field.

    ``is_whole``: whoever sends this wants to hand it in, so that a question without an answer is refused too; else it
    is left for later. Raises QuestionnaireRefused where nothing can be answered any more.
    """
    answering.must_be_answerable(desk, invitation)
    before = answering.progress(session, invitation).answers
    refused = []
    for question in invitation.questionnaire.questions:
        said = given.get(question.id, NOTHING)
        if said == NOTHING and not is_whole and question.id not in before:
            continue
        try:
            answering.answer(desk, session, invitation, question, said)
        except QuestionnaireRefused as wrong:
            refused.append(wrong)
    return refused
