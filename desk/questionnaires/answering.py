"""Answering: what one person says to one questionnaire, question by question, until they finish or decline.

Chat and page call the same functions. A person who stopped goes on where they were; until the finish every answer can
be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations.model import Chat, Person
from desk.desk import Desk
from desk.questionnaires import anonymity, awaiting, service
from desk.questionnaires.model import (
    LEVELS,
    Answer,
    Invitation,
    InvitationState,
    Question,
    QuestionKind,
    QuestionnaireState,
    Response,
)
from desk.questionnaires.permissions import QuestionnaireRefused

#: States in which something can still be answered.
ANSWERABLE = (InvitationState.INVITED, InvitationState.BEGUN, InvitationState.DECLINED)


@dataclass(frozen=True)
class Given:
    """What is said to a question: a level from 1 to 5, places of options, or a text; none of them to skip it."""

    level: int | None = None
    options: Sequence[int] | None = None
    text: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far somebody is. ``question`` is asked next, None when only the end is left; ``answers`` by question id."""

    question: Question | None
    position: int
    answers: dict[int, Answer]
    missing: tuple[Question, ...]


def invitation_by_key(session: Session, key: str) -> Invitation | None:
    """The invitation behind the secret of a link; None for a forged one. One not sent yet has no link."""
    found = session.scalar(select(Invitation).where(Invitation.key == key)) if key else None
    unsent = (InvitationState.WAITING, InvitationState.LEFT_OUT)
    return found if found is not None and found.state not in unsent else None


def open_invitations(desk: Desk, session: Session, person: Person) -> list[Invitation]:
    """What a person can answer now, in whichever of their chats they were asked, the newest first."""
    query = (
        select(Invitation)
        .join(Chat, Chat.id == Invitation.chat_id)
        .where(Chat.person_id == person.id, Invitation.state.in_([state.value for state in ANSWERABLE]))
        .order_by(Invitation.id.desc())
    )
    return [one for one in session.scalars(query) if _refusal(desk, one) is None]


def may_answer(desk: Desk, invitation: Invitation) -> bool:
    return _refusal(desk, invitation) is None


def must_be_answerable(desk: Desk, invitation: Invitation) -> None:
    """Raises QuestionnaireRefused, which names the sentence that says why it is too late."""
    refusal = _refusal(desk, invitation)
    if refusal is not None:
        raise QuestionnaireRefused(refusal)


def begin(desk: Desk, session: Session, invitation: Invitation) -> Progress:
    """Begin, or go on; whoever declined may change their mind. Raises QuestionnaireRefused."""
    response = _response(desk, session, invitation)
    return _progress(invitation, response)


def progress(session: Session, invitation: Invitation) -> Progress:
    """How far somebody is, without their beginning by that."""
    return _progress(invitation, response_of(session, invitation))


def response_of(session: Session, invitation: Invitation) -> Response | None:
    """What was answered so far; None where nothing was, and after the finish of an anonymous questionnaire."""
    return session.scalar(select(Response).where(Response.invitation_id == invitation.id))


def answer(desk: Desk, session: Session, invitation: Invitation, question: Question, given: Given) -> Progress:
    """Keep or change the answer to a question, and go on behind it; raises QuestionnaireRefused, with the field.

    Going on from a question that was passed before does not go back to it.
    """
    must_be_answerable(desk, invitation)
    if question.questionnaire_id != invitation.questionnaire_id:
        raise QuestionnaireRefused("questionnaire.refused.not_a_question")
    checked = _checked(question, given)
    response = _response(desk, session, invitation)
    row = next((each for each in response.answers if each.question_id == question.id), None)
    if row is None:
        row = Answer(question_id=question.id)
        response.answers.append(row)
    row.level, row.text = checked.level, checked.text
    row.options = list(checked.options) if checked.options is not None else None
    if question.position == response.position:
        response.position += 1
    session.flush()
    return _progress(invitation, response)


def toggle(desk: Desk, session: Session, invitation: Invitation, question: Question, place: int) -> Progress:
    """Choose one option more, or one less, and stay at the question; raises QuestionnaireRefused."""
    response = _response(desk, session, invitation)
    row = next((each for each in response.answers if each.question_id == question.id), None)
    chosen = set(row.options or () if row is not None else ()) ^ {place}
    if chosen:
        _checked(question, Given(options=sorted(chosen)))
    if row is not None and not chosen:
        response.answers.remove(row)
    elif row is None:
        response.answers.append(Answer(question_id=question.id, options=sorted(chosen)))
    else:
        row.options = sorted(chosen)
    session.flush()
    return _progress(invitation, response)


