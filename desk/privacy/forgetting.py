"""Forgetting: words, names and files are taken out, so that nothing leads to anybody; the figures about them stay.

A conversation is forgotten as a whole with the cases that speak in it; with the last one who wrote there is forgotten.
What a legal hold covers is left as it is, whoever asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

from desk.accounts import service as accounts
from desk.accounts.model import SignInCode, SignInLink
from desk.attachments import forgetting as files
from desk.audit.service import record_act
from desk.cases import case_words
from desk.cases.model import Case, CaseEntry, Contradiction
from desk.conversations.dialogue_names import names_of
from desk.conversations.model import FORGOTTEN, Button, Chat, Conversation, InboxUpdate, Message, Person
from desk.deliveries.model import ON_THE_WAY, WAITING, Delivery
from desk.enquiries.model import Enquiry, TurnAct
from desk.enterprises import addressee
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership
from desk.gaps.model import GapQuestion
from desk.ids import new_id
from desk.people.model import OfficerLink
from desk.privacy import held
from desk.privacy.model import ForgottenTracker
from desk.questionnaires import forgetting as questionnaires
from desk.ratings.model import Rating, RatingRequest
from desk.ratings.reviews.model import RatingRemark, RatingReview, ReviewAct
from desk.subscriptions.model import Subscription

#: The dialogue may still have a message of the conversation in hand: it is asked to forget only so much later.
TRACKER_AFTER = dt.timedelta(minutes=2)
#: The addresses of chats that belong to no visitor (desk/enterprises/addressee.py).
_OF_NOBODY = "enterprise:"


def forget(session: Session, conversation_id: str, at: dt.datetime) -> bool:
    """Take every word that was said, and who said it, out of one conversation and its cases.

    False where somebody else did it first, or it is held.
    """
    claimed = session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.end_reason.is_distinct_from(FORGOTTEN))
        .where(~held.conversation_is_held())
        .values(end_reason=FORGOTTEN, awaiting_argument=None, escalating=None)
        .returning(Conversation.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        return False
    _words_of(session, conversation_id, at)
    forget_cases(session, session.scalars(select(Case.id).where(Case.conversation_id == conversation_id)).all(), at)
    questionnaires.forget(session, conversation_id)
    conversation = session.get_one(Conversation, conversation_id)
    for name in names_of(conversation):
        session.merge(ForgottenTracker(conversation_id=name, due_at=at + TRACKER_AFTER))
    person = conversation.chat.person
    if not _is_remembered(session, person):
        forget_person(session, person, at)
    record_act(session, actor="clock", act="conversation.forgotten", subject="conversation", at=at)
    return True


def _words_of(session: Session, conversation_id: str, at: dt.datetime) -> None:
    """The words of the conversation itself. What is a case's that speaks elsewhere keeps its files there."""
    here = Message.conversation_id == conversation_id
    of_conversation = select(Message.id).where(here)
    asked = select(Enquiry.id).where(Enquiry.conversation_id == conversation_id)
    updates = select(Message.update_id).where(here)
    _all(
        session,
        update(GapQuestion).where(GapQuestion.enquiry_id.in_(asked)).values(vector=b""),
        update(InboxUpdate)
        .where(InboxUpdate.id.in_(updates), InboxUpdate.state.in_(("done", "failed")))
        .values(body="", handed_over=None, chat_address=""),
        update(TurnAct).where(TurnAct.enquiry_id.in_(of_conversation)).values(utterances=[]),
        update(Enquiry).where(Enquiry.conversation_id == conversation_id).values(text="", searched=[]),
    )
    _messages(session, here, at)
    _ratings(session, RatingRequest.conversation_id == conversation_id)
    elsewhere = select(Case.id).where(Case.conversation_id != conversation_id)
    is_of_none_elsewhere = or_(Message.case_id.is_(None), Message.case_id.not_in(elsewhere))
    files.forget(session, select(Message.order_no).where(here, is_of_none_elsewhere))


def forget_cases(session: Session, case_ids: Collection[int], at: dt.datetime) -> None:
    """Take the words out of these cases, and out of every message about them, in whosever chat it is."""
    if not case_ids:
        return
    theirs = Case.id.in_(case_ids)
    of_drafts = [
        file_id
        for detail in session.scalars(select(CaseEntry.detail).where(CaseEntry.case_id.in_(case_ids)))
        for file_id in (detail or {}).get("files", ())
    ]
    _all(
        session,
        update(Contradiction)
        .where(or_(Contradiction.case_id.in_(case_ids), Contradiction.other_case_id.in_(case_ids)))
        .values(note=""),
        update(CaseEntry).where(CaseEntry.case_id.in_(case_ids), CaseEntry.text.is_not(None)).values(text=""),
        update(Case).where(theirs).values(question="", details=None, enterprise_name=None, tax_code=None, contact=None),
    )
    _messages(session, Message.case_id.in_(case_ids), at)
    _ratings(session, RatingRequest.case_id.in_(case_ids))
    files.forget(session, select(Message.order_no).where(Message.case_id.in_(case_ids)), of_drafts)
    for case in session.scalars(select(Case).where(theirs)):
        case.key = new_id()  # the private link that somebody may have kept opens nothing any more
        case_words.keep(session, case)
        for entry in case.entries:
            if "spam" in entry.detail:
                entry.detail = {**entry.detail, "spam": ""}
    session.flush()


