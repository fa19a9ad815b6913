"""Reading a kept file again: only what a scanner, where the desk has one, found clean is handed out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments.model import Attachment, FileContent, FilePreview, FileScan, ScanState


class FileState(StrEnum):
    """Whether a file is handed out."""

    READY = "ready"
    BEING_CHECKED = "being_checked"
    TAKEN_AWAY = "taken_away"


class NotHandedOut(Exception):
    """The file is kept, and not handed out: it is not looked through yet, or something was found in it."""

    def __init__(self, state: FileState) -> None:
        super().__init__(state.value)
        self.state = state


def open_file(session: Session, attachment_id: str, *, only_scanned: bool) -> tuple[Attachment, bytes] | None:
    """A file with its bytes; None where it was never kept or is forgotten. Raises NotHandedOut.

    ``only_scanned``: whether the desk has a scanner, and hands out only what that found clean.
    """
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        return None
    state = states_of(session, [attachment], only_scanned=only_scanned)[attachment.sha256]
    if state is not FileState.READY:
        raise NotHandedOut(state)
    return attachment, session.get_one(FileContent, attachment.sha256).data


def open_preview(session: Session, attachment: Attachment, *, only_scanned: bool) -> bytes | None:
    """The small JPEG of a picture; None where there is none. Raises NotHandedOut."""
    state = states_of(session, [attachment], only_scanned=only_scanned)[attachment.sha256]
    if state is not FileState.READY:
        raise NotHandedOut(state)
    return session.scalar(select(FilePreview.data).where(FilePreview.sha256 == attachment.sha256))


def with_preview(session: Session, attachments: Sequence[Attachment]) -> set[str]:
    """The SHA-256 of those files that have a small picture."""
    digests = {attachment.sha256 for attachment in attachments}
    return set(session.scalars(select(FilePreview.sha256).where(FilePreview.sha256.in_(digests))))


def states_of(session: Session, attachments: Sequence[Attachment], *, only_scanned: bool) -> dict[str, FileState]:
    """Whether files are handed out, by their SHA-256."""
    digests = {attachment.sha256 for attachment in attachments}
    rows = session.execute(select(FileScan.sha256, FileScan.state).where(FileScan.sha256.in_(digests)))
    said = {row.sha256: row.state for row in rows}
    return {digest: _state(said.get(digest), only_scanned=only_scanned) for digest in digests}


def _state(said: str | None, *, only_scanned: bool) -> FileState:
    if said == ScanState.FOUND:
        return FileState.TAKEN_AWAY
    return FileState.BEING_CHECKED if only_scanned and said != ScanState.CLEAN else FileState.READY
