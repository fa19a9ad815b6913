"""What a rated matter was: the words that went to and fro in it, for a head who looks into a low rating."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case, EntryKind
from desk.conversations.model import Message
from desk.ratings.model import RatingRequest

_OF_PERSON = (EntryKind.OPENED, EntryKind.PERSON_WROTE)
_OF_OFFICER = (EntryKind.REPLIED, EntryKind.ASKED)


@dataclass(frozen=True)
class Line:
    """What somebody said: ``author`` is person, assistant or officer, ``name`` an officer's."""

    author: str
    name: str
    text: str
    at: dt.datetime


@dataclass(frozen=True)
class Excerpt:
    """The last lines of a matter, and how many came before them."""

    lines: list[Line]
    earlier: int


def excerpt(session: Session, request: RatingRequest, limit: int = 20) -> Excerpt:
    """The thread of the case, of a conversation without one its messages up to the rating; forgotten words are not."""
    case = session.get(Case, request.case_id) if request.case_id is not None else None
    lines = _of_case(case) if case is not None else _of_conversation(session, request)
    said = [line for line in lines if line.text]
    return Excerpt(said[-limit:], max(0, len(said) - limit))


def _of_case(case: Case) -> list[Line]:
    lines = []
    for entry in case.entries:
        if entry.kind == EntryKind.OPENED:
            asked = "\n\n".join(part for part in (case.question, case.details) if part)
            lines.append(Line("person", "", asked, entry.at))
        elif entry.kind in _OF_PERSON:
            lines.append(Line("person", "", entry.text or "", entry.at))
        elif entry.kind in _OF_OFFICER and entry.officer is not None:
            lines.append(Line("officer", entry.officer.name, entry.text or "", entry.at))
    return lines


def _of_conversation(session: Session, request: RatingRequest) -> list[Line]:
    until = request.rating.rated_at if request.rating is not None else request.ask_at
    messages = session.scalars(
        select(Message)
        .where(Message.conversation_id == request.conversation_id, Message.at < until)
        .order_by(Message.order_no)
    )
    return [Line(message.author, "", message.text, message.at) for message in messages]
