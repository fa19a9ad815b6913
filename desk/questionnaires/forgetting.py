"""Forgetting: who answered a named questionnaire goes with their conversation, and what was written, in time.

The figures stay. Of an anonymous questionnaire nothing leads to a person, so that its words go by its own age.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, exists, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.conversations.model import Message
from desk.questionnaires.model import Answer, Invitation, Question, Questionnaire, Response


def forget(session: Session, conversation_id: str) -> None:
    """The conversation of an invitation is forgotten: its answers are nobody's from now on, and have no words."""
    invited = (
        select(Invitation.id)
        .join(Message, Message.order_no == Invitation.message_order)
        .where(Message.conversation_id == conversation_id)
    )
    for response in session.scalars(select(Response).where(Response.invitation_id.in_(invited))):
        if not response.finished:
            session.delete(response)
            continue
        response.invitation_id = None
        for answer in response.answers:
            answer.text = None if answer.text is None else ""
    session.flush()


def due(session: Session, before: dt.datetime) -> list[int]:
    """The questionnaires that were closed by then, and whose written answers are kept still."""
    kept = exists().where(
        Answer.question_id == Question.id, Question.questionnaire_id == Questionnaire.id, Answer.text != ""
    )
    query = select(Questionnaire.id).where(and_(Questionnaire.closed_at <= before, kept))
    return list(session.scalars(query.order_by(Questionnaire.id)))


def forget_words(session: Session, questionnaire_id: int, at: dt.datetime) -> None:
    """What was written is taken out; what a leader released for the published results stays there."""
    asked = select(Question.id).where(Question.questionnaire_id == questionnaire_id)
    theirs = update(Answer).where(Answer.question_id.in_(asked), Answer.text.is_not(None)).values(text="")
    session.execute(theirs.execution_options(synchronize_session="fetch"))
    subject = f"questionnaire#{questionnaire_id}"
    record_act(session, actor="clock", act="questionnaire.words_forgotten", subject=subject, at=at)
