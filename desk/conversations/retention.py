"""Forgetting: the words of a conversation that ended long ago are taken out; the figures about it stay."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.attachments import forgetting
from desk.audit.service import record_act
from desk.cases import case_words
from desk.cases.model import Case, CaseEntry, Contradiction
from desk.conversations.model import Button, Chat, Conversation, InboxUpdate, Message, Person
from desk.enquiries.model import Enquiry, TurnAct
from desk.enterprises import addressee
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership
from desk.gaps.model import GapQuestion
from desk.questionnaires import forgetting as questionnaires
from desk.ratings.model import Rating, RatingRequest

#: What the first message of every conversation promises (notice.first_contact).
KEPT_FOR = dt.timedelta(days=730)
FORGOTTEN = "forgotten"


def due(session: Session, at: dt.datetime, limit: int = 50) -> list[str]:
    """The ids of conversations whose words are to be forgotten now, the oldest first."""
    query = (
        select(Conversation.id)
        .where(Conversation.ended_at <= at - KEPT_FOR, Conversation.end_reason.is_distinct_from(FORGOTTEN))
        .order_by(Conversation.ended_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def forget(session: Session, conversation_id: str, at: dt.datetime) -> None:
    """Take every word that was said, and who said it, out of one conversation and its cases."""
    of_conversation = select(Message.id).where(Message.conversation_id == conversation_id)
    updates = select(Message.update_id).where(Message.conversation_id == conversation_id)
    cases = select(Case.id).where(Case.conversation_id == conversation_id)
    requests = select(RatingRequest.id).where(RatingRequest.conversation_id == conversation_id)
    asked = select(Enquiry.id).where(Enquiry.conversation_id == conversation_id)
    for statement in (
        update(GapQuestion).where(GapQuestion.enquiry_id.in_(asked)).values(vector=b""),
        update(InboxUpdate).where(InboxUpdate.id.in_(updates)).values(body="", handed_over=None),
        update(TurnAct).where(TurnAct.enquiry_id.in_(of_conversation)).values(utterances=[]),
        update(Enquiry).where(Enquiry.conversation_id == conversation_id).values(text="", searched=[]),
        update(Button).where(Button.conversation_id == conversation_id).values(expires_at=at),
        update(Message).where(Message.conversation_id == conversation_id).values(text="", content=None),
        update(Contradiction).where(Contradiction.case_id.in_(cases)).values(note=""),
        update(CaseEntry).where(CaseEntry.case_id.in_(cases), CaseEntry.text.is_not(None)).values(text=""),
        update(Case)
        .where(Case.conversation_id == conversation_id)
        .values(question="", details=None, enterprise_name=None, tax_code=None, contact=None),
        update(Rating).where(Rating.request_id.in_(requests)).values(comment=None),
        update(Conversation).where(Conversation.id == conversation_id).values(end_reason=FORGOTTEN),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    forgetting.forget(session, conversation_id, at, KEPT_FOR)
    questionnaires.forget(session, conversation_id)
    session.expire_all()
    for case in session.scalars(select(Case).where(Case.conversation_id == conversation_id)):
        case_words.keep(session, case)
    _forget_person(session, conversation_id, at)
    record_act(session, actor="clock", act="conversation.forgotten", subject="conversation", at=at)


def _forget_person(session: Session, conversation_id: str, at: dt.datetime) -> None:
    """Who wrote is forgotten with the last of their conversations, and no longer acts for anybody."""
    chat = session.get_one(Conversation, conversation_id).chat
    kept = (
        select(Conversation.id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(Chat.person_id == chat.person_id, Conversation.end_reason.is_distinct_from(FORGOTTEN))
    )
    if session.scalar(kept.limit(1)) is None:
        forgotten = {"name": None, "enterprise_name": None, "tax_code": None, "contact": None, "acting_for_id": None}
        session.execute(update(Person).where(Person.id == chat.person_id).values(**forgotten))
        for membership in enterprises.of_person(session, chat.person):
            enterprises.end(session, membership, at)
            addressee.ended(session, membership, at)
        theirs = update(Membership).where(Membership.person_id == chat.person_id)
        session.execute(theirs.values(introduction=None))
        accounts.forget(session, chat.person)
