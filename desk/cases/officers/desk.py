"""What an officer does with a case, from whichever door, with all that follows for the person and other officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.related_law import Passage
from desk.attachments import service as attachments
from desk.attachments.model import Attachment
from desk.attachments.service import TakenFile
from desk.cases import entering, permissions
from desk.cases import service as cases
from desk.cases.model import Case, CaseEntry, EntryKind
from desk.cases.officers import notices as officer_notices
from desk.cases.officers import quotes, second_signature, to_person
from desk.conversations import closing
from desk.conversations.model import Message
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.units.model import Unit

#: The longest text of an officer, in characters.
REPLY_LENGTH = 8000
#: Entries that nobody made by hand; between two presses of one button they count for nothing.
_BY_ITSELF = (EntryKind.REMINDED, EntryKind.DELAY_TOLD)


def claim(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
    """Take a waiting case; raises CaseRefused."""
    cases.claim(session, case, officer, desk.now())


def give_back(desk: Desk, session: Session, case: Case, officer: Officer, reason: str = "") -> None:
    """Return a case to those that wait; raises CaseRefused."""
    _fits(reason)
    cases.give_back(session, case, officer, desk.now(), reason)


def reply(
    desk: Desk,
    session: Session,
    case: Case,
    officer: Officer,
    text: str,
    files: Sequence[Attachment] = (),
    *,
    quoted: Iterable[tuple[str, int]] = (),
    note: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Message | None:
    """Reply to the person: thread entry, delivery and audit entry in one transaction; raises CaseRefused.

    ``files`` are kept already; a reply with files needs no words. ``quoted`` names the versions of guidance that the
    text may quote; ``note`` is what the desk says beneath the heading about the reply; ``detail`` is kept with the
    thread entry. Where the case's topic needs a second signature the reply becomes a draft for the head, and None is
    returned. The same words twice in a row are one reply; files of the same name may be different ones.
    """
    text = text.strip() if files else _worded(text, "officer.empty_reply")
    _fits(text)
    permissions.must_hold(case, officer)
    if sum(file.size for file in files) > attachments.room_in_case(session, desk.rules.files, case):
        raise permissions.CaseRefused("files.case_full")
    kept = {**quotes.detail(session, case, text, quoted), **(detail or {})}
    if desk.rules.signed_topics.include(case):
        if note is not None:
            raise permissions.CaseRefused("officer.needs_signature")  # a head signs words, not what is said about them
        if files or not _is_done(session, case, officer, EntryKind.DRAFTED, text):
            second_signature.draft(desk, session, case, officer, text, files, kept)
        return None
    if not files and _is_done(session, case, officer, EntryKind.REPLIED, text):
        return _message_of(session, case.entries, EntryKind.REPLIED)
    said = text or to_person.named_by_files(desk, case, files)
    message = to_person.reply(desk, session, case, text, files, note)
    cases.reply(session, case, officer, said, message, desk.now(), kept)
    return message


def ask(desk: Desk, session: Session, case: Case, officer: Officer, text: str) -> None:
    """Ask the person for information; their next words go to the case. Raises CaseRefused."""
    text = _worded(text, "officer.empty_question")
    permissions.must_hold(case, officer)
    if not _is_done(session, case, officer, EntryKind.ASKED, text):
        cases.ask(session, case, officer, text, to_person.question(desk, session, case, text), desk.now())


def note(desk: Desk, session: Session, case: Case, officer: Officer, text: str) -> None:
    """Leave a note for colleagues; raises CaseRefused."""
    _fits(text)
    if not _is_done(session, case, officer, EntryKind.NOTED, text.strip()):
        cases.note(session, case, officer, text, desk.now())


def transfer(
    desk: Desk, session: Session, case: Case, officer: Officer, to: Unit, reason: str, colleague: Officer | None = None
) -> None:
    """Pass the case on with the reason, and tell who is to answer it now and the person; raises CaseRefused."""
    _fits(reason)
    if case.unit_id == to.id and _is_done(session, case, officer, EntryKind.TRANSFERRED, reason.strip()):
        return
    was = case.unit
    cases.transfer(session, case, officer, to, reason, desk.now(), colleague=colleague)
    officer_notices.transferred(desk, session, case, officer, reason.strip(), colleague)
    to_person.moved(desk, session, case, was)


def take_over(desk: Desk, session: Session, case: Case, head: Officer) -> None:
    """A head takes the case from whoever holds it, who is told; raises CaseRefused."""
    held = case.holder
    cases.take_over(session, case, head, desk.now())
    if held is not None and held.id != head.id:
        officer_notices.taken_over(desk, session, case, head, held)


def sign(desk: Desk, session: Session, case: Case, head: Officer) -> None:
    """Sign the draft, which goes to the person at once; raises CaseRefused."""
    entering.lock(session, case)
    last = case.entries[-1]
    if (last.kind, last.officer_id) != (EntryKind.REPLIED, head.id) or "drafted_by" not in last.detail:
        second_signature.sign(desk, session, case, head)


def return_draft(desk: Desk, session: Session, case: Case, head: Officer, reason: str) -> None:
    """Send the draft back to its officer with the reason; raises CaseRefused."""
    _fits(reason)
    if not _is_done(session, case, head, EntryKind.DRAFT_RETURNED, reason.strip()):
        second_signature.send_back(desk, session, case, head, reason)


def keep_files(desk: Desk, session: Session, case: Case, files: Sequence[TakenFile]) -> list[Attachment]:
    """Keep what an officer attaches to a reply that is about to go out; raises FileRefused."""
    room = attachments.room_in_case(session, desk.rules.files, case)
    return attachments.keep_all(session, files, desk.now(), room=room, full="files.case_full")


def resolve(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
    """Close the matter, tell the person, and ask for the rating; raises CaseRefused."""
    cases.resolve(session, case, officer, desk.now())
    closing.close_case(desk, session, case)


def resolve_as_spam(desk: Desk, session: Session, case: Case, officer: Officer, reason: str) -> None:
    """Put a case away that asks nothing: the person is told nothing and asked for no rating; raises CaseRefused."""
    _fits(reason)
    cases.resolve_as_spam(session, case, officer, reason, desk.now())


def reopen(desk: Desk, session: Session, case: Case, head: Officer) -> None:
    """Put a case before the officers again that was put away as spam; raises CaseRefused."""
    permissions.must_reopen(case, head)
    deadline = desk.deadlines(session).of(case.urgency, case.unit, desk.now())
    cases.reopen(session, case, deadline, desk.now(), desk.reopened_within, head=head)
    officer_notices.put_before(desk, session, case)


def _worded(text: str, empty: str) -> str:
    """The text without its margins; raises CaseRefused where nothing is left, or too much."""
    text = text.strip()
    if not text:
        raise permissions.CaseRefused(empty)
    _fits(text)
    return text


def _fits(text: str) -> None:
    if len(text) > REPLY_LENGTH:
        raise permissions.CaseRefused("officer.long_reply")


def _is_done(session: Session, case: Case, officer: Officer, kind: EntryKind, text: str) -> bool:
    """Whether the last thing that was done is this very act: a button that is pressed twice acts once."""
    entering.lock(session, case)
    last = next((entry for entry in reversed(case.entries) if entry.kind not in _BY_ITSELF), None)
    return last is not None and (last.kind, last.officer_id, last.text) == (kind, officer.id, text)


def _message_of(session: Session, entries: list[CaseEntry], kind: EntryKind) -> Message:
    order = next(entry.message_order for entry in reversed(entries) if entry.kind == kind)
    return session.get_one(Message, order)


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
    """The messages of the conversation in which the case was opened, in order; it may speak to another by now."""
    opened_in = select(Message.conversation_id).where(Message.id == case.enquiry_id).scalar_subquery()
    return list(session.scalars(select(Message).where(Message.conversation_id == opened_in).order_by(Message.order_no)))


def deliveries_of(session: Session, case: Case) -> dict[int, Delivery]:
    """What became of the officers' replies, by the order number of their messages."""
    orders = [entry.message_order for entry in case.entries if entry.message_order is not None]
    rows = session.scalars(select(Delivery).where(Delivery.message_order.in_(orders)))
    return {row.message_order: row for row in rows}
