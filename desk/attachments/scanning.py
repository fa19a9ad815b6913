"""Files that wait for the scanner, and what comes of it when it finds something: the bytes go, the sender is told."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from desk import waiting
from desk.attachments.model import Attachment, FileContent, FilePreview, FileScan, ScanState
from desk.attachments.service import TakenFile
from desk.audit.service import record_act
from desk.cases.model import Case
from desk.cases.officers import notices
from desk.conversations import service as conversations
from desk.conversations.model import Conversation, Message
from desk.desk import Desk
from desk.guidance.record import Language
from desk.ports import ScannerAway
from desk.speech import Utterance

log = logging.getLogger(__name__)

#: After an attempt at which the scanner was away: the wait before the next one, then the last again and again.
BACK_OFF = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 60, 300))
#: Letters of a scanner's own name of what it found.
FOUND_LETTERS = 120


def record_refused(session: Session, file: TakenFile, found: str, sender: str, at: dt.datetime) -> None:
    """Tell the audit of a file that was not kept, under its SHA-256."""
    detail = _detail(found, file.media_type, len(file.data))
    record_act(session, actor=sender, act="file.refused", subject=file.sha256, detail=detail, at=at)


def scan_due(desk: Desk, most: int, *, older: bool = True) -> int:
    """Have files looked through that wait, and ``older`` ones from before there was a scanner; returns how many were.

    With no transaction open while the scanner is at work. Two who do this at once only do some of it twice.
    """
    done = 0
    while desk.scanner is not None and done < most:
        with desk.store.reading() as session:
            digest = _next(session, desk.now(), older=older)
            content = session.get(FileContent, digest) if digest is not None else None
            data = content.data if content is not None else b""
        if digest is None:
            break
        try:
            found = desk.scanner.scan(data).found
        except ScannerAway as away:
            log.warning("files wait for the scanner: %s", away)
            with desk.store.writing() as session:
                _put_off(session, digest, desk.now())
            break
        with desk.store.writing() as session:
            _settle(desk, session, digest, found)
        done += 1
    return done


def waiting_files(session: Session) -> int:
    """How many different files wait for the scanner."""
    return session.scalar(select(func.count()).where(FileScan.state == ScanState.WAITING)) or 0


def _next(session: Session, at: dt.datetime, *, older: bool) -> str | None:
    """A file whose turn it is; those that came before there was a scanner last."""
    is_due = or_(FileScan.next_attempt_at <= at, waiting.is_ahead(FileScan.at, at))
    due = select(FileScan.sha256).where(FileScan.state == ScanState.WAITING, is_due)
    first = session.scalar(due.order_by(FileScan.next_attempt_at).limit(1))
    if first is not None or not older:
        return first
    never = ~select(FileScan.sha256).where(FileScan.sha256 == FileContent.sha256).exists()
    return session.scalar(select(FileContent.sha256).where(never).limit(1))


def _put_off(session: Session, digest: str, at: dt.datetime) -> None:
    scan = _row(session, digest, at)
    if scan is not None and scan.state == ScanState.WAITING:
        scan.attempts += 1
        scan.at, scan.next_attempt_at = at, at + waiting.back_off(BACK_OFF, scan.attempts)


def _settle(desk: Desk, session: Session, digest: str, found: str | None) -> None:
    scan = _row(session, digest, desk.now())
    if scan is None or scan.state != ScanState.WAITING:
        return  # forgotten, or settled by another meanwhile
    scan.at, scan.next_attempt_at = desk.now(), None
    if found is None:
        scan.state = ScanState.CLEAN.value
        return
    scan.state, scan.found_as = ScanState.FOUND.value, found[:FOUND_LETTERS]
    content = session.get_one(FileContent, digest)
    size, content.data = len(content.data), b""
    session.execute(delete(FilePreview).where(FilePreview.sha256 == digest))
    files = list(session.scalars(select(Attachment).where(Attachment.sha256 == digest).order_by(Attachment.at)))
    media_type = files[0].media_type if files else ""
    detail = _detail(found, media_type, size)
    record_act(session, actor="clock", act="file.taken_away", subject=digest, detail=detail, at=desk.now())
    _tell(desk, session, files)


def _row(session: Session, digest: str, at: dt.datetime) -> FileScan | None:
    """The row of a file, made where it has none; None where the file is gone."""
    scan = session.get(FileScan, digest, with_for_update=True)
    if scan is None and session.get(FileContent, digest) is not None:
        scan = FileScan(sha256=digest, state=ScanState.WAITING.value, attempts=0, at=at, next_attempt_at=at)
        session.add(scan)
        session.flush()
    return scan


def _tell(desk: Desk, session: Session, files: Sequence[Attachment]) -> None:
    """Tell those who sent the file, and whoever has its case in hand; copies that were passed on are nobody's."""
    for file in files:
        message = session.get(Message, file.message_order) if file.message_order is not None else None
        if message is None or message.author not in ("person", "officer"):
            continue
        conversation = session.get_one(Conversation, message.conversation_id)
        case = session.get(Case, message.case_id) if message.case_id is not None else None
        told = desk.texts.say("files.taken_away", conversations.language_of(conversation), name=file.name)
        conversations.say(session, conversation, Utterance.plain(told), desk.now(), case_id=case.id if case else None)
        if case is not None and case.holder is not None:
            _tell_holder(desk, session, case, file.name)


def _tell_holder(desk: Desk, session: Session, case: Case, name: str) -> None:
    def say(language: Language) -> Utterance:
        told = desk.texts.say("files.taken_away_of_case", language, name=name, number=case.number)
        return Utterance.plain(told, case=case.number)

    if case.holder is not None:
        notices.tell(desk, session, case.holder, case, say)


def _detail(found: str, media_type: str, size: int) -> dict[str, Any]:
    return {"found": found[:FOUND_LETTERS], "media_type": media_type, "bytes": size}
