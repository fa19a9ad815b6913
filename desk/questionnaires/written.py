"""What people wrote: listed without what tells who they are, and released for publication one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations.language import written_in
from desk.desk import Desk
from desk.guidance.record import Language
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.privacy.known_names import labels_of, names_of
from desk.privacy.masking import masked
from desk.questionnaires import service
from desk.questionnaires.model import Answer, Invitation, Question, Questionnaire, QuestionnaireState, Response, Step
from desk.questionnaires.permissions import QuestionnaireRefused, must_be, must_lead


@dataclass(frozen=True)
class WrittenAnswer:
    """One text, masked; ``id`` is the answer's own, which leads to no other answer of the same person."""

    id: str
    text: str
    language: Language
    released: bool


def listed(
    desk: Desk,
    session: Session,
    questionnaire: Questionnaire,
    question: Question,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[WrittenAnswer]:
    """A page of what was written to a question, in an order that tells nothing; raises BadCursor.

    Empty while too few have finished an anonymous questionnaire.
    """
    finished = select(Response.id).where(Response.questionnaire_id == questionnaire.id, Response.finished)
    if questionnaire.anonymous and len(session.scalars(finished).all()) < desk.rules.questionnaires.anonymous_from:
        return Page([])
    query = select(Answer).where(Answer.question_id == question.id, Answer.response_id.in_(finished), Answer.text != "")
    page = page_of(session, query, (Answer.id,), key=lambda row: (row.id,), limit=limit, after=after, before=before)
    return Page([_written(desk, session, answer) for answer in page.rows], page.before, page.after)


def released(desk: Desk, session: Session, question: Question) -> list[WrittenAnswer]:
    """What may be published of a question."""
    query = select(Answer).where(Answer.question_id == question.id, Answer.released, Answer.text != "")
    return [_written(desk, session, answer) for answer in session.scalars(query.order_by(Answer.id))]


def release(
    desk: Desk, session: Session, questionnaire: Questionnaire, answer_id: str, officer: Officer, *, publish: bool
) -> None:
    """Let one text be published with the results, or no longer; raises QuestionnaireRefused.

    Possible between the close and the publication: the close gives every answer of an anonymous one another id.
    """
    must_lead(officer, questionnaire.unit)
    must_be(questionnaire, QuestionnaireState.CLOSED)
    answer = session.get(Answer, answer_id)
    asked = {question.id for question in questionnaire.questions}
    if answer is None or answer.question_id not in asked or not answer.text:
        raise QuestionnaireRefused("questionnaire.refused.not_a_text")
    answer.released = publish
    step = Step.TEXT_RELEASED if publish else Step.TEXT_WITHHELD
    service.note(desk, session, questionnaire, officer.actor, step, {"question": answer.question_id})


def _written(desk: Desk, session: Session, answer: Answer) -> WrittenAnswer:
    text = answer.text or ""
    language: Language = written_in(text) or "vi"
    return WrittenAnswer(
        answer.id, masked(text, labels_of(desk.texts, language), _names(session, answer)), language, answer.released
    )


def _names(session: Session, answer: Answer) -> Iterable[str | None]:
    """What is known of the person, where the answer leads to one."""
    invited = answer.response.invitation_id
    return names_of(session, session.get_one(Invitation, invited).chat.person_id) if invited is not None else ()
