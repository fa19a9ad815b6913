"""The files of a reply that waits for its second signature: they hang on no message until it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk.attachments.model import Attachment
from desk.cases.model import Case, CaseEntry
from desk.cases.officers import to_person
from desk.cases.thread import pending_draft
from desk.desk import Desk


def detail(files: Sequence[Attachment]) -> dict[str, Any]:
    """What the entry of a draft keeps of its files."""
    return {"files": [file.id for file in files]} if files else {}


def of_entry(session: Session, entry: CaseEntry) -> list[Attachment]:
    """The files of a draft, in order; those that are forgotten are left out."""
    found = (session.get(Attachment, file_id) for file_id in (entry.detail or {}).get("files", ()))
    return [file for file in found if file is not None]


def words_of(desk: Desk, case: Case, entry: CaseEntry, files: Sequence[Attachment]) -> str:
    """The words of a draft; none where its text only names its files."""
    text = entry.text or ""
    return "" if files and text == to_person.named_by_files(desk, case, files) else text


def file_of_pending(session: Session, case: Case, file_id: str) -> Attachment | None:
    """A file of the draft that waits in the case."""
    drafted = pending_draft(case.entries)
    files = of_entry(session, drafted) if drafted is not None else []
    return next((file for file in files if file.id == file_id), None)
