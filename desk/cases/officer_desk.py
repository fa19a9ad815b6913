"""What an officer does with a case, from whichever door: claim, reply, return, resolve, with all that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.related_law import Passage
from desk.cases import service as cases
from desk.cases.model import Case
from desk.conversations import closing
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.speech import Block, Utterance

REPLY_LENGTH = 8000


def claim(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
    """Take a waiting case; raises CaseRefused."""
    cases.claim(session, case, officer, desk.now())


def give_back(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
    """Return a case to those that wait; raises CaseRefused."""
    cases.give_back(session, case, officer, desk.now())


def reply(
    desk: Desk,
    session: Session,
    case: Case,
    officer: Officer,
    text: str,
    *,
    note: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Message:
    """Reply to the person: thread entry, delivery and audit entry in one transaction; raises CaseRefused.

    ``note`` is what the desk says beneath the heading about the reply; ``detail`` is kept with the thread entry.
    """
    text = text.strip()
    if not text:
        raise cases.CaseRefused("officer.empty_reply")
    if len(text) > REPLY_LENGTH:
        raise cases.CaseRefused("officer.long_reply")
    cases.must_hold(case, officer)
    language = conversations.language_of(case.conversation)
    heading = desk.texts.say("case.reply_title", language, number=case.number)
    noted = [Block("note", note)] if note else []
    utterance = Utterance((Block("title", heading), *noted, Block("paragraph", text)), case=case.number)
    message = conversations.say(session, case.conversation, utterance, desk.now(), author="officer", case_id=case.id)
    cases.reply(session, case, officer, text, message, desk.now(), detail)
    return message


def resolve(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
    """Close the matter, tell the person, and ask for the rating; raises CaseRefused."""
    cases.resolve(session, case, officer, desk.now())
    closing.close_case(desk, session, case)


@dataclass(frozen=True)
class LawOfCase:
    """The law that the search found for a case's question, with its state in force on the day it was asked."""

    as_of: dt.date
    passages: list[Passage]


def related_law(desk: Desk, session: Session, case: Case, language: Language) -> LawOfCase:
    """The law that bears on the case's question; none where the question was not searched for."""
    hits, as_of = enquiries.related_law(session, case.enquiry_id) or ([], desk.today())
    return LawOfCase(as_of, desk.related_law.passages(hits, language, as_of))


def conversation_of(session: Session, case: Case) -> list[Message]:
    """The messages of the conversation in which the case was opened, in order."""
    query = select(Message).where(Message.conversation_id == case.conversation_id).order_by(Message.order_no)
    return list(session.scalars(query))


def deliveries_of(session: Session, case: Case) -> dict[int, Delivery]:
    """What became of the officers' replies, by the order number of their messages."""
    orders = [entry.message_order for entry in case.entries if entry.message_order is not None]
    rows = session.scalars(select(Delivery).where(Delivery.message_order.in_(orders)))
    return {row.message_order: row for row in rows}
