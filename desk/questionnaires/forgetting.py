"""Forgetting: who answered a named questionnaire goes with their conversation, and what was written, in time.

The figures stay. Of an anonymous questionnaire nothing leads to a person, so that its words go by its own age.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.conversations.model import Chat, Message
from desk.questionnaires.model import Answer, Invitation, Question, Response


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


def of_persons(person_ids: Select[str]) -> Select[str]:
    """The ids of the responses that lead to one of these persons."""
    return (
        select(Response.id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Chat, Chat.id == Invitation.chat_id)
        .where(Chat.person_id.in_(person_ids))
    )


def forget_words(session: Session, questionnaire_id: int, at: dt.datetime, *, but: Select[str]) -> bool:
    """What was written is taken out, ``but`` of these responses; what a leader released stays in the published results.

    False where there was nothing any more.
    """
    asked = select(Question.id).where(Question.questionnaire_id == questionnaire_id)
    theirs = (
        update(Answer)
        .where(Answer.question_id.in_(asked), Answer.text != "", ~Answer.response_id.in_(but))
        .values(text="")
        .returning(Answer.id)
    )
    if not session.scalars(theirs.execution_options(synchronize_session="fetch")).all():
        return False
    subject = f"questionnaire#{questionnaire_id}"
    record_act(session, actor="clock", act="questionnaire.words_forgotten", subject=subject, at=at)
    return True
