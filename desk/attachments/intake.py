"""What is done with a file before it is kept: told by its content, made anew or looked through, and scanned.

All of it takes time and none of it a transaction; the doors do it first. What comes out may be kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from desk.apart import running
from desk.attachments import scanning
from desk.attachments.kinds import FileKind, kind_of
from desk.attachments.limits import FileLimits
from desk.attachments.model import ScanState
from desk.attachments.service import FileRefused, TakenFile, Upload
from desk.desk import Desk
from desk.ports import ScannerAway

log = logging.getLogger(__name__)


def take(
    desk: Desk, uploads: Sequence[Upload], sender: str, *, room: int | None = None, full: str = ""
) -> tuple[TakenFile, ...]:
    """The files of one message, ready to be kept, all or none; raises FileRefused. Not inside of a transaction.

    ``sender`` is who is told to the audit where the scanner finds something. ``room``: for how many bytes there is
    room now, looked at before any work, and ``full`` the reason where they are more.
    """
    limits, total = desk.rules.files, sum(len(upload.data) for upload in uploads)
    if len(uploads) > limits.message_files:
        raise FileRefused("files.too_many")
    if total > limits.message_bytes:
        raise FileRefused("files.too_large_together")
    kinds = [_kind(limits, upload) for upload in uploads]
    if room is not None and total > room:
        raise FileRefused(full)
    made = [_made_safe(limits, upload, kind) for upload, kind in zip(uploads, kinds, strict=True)]
    return tuple(_scanned(desk, file, sender) for file in made)


def _kind(limits: FileLimits, upload: Upload) -> FileKind:
    if not upload.data:
        raise FileRefused("files.empty", upload.name)
    if len(upload.data) > limits.file_bytes:
        raise FileRefused("files.too_large", upload.name)
    kind = kind_of(upload.data)
    if kind is None:
        raise FileRefused("files.not_taken", upload.name)
    return kind


def _made_safe(limits: FileLimits, upload: Upload, kind: FileKind) -> TakenFile:
    """A picture as it was made anew; a PDF as it came, where it only shows something."""
    is_picture = kind.media_type.startswith("image/")
    try:
        told = {"media_type": kind.media_type, "pixels": limits.picture_pixels}
        answer = running.run("picture" if is_picture else "pdf", upload.data, told)
    except running.Busy:
        raise FileRefused("files.busy", upload.name, for_now=True) from None
    except running.NotFinished as error:
        log.info("a file of type %s was not read: %s", kind.media_type, error)
        raise FileRefused("files.unreadable", upload.name) from None
    if refused := answer.told.get("refused"):
        raise FileRefused(refused, upload.name)
    if not is_picture:
        return TakenFile(upload.name, upload.data, kind.media_type, kind.extension)
    data, preview = answer.parts
    if len(data) > limits.file_bytes:
        raise FileRefused("files.too_large", upload.name)
    return TakenFile(upload.name, data, answer.told["media_type"], answer.told["extension"], preview)


def _scanned(desk: Desk, file: TakenFile, sender: str) -> TakenFile:
    """The file with what the scanner says of it; where it is away the file waits."""
    if desk.scanner is None:
        return file
    try:
        verdict = desk.scanner.scan(file.data)
    except ScannerAway as away:
        log.warning("a file waits for the scanner: %s", away)
        return replace(file, scan=ScanState.WAITING)
    if verdict.found is None:
        return replace(file, scan=ScanState.CLEAN)
    with desk.store.writing() as session:
        scanning.record_refused(session, file, verdict.found, sender, desk.now())
    raise FileRefused("files.harmful", file.name)
