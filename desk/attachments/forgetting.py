"""Letting go of files: those of a forgotten conversation, and the bytes that no file has any more, with all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from desk.attachments.model import Attachment, FileContent, FilePreview, FileScan
from desk.cases.model import Case
from desk.conversations.model import Message


def forget(session: Session, conversation_id: str, at: dt.datetime, kept_for: dt.timedelta) -> None:
    """Take away the files of a conversation and its cases, the copies too, and the bytes that no file has any more.

    A file that came to hang on no message, since its update failed for good, goes after ``kept_for``.
    """
    cases = select(Case.id).where(Case.conversation_id == conversation_id)
    messages = select(Message.order_no).where(
        or_(Message.conversation_id == conversation_id, Message.case_id.in_(cases))
    )
    lost = Attachment.message_order.is_(None) & (Attachment.at <= at - kept_for)
    gone = (
        delete(Attachment).where(or_(Attachment.message_order.in_(messages), lost)).returning(Attachment.sha256)
    ).execution_options(synchronize_session=False)
    _forget_bytes(session, set(session.scalars(gone)))


def drop(session: Session, files: Sequence[Attachment]) -> None:
    """Let go of files that have just been kept, and turn out to have come before."""
    for file in files:
        session.delete(file)
    session.flush()
    _forget_bytes(session, {file.sha256 for file in files})


def _forget_bytes(session: Session, digests: set[str]) -> None:
    for table in (FilePreview, FileScan, FileContent):
        still = select(Attachment.sha256).where(Attachment.sha256 == table.sha256).exists()
        unused = delete(table).where(table.sha256.in_(digests), ~still)
        session.execute(unused.execution_options(synchronize_session=False))
