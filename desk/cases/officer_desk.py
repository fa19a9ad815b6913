"""What an officer does with a case, from whichever door: claim, reply, return, resolve, with all that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.related_law import Passage
from desk.attachments import service as attachments
from desk.attachments import words as files_in_words
from desk.attachments.model import Attachment
from desk.attachments.service import Upload
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
    desk: Desk, session: Session, case: Case, officer: Officer, text: str, files: Sequence[Attachment] = ()
) -> Message:
    """Reply to the person: thread entry, delivery and audit entry in one transaction; raises CaseRefused.

    ``files`` are kept already; a reply with files needs no words.
    """
    text = text.strip()
    if not text and not files:
        raise cases.CaseRefused("officer.empty_reply")
    if len(text) > REPLY_LENGTH:
        raise cases.CaseRefused("officer.long_reply")
    cases.must_hold(case, officer)
    if sum(file.size for file in files) > attachments.room_in_case(session, desk.rules.files, case):
        raise cases.CaseRefused("files.case_full")
    language = conversations.language_of(case.conversation)
    heading = desk.texts.say("case.reply_title", language, number=case.number)
    files = attachments.for_new_message(session, files, desk.now())
    words = [Block("paragraph", text)] if text else []
    utterance = Utterance(
        (Block("title", heading), *words, *files_in_words.blocks_of(files, language)), case=case.number
    )
    message = conversations.say(session, case.conversation, utterance, desk.now(), author="officer", case_id=case.id)
    attachments.hang(session, files, message)
    cases.reply(session, case, officer, text or named_by_files(desk, case, files), message, desk.now())
    return message


def keep_files(desk: Desk, session: Session, case: Case, uploads: Sequence[Upload]) -> list[Attachment]:
    """Keep what an officer attaches to a reply that is about to go out; raises FileRefused."""
    limits = desk.rules.files
    room = attachments.room_in_case(session, limits, case)
    return attachments.keep_all(session, limits, uploads, desk.now(), room=room, full="files.case_full")


def named_by_files(desk: Desk, case: Case, files: Sequence[Attachment]) -> str:
    """What stands in the thread for a reply that has only files; nothing where there are none."""
    language = conversations.language_of(case.conversation)
    return files_in_words.only_files(desk.texts, files, language) if files else ""


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