def go_to(desk: Desk, session: Session, invitation: Invitation, position: int) -> Progress:
    """Be asked the question at this place next; as many as there are for the end. Raises QuestionnaireRefused."""
    response = _response(desk, session, invitation)
    response.position = max(0, min(position, len(invitation.questionnaire.questions)))
    session.flush()
    return _progress(invitation, response)


def finish(desk: Desk, session: Session, invitation: Invitation) -> None:
    """Hand it in; of an anonymous one the tie to the person is cut by this. Raises QuestionnaireRefused."""
    response = _response(desk, session, invitation)
    missing = _progress(invitation, response).missing
    if missing:
        raise QuestionnaireRefused(
            "questionnaire.refused.missing", f"question_{missing[0].id}", number=missing[0].position + 1
        )
    invitation.state = InvitationState.FINISHED.value
    awaiting.stop(session, invitation.id)
    if invitation.questionnaire.anonymous:
        anonymity.cut(desk, session, invitation, response)
        return
    response.finished, response.finished_on = True, desk.today()
    response.topic, response.region = invitation.topic, invitation.region
    session.flush()


def decline(desk: Desk, session: Session, invitation: Invitation) -> None:
    """Answer nothing, and never be reminded; what was answered is deleted. Raises QuestionnaireRefused."""
    must_be_answerable(desk, invitation)
    response = response_of(session, invitation)
    if response is not None:
        session.delete(response)
    invitation.state = InvitationState.DECLINED.value
    awaiting.stop(session, invitation.id)
    if invitation.questionnaire.anonymous:
        anonymity.clean(desk, session, invitation)
    session.flush()


def _response(desk: Desk, session: Session, invitation: Invitation) -> Response:
    must_be_answerable(desk, invitation)
    response = response_of(session, invitation)
    if response is None:
        response = Response(questionnaire_id=invitation.questionnaire_id, invitation_id=invitation.id)
        session.add(response)
    invitation.state = InvitationState.BEGUN.value
    session.flush()
    return response


def _progress(invitation: Invitation, response: Response | None) -> Progress:
    questions = invitation.questionnaire.questions
    position = response.position if response is not None else 0
    answers = {each.question_id: each for each in response.answers} if response is not None else {}
    missing = tuple(
        question
        for question in questions
        if not question.optional and (question.id not in answers or answers[question.id].is_skipped)
    )
    return Progress(questions[position] if position < len(questions) else None, position, answers, missing)


def _refusal(desk: Desk, invitation: Invitation) -> str | None:
    if invitation.state == InvitationState.FINISHED:
        return "questionnaire.refused.finished"
    is_open = invitation.questionnaire.state == QuestionnaireState.OPEN
    if not is_open or service.is_over(desk, invitation.questionnaire) or invitation.state not in ANSWERABLE:
        return "questionnaire.refused.over"
    return None


def _checked(question: Question, given: Given) -> Given:
    """What fits the question, and nothing beside it; raises QuestionnaireRefused."""
    field = f"question_{question.id}"
    text = (given.text or "").strip()
    options = sorted(set(given.options or ()))
    checked = Given()
    match QuestionKind(question.kind):
        case QuestionKind.LEVEL if given.level is not None:
            if given.level not in LEVELS:
                raise QuestionnaireRefused("questionnaire.refused.not_an_answer", field)
            checked = Given(level=given.level)
        case QuestionKind.CHOICE if options:
            if not all(0 <= place < len(question.options) for place in options):
                raise QuestionnaireRefused("questionnaire.refused.not_an_answer", field)
            if len(options) > 1 and not question.several:
                raise QuestionnaireRefused("questionnaire.refused.only_one", field)
            checked = Given(options=options)
        case QuestionKind.TEXT if text:
            if len(text) > (question.longest or 0):
                raise QuestionnaireRefused(
                    "questionnaire.refused.long_answer", field, length=question.longest, typed=len(text)
                )
            checked = Given(text=text)
    if checked == Given() and not question.optional:
        raise QuestionnaireRefused("questionnaire.refused.must_answer", field)
    return checked
