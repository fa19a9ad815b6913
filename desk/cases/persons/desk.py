"""What the enterprise does with its case, from whichever door: add to it, open it again, and go on from it later."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments import forgetting
from desk.attachments import service as attachments
from desk.cases import service as cases
from desk.cases.model import OPEN_STATES, Case, CaseState
from desk.cases.officers import notices as officer_notices
from desk.cases.officers_chat import acts as officer_chat
from desk.cases.promises.deadlines import Deadline
from desk.conversations.model import Conversation, Message
from desk.desk import Desk
from desk.enterprises import addressee


def go_on(desk: Desk, session: Session, case: Case, message: Message) -> Case:
    """Take in what the person wrote about their case, however it stands; returns the case that it went to.

    An open case is added to; one resolved not long ago is opened again; after that a new case goes on from the old.
    """
    if case.state not in OPEN_STATES:
        if not cases.can_be_reopened(case, desk.now(), desk.reopened_within):
            return _follow_on(desk, session, case, message)
        attachments.take_along(session, case, message)  # before the officers are told what the case has
        reopen(desk, session, case)
    add(desk, session, case, message)
    return case


def add(desk: Desk, session: Session, case: Case, message: Message) -> None:
    """Add what the person wrote to the thread, and tell who holds the case; raises CaseRefused.

    Files around it that belong to no case, such as the rest of an album, go along.
    """
    cases.person_wrote(session, case, message, desk.now(), _new_deadline(desk, session, case))
    message.case_id = case.id
    addressee.wrote(session, case, message)
    files = attachments.of_message(session, message)
    files += attachments.take_along(session, case, message)
    officer_chat.tell_holder(desk, session, case, message.text, files)


def reopen(desk: Desk, session: Session, case: Case) -> None:
    """Open a resolved case again and put it before the officers of its unit; raises CaseRefused when it is too late."""
    deadline = desk.deadlines(session).of(case.urgency, case.unit, desk.now())
    cases.reopen(session, case, deadline, desk.now(), desk.reopened_within)
    officer_notices.put_before(desk, session, case)


def _follow_on(desk: Desk, session: Session, old: Case, message: Message) -> Case:
    """A new case from what was written long after the old one was resolved; it lies where the old one lay."""
    said_before = session.scalar(select(Case).where(Case.previous_id == old.id, Case.question == message.text))
    if said_before is not None:
        forgetting.drop(session, attachments.of_message(session, message))
        return said_before
    conversation = session.get_one(Conversation, message.conversation_id)
    assignment = cases.Assignment(old.unit, "previous", old.topic, old.entry, old.ministry)
    deadline = desk.deadlines(session).of(old.urgency, old.unit, desk.now())
    opening = cases.Opening(old.urgency, assignment, deadline, enterprise_id=old.enterprise_id, previous=old)
    case = cases.open_case(session, enquiry=message, conversation=conversation, opening=opening, at=desk.now())
    attachments.take_along(session, case, message)
    officer_notices.put_before(desk, session, case)
    return case


def _new_deadline(desk: Desk, session: Session, case: Case) -> Deadline | None:
    """After an answer the person waits anew; after a question of the officer the time goes on where it stood still."""
    deadlines, now = desk.deadlines(session), desk.now()
    if case.paused_at is not None:
        before = Deadline(case.at_risk_at, case.due_at)
        return deadlines.after_pause(before, case.unit, case.paused_at, now, urgency=case.urgency)
    if case.state == CaseState.ANSWERED:
        return deadlines.of(case.urgency, case.unit, now)
    return None
