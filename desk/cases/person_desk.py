"""What the enterprise does with its case, from whichever door: add to it, and open it again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases import officer_chat
from desk.cases import service as cases
from desk.cases.deadlines import Deadline
from desk.cases.model import Case, CaseState
from desk.conversations.model import Message
from desk.desk import Desk
from desk.enterprises import addressee


def add(desk: Desk, session: Session, case: Case, message: Message) -> None:
    """Add what the person wrote to the thread, and tell who holds the case; raises CaseRefused."""
    cases.person_wrote(session, case, message, desk.now(), _new_deadline(desk, case))
    message.case_id = case.id
    addressee.wrote(session, case, message)
    officer_chat.tell_holder(desk, session, case, message.text)


def _new_deadline(desk: Desk, case: Case) -> Deadline | None:
    """After an answer the person waits anew; after a question of the officer the time goes on where it stood still."""
    deadlines, now = desk.rules.deadlines, desk.now()
    if case.paused_at is not None:
        return deadlines.after_pause(Deadline(case.at_risk_at, case.due_at), case.unit, case.paused_at, now)
    if case.state == CaseState.ANSWERED:
        return deadlines.of(case.urgency, case.unit, now)
    return None