def forget_person(session: Session, person: Person, at: dt.datetime) -> None:
    """Forget who somebody is: they act for nobody any more, and come back as somebody new.

    Whoever still gets news, or works here as an officer, is reached where they were.
    """
    person.name = person.enterprise_name = person.tax_code = person.contact = None
    person.language_choice = person.acting_for_id = person.notice_given_at = None
    for membership in enterprises.of_person(session, person):
        enterprises.end(session, membership, at)
        addressee.ended(session, membership, at)
    held_ones = Membership.enterprise_id.in_(held.enterprises())
    _all(
        session,
        update(Membership).where(Membership.person_id == person.id, ~held_ones).values(introduction=None),
    )
    address = accounts.email_of(session, person)
    if address is not None:
        _all(session, delete(SignInCode).where(SignInCode.address == address))
    accounts.forget(session, person)
    for chat in session.scalars(select(Chat).where(Chat.person_id == person.id)):
        if not _is_still_reached(session, chat):
            sever(session, chat)
    session.flush()


def sever(session: Session, chat: Chat) -> None:
    """Nothing leads from the chat to a place in the world any more, and nothing that waits is carried there."""
    if chat.address.startswith(_OF_NOBODY):
        return
    updates = InboxUpdate.channel == chat.channel, InboxUpdate.chat_address == chat.address
    _all(
        session,
        delete(SignInLink).where(SignInLink.chat_id == chat.id),
        delete(Delivery).where(Delivery.chat_id == chat.id, Delivery.state.in_(WAITING)),
        update(Delivery).where(Delivery.chat_id == chat.id).values(external_ids=[], error=None),
        update(InboxUpdate)
        .where(*updates, InboxUpdate.state.in_(("done", "failed")))
        .values(body="", handed_over=None, chat_address=""),
    )
    chat.address, chat.language_hint = f"{FORGOTTEN}:{new_id()}", None
    session.flush()


def _is_remembered(session: Session, person: Person) -> bool:
    """Whether something that the person said is still kept."""
    kept = (
        select(Conversation.id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(Chat.person_id == person.id, Conversation.end_reason.is_distinct_from(FORGOTTEN))
    )
    return session.scalar(kept.limit(1)) is not None


def _is_still_reached(session: Session, chat: Chat) -> bool:
    officer = select(OfficerLink.officer_id).where(OfficerLink.chat_id == chat.id)
    news = select(Subscription.id).where(Subscription.chat_id == chat.id, Subscription.ended_at.is_(None))
    return any(session.scalar(query.limit(1)) is not None for query in (officer, news))


def _messages(session: Session, which: ColumnElement[bool], at: dt.datetime) -> None:
    """The text of messages, and the titles of the buttons under them, which serve no more."""
    under = Button.message_id.in_(select(Message.id).where(which))
    settled = Delivery.state.not_in(ON_THE_WAY)
    carried = Delivery.message_order.in_(select(Message.order_no).where(which)) & settled
    _all(
        session,
        update(Button).where(under).values(expires_at=at, title="", argument=""),
        update(Delivery).where(carried, Delivery.state.not_in(ON_THE_WAY)).values(external_ids=[], error=None),
        update(Message).where(which).values(text="", content=None),
    )


def _ratings(session: Session, which: ColumnElement[bool]) -> None:
    """What was written beside the stars; the stars stay."""
    requests = select(RatingRequest.id).where(which)
    reviews = select(RatingReview.id).where(RatingReview.request_id.in_(requests))
    nothing = {"cause_words": "", "action": "", "words": "", "reason": ""}
    _all(
        session,
        update(Rating).where(Rating.request_id.in_(requests)).values(comment=None),
        update(RatingRemark).where(RatingRemark.request_id.in_(requests)).values(text=""),
        update(ReviewAct).where(ReviewAct.review_id.in_(reviews)).values(words=""),
        update(RatingReview).where(RatingReview.request_id.in_(requests)).values(**nothing),
    )


def _all(session: Session, *statements: Executable) -> None:
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
