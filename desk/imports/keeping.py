"""Keeping a file for an hour, for the officer who sent it and nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from desk.attachments.names import cleaned
from desk.imports.files import File
from desk.imports.model import KeptFile
from desk.people.model import Officer

KEPT_FOR = dt.timedelta(hours=1)
Purpose = Literal["guidance", "law"]


def keep(
    session: Session, file: File, officer: Officer, purpose: Purpose, at: dt.datetime, *, instrument: str = ""
) -> KeptFile:
    """Keep a file, in the place of another that the officer looked at for the same purpose."""
    forget_old(session, at)
    session.execute(delete(KeptFile).where(KeptFile.officer_id == officer.id, KeptFile.purpose == purpose))
    kept = KeptFile(
        officer_id=officer.id,
        purpose=purpose,
        instrument=instrument,
        name=cleaned(file.name, file.kind),
        data=file.data,
        kept_at=at,
    )
    session.add(kept)
    session.flush()
    return kept


def kept(session: Session, id: str, officer: Officer, purpose: Purpose, at: dt.datetime) -> KeptFile | None:
    """The file, while it is kept; None for another officer's."""
    found = session.get(KeptFile, id)
    if found is None or found.officer_id != officer.id or found.purpose != purpose or found.kept_at < at - KEPT_FOR:
        return None
    return found


def forget(session: Session, id: str) -> None:
    session.execute(delete(KeptFile).where(KeptFile.id == id))


def forget_old(session: Session, at: dt.datetime) -> None:
    session.execute(delete(KeptFile).where(KeptFile.kept_at < at - KEPT_FOR))
