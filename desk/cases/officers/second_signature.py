"""Replies that need a second signature: drafted by an officer, signed or sent back by a head of the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.attachments.model import Attachment
from desk.cases import permissions, queries
from desk.cases import service as cases
from desk.cases.model import OPEN_STATES, Case, CaseEntry
from desk.cases.officers import draft_files, to_person
from desk.cases.officers import notices as officer_notices
from desk.cases.thread import pending_draft
from desk.conversations.model import Message
from desk.desk import Desk
from desk.people import service as people
from desk.people.model import Officer
from desk.units import service as units


def draft(
    desk: Desk,
    session: Session,
    case: Case,
    officer: Officer,
    text: str,
    files: Sequence[Attachment],
    detail: Mapping[str, Any],
) -> None:
    """Put a reply with its files before the heads who may sign it, and tell them; raises CaseRefused.

    Files without words that follow a draft at once, as the photos of an album do, join it.
    """
    before = pending_draft(case.entries)
    kept = attachments.for_new_message(session, files, desk.now())
    if not text and before is not None and _follows_at_once(desk, before, officer):
        earlier = draft_files.of_entry(session, before)
        text, detail = draft_files.words_of(desk, case, before, earlier), {**(before.detail or {}), **detail}
        kept = [*earlier, *kept]
    for position, file in enumerate(kept):
        file.position = position
    said = text or to_person.named_by_files(desk, case, kept)
    cases.draft(session, case, officer, said, desk.now(), {**detail, **draft_files.detail(kept)})
    for head in heads_for(session, case, officer):
        officer_notices.tell_about(desk, session, head, case, "officer.draft_for_you", said, kept, name=officer.name)


def sign(desk: Desk, session: Session, case: Case, head: Officer) -> Message:
    """Send the draft to the person as the officer wrote it; raises CaseRefused where it may not be signed as it is."""
    drafted = permissions.must_sign(case, head)
    files = draft_files.of_entry(session, drafted)
    words = draft_files.words_of(desk, case, drafted, files)
    message = to_person.reply(desk, session, case, words, files)
    cases.reply_signed(session, case, head, message, desk.now())
    if drafted.officer is not None:
        officer_notices.tell_about(desk, session, drafted.officer, case, "officer.draft_signed", name=head.name)
    return message


def send_back(desk: Desk, session: Session, case: Case, head: Officer, reason: str) -> None:
    """Return the draft to its officer with the reason; raises CaseRefused."""
    drafted = permissions.must_judge(case, head)
    cases.return_draft(session, case, head, reason, desk.now())
    if drafted.officer is not None:
        officer_notices.tell_about(
            desk, session, drafted.officer, case, "officer.draft_came_back", reason.strip(), name=head.name
        )


def heads_for(session: Session, case: Case, drafter: Officer) -> list[Officer]:
    """The heads of the case's unit, or of the nearest unit above it that has one who did not write the draft."""
    for unit in units.chain(session, case.unit):
        heads = [head for head in people.heads_of(session, unit) if head.id != drafter.id]
        if heads:
            return heads
    return []


def to_sign(session: Session, head: Officer) -> list[Case]:
    """The open cases whose draft this officer may sign or return, the one that is due first at the top."""
    waiting = queries.in_state(session, *OPEN_STATES, of=head)
    return [case for case in waiting if _may_judge(case, head)]


def _follows_at_once(desk: Desk, before: CaseEntry, officer: Officer) -> bool:
    return before.officer_id == officer.id and desk.now() - before.at <= attachments.TOGETHER


def _may_judge(case: Case, head: Officer) -> bool:
    drafted = pending_draft(case.entries)
    return drafted is not None and drafted.officer_id != head.id and permissions.may_sign_for(case, head)
