"""Files as pages list them, and as they leave: as downloads, never opened as a page of this site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException, NotFoundException
from sqlalchemy.orm import Session

from desk.attachments import handing_out, words
from desk.attachments import service as attachments
from desk.attachments.handing_out import FileState, NotHandedOut
from desk.attachments.model import Attachment
from desk.cases.model import Case
from desk.desk import Desk
from desk.guidance.record import Language

#: Nothing in a file may act, be framed, be kept by a cache or be used by another site.
_APART = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


class FileBeingChecked(HTTPException):
    """The file waits for the scanner."""

    status_code = 409


class FileTakenAway(HTTPException):
    """The scanner found something in the file, and it is gone."""

    status_code = 410


@dataclass(frozen=True)
class ShownFile:
    """A file in a list; ``kind``, ``author`` and ``state`` name texts."""

    id: str
    name: str
    kind: str
    size: str
    author: str
    at: dt.datetime
    state: str = FileState.READY
    #: Whether there is a small picture of it, which a page may show.
    has_preview: bool = False

    @property
    def is_ready(self) -> bool:
        return self.state == FileState.READY


def files_of(desk: Desk, session: Session, case: Case, language: Language) -> list[ShownFile]:
    """The files of a case from both sides, in order."""
    authors = {message.order_no: message.author for message in attachments.messages_of_case(session, case)}
    files = attachments.of_case(session, case)
    states = handing_out.states_of(session, files, only_scanned=desk.scanner is not None)
    previews = handing_out.with_preview(session, files)
    return [
        ShownFile(
            id=file.id,
            name=file.name,
            kind="pdf" if file.media_type == "application/pdf" else "image",
            size=words.size(file.size, language),
            author=authors[file.message_order] if file.message_order is not None else "person",
            at=file.at,
            state=states[file.sha256].value,
            has_preview=file.sha256 in previews and states[file.sha256] is FileState.READY,
        )
        for file in files
    ]


def handed_out(desk: Desk, session: Session, attachment: Attachment, *, small: bool = False) -> Response[bytes]:
    """The file as a download, or the ``small`` picture of it to be shown.

    Raises NotFoundException where there is none, FileBeingChecked and FileTakenAway.
    """
    only_scanned = desk.scanner is not None
    try:
        if small:
            preview = handing_out.open_preview(session, attachment, only_scanned=only_scanned)
            if preview is None:
                raise NotFoundException
            return Response(preview, media_type="image/jpeg", headers={**_APART, "content-disposition": "inline"})
        found = handing_out.open_file(session, attachment.id, only_scanned=only_scanned)
    except NotHandedOut as held_back:
        raise (FileBeingChecked if held_back.state is FileState.BEING_CHECKED else FileTakenAway) from None
    if found is None:
        raise NotFoundException
    way = f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}"
    return Response(found[1], media_type=attachment.media_type, headers={**_APART, "content-disposition": way})
