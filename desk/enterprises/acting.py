"""For whom a person acts now: chosen by them, and undone when they may no longer act for it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.conversations import closing
from desk.conversations.model import Button, Chat, Conversation, Person
from desk.desk import Desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise
from desk.enterprises.service import EnterpriseRefused

#: Buttons that lead to a case of what was written before: pressed afterwards, it would be another enterprise's.
LEADING_TO_A_CASE = ("ask_officer", "not_helpful", "send_as_is", "add_details", "new_question")


def choose(desk: Desk, session: Session, person: Person, enterprise_id: int | None) -> Enterprise | None:
    """Act for an enterprise from now on, or for nobody (None); raises EnterpriseRefused unless verified for it."""
    if enterprise_id is not None and enterprises.verified(session, person, enterprise_id) is None:
        raise EnterpriseRefused("enterprise.not_verified")
    if person.acting_for_id != enterprise_id:
        _switch(desk, session, person, enterprise_id)
    return session.get_one(Enterprise, enterprise_id) if enterprise_id is not None else None


def undo(desk: Desk, session: Session, person: Person, enterprise_id: int) -> None:
    """The person may no longer act for this enterprise."""
    if person.acting_for_id == enterprise_id:
        _switch(desk, session, person, None)


def _switch(desk: Desk, session: Session, person: Person, enterprise_id: int | None) -> None:
    """Nothing of what was begun for one goes on for another: not the conversation, its form, or its buttons."""
    now = desk.now()
    of_person = select(Conversation).join(Chat, Chat.id == Conversation.chat_id).where(Chat.person_id == person.id)
    conversations = list(session.scalars(of_person))
    for conversation in conversations:
        if conversation.ended_at is None:
            closing.close(desk, session, conversation, "switched")
    session.execute(
        update(Button)
        .where(
            Button.conversation_id.in_([conversation.id for conversation in conversations]),
            Button.act.in_(LEADING_TO_A_CASE),
            Button.expires_at > now,
        )
        .values(expires_at=now)
    )
    before = session.get(Enterprise, person.acting_for_id) if person.acting_for_id is not None else None
    after = session.get(Enterprise, enterprise_id) if enterprise_id is not None else None
    person.acting_for_id = enterprise_id
    session.flush()
    detail = {"from": before.tax_code if before else None, "to": after.tax_code if after else None}
    record_act(session, actor="person", act="person.acts_for", subject=person.id, at=now, detail=detail)
