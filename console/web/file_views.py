"""Files as pages list them, and as they leave: under their own type, never opened as a page of this site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import NotFoundException
from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.attachments import words
from desk.attachments.model import Attachment
from desk.cases.model import Case
from desk.guidance.record import Language

#: What a browser shows by itself, and nothing in it can act.
_SHOWN = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True)
class ShownFile:
    """A file in a list; ``kind`` and ``author`` name texts."""

    id: str
    name: str
    kind: str
    size: str
    author: str
    at: dt.datetime
    #: Whether a browser shows it by itself, so that a page may show it small.
    has_preview: bool = False


def files_of(session: Session, case: Case, language: Language) -> list[ShownFile]:
    """The files of a case from both sides, in order."""
    authors = {message.order_no: message.author for message in attachments.messages_of_case(session, case)}
    return [
        ShownFile(
            id=file.id,
            name=file.name,
            kind="pdf" if file.media_type == "application/pdf" else "image",
            size=words.size(file.size, language),
            author=authors[file.message_order] if file.message_order is not None else "person",
            at=file.at,
            has_preview=file.media_type in _SHOWN,
        )
        for file in attachments.of_case(session, case)
    ]


def download(session: Session, attachment: Attachment) -> Response[bytes]:
    """The file as a response; raises NotFoundException where it is forgotten."""
    found = attachments.open_file(session, attachment.id)
    if found is None:
        raise NotFoundException
    way = "inline" if attachment.media_type in _SHOWN else "attachment"
    headers = {
        "content-disposition": f"{way}; filename*=UTF-8''{quote(attachment.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
    }
    return Response(found[1], media_type=attachment.media_type, headers=headers)
