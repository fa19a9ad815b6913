"""Questionnaires that many people answered, put into the store at once: what the pages of results are tried on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from desk.conversations.model import Chat, Person
from desk.ids import new_id
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Answer, Invitation, InvitationState, QuestionKind, Questionnaire, Response
from desk.questionnaires.plan import Plan, QuestionPlan
from tests.desk_fixtures import NOON, World
from tests.questionnaire_fixtures import a_plan, asked, closed, opened

#: Levels of 30 people: enough for a mean, and one of them alone with the lowest.
LEVELS = (5,) * 12 + (4,) * 9 + (3,) * 6 + (2,) * 2 + (1,)
TEXTS = {
    0: "Trả lời nhanh, dễ hiểu. Công ty TNHH Hoa Sen, MST 0312345678.",
    7: "Mong có thêm hướng dẫn về hoàn thuế.",
    20: "The answers could be shorter.",
}


def answered_by_many(world: World, plan: Plan | None = None, people: int = 30, *, closes: bool = True) -> int:
    """A questionnaire of the usual four questions, answered by so many; returns its number."""
    asked(world, new_id())
    id = opened(world, plan or a_plan())
    questions = (plan or a_plan()).questions
    for number in range(people):
        said = [_said(question, number) for question in questions]
        add_answer(world, id, said, topic="tax" if number < 22 else "declaration", region="KV02")
    if closes:
        closed(world, id)
    return id


def _said(question: QuestionPlan, number: int) -> Given:
    """What the person of this number says."""
    if question.kind is QuestionKind.LEVEL:
        return Given(level=LEVELS[number % len(LEVELS)])
    if question.kind is QuestionKind.TEXT:
        return Given(text=TEXTS.get(number))
    if question.several:
        return Given(options=[0, 1] if number % 2 else [2])
    return Given(options=[0 if number % 3 else 1])


def add_answer(world: World, id: int, said: Iterable[Given], **matter: str) -> None:
    """Somebody of whom nothing else is known handed in these answers."""
    with world.store.writing() as session:
        questionnaire = session.get_one(Questionnaire, id)
        chat = Chat(channel="web", address=new_id(), person=Person(created_at=NOON), created_at=NOON)
        session.add(chat)
        session.flush()
        invited = Invitation(questionnaire_id=id, chat_id=chat.id, state=InvitationState.FINISHED.value, **matter)
        session.add(invited)
        session.flush()
        tied: Mapping[str, Any] = {} if questionnaire.anonymous else {"invitation_id": invited.id, **matter}
        response = Response(questionnaire_id=id, finished=True, **tied)
        response.answers = [
            Answer(question_id=question.id, level=one.level, options=one.options, text=one.text)
            for question, one in zip(questionnaire.questions, said, strict=False)
        ]
        session.add(response)


def texts_of(world: World, id: int) -> dict[str, str]:
    """The ids of the texts that were written, by their words."""
    with world.store.reading() as session:
        wrote = select(Answer.text, Answer.id).join(Response).where(Response.questionnaire_id == id)
        return {row.text: row.id for row in session.execute(wrote.where(Answer.text.is_not(None)))}
