"""Which unit answers a case: the one that the question, the enterprise or the place names, else the default queue."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.service import Assignment
from desk.conversations.model import Conversation, Message
from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.units import service as units


def assignment_of(
    desk: Desk, session: Session, conversation: Conversation, enquiry: Message, fields: Mapping[str, str]
) -> Assignment:
    """Where the case of an enquiry belongs."""
    entry = _nearest_entry(session, enquiry)
    version = guidance.in_force(session, entry, desk.today()) if entry else None
    topic = version.record.group if version is not None else None
    return Assignment(units.department(session), topic=topic, entry=entry)


def _nearest_entry(session: Session, enquiry: Message) -> str | None:
    """The guidance that the search found nearest to the question, whether or not it was shown."""
    asked = session.scalar(select(Enquiry).where(Enquiry.message_id == enquiry.id).order_by(Enquiry.position).limit(1))
    if asked is None:
        return None
    return asked.entry or next((candidate["entry"] for candidate in asked.candidates), None)
