"""Letting go of files: those of forgotten messages, and the bytes that no file has any more, with all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, delete, or_, select
from sqlalchemy.orm import Session

from desk.attachments.model import Attachment, FileContent, FilePreview, FileScan


def forget(session: Session, messages: Select[int], ids: Collection[str] = ()) -> int:
    """Take away the files of these messages and those with these ids, and the bytes that no file has any more."""
    return forget_those(session, or_(Attachment.message_order.in_(messages), Attachment.id.in_(ids)))


def forget_those(session: Session, which: ColumnElement[bool]) -> int:
    """The same for files by a condition; returns how many there were."""
    gone = delete(Attachment).where(which).returning(Attachment.sha256)
    digests = session.scalars(gone.execution_options(synchronize_session=False)).all()
    _forget_bytes(session, set(digests))
    return len(digests)


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
