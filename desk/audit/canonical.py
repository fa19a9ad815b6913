"""An entry as the one sequence of bytes that its digest is made of, the same from SQLite and from PostgreSQL.

One line of JSON in ASCII: every column by its name, names in order, no blanks; the moment in UTC with microseconds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry

#: The number of this form. Whoever changes it leaves the old one in place: old seals are checked by theirs.
FORM = 1
#: In the place of the digest of an entry that cannot be read, so that one such row does not keep others unsealed.
UNREADABLE = "0" * 64

_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_COLUMNS = (AuditEntry.id, AuditEntry.at, AuditEntry.actor, AuditEntry.act, AuditEntry.subject, AuditEntry.detail)
#: What a column raises whose content is none of its kind, which SQLite lets stand in any column.
NONE_OF_ITS_KIND = (ValueError, TypeError, AttributeError)


def written(id: int, at: dt.datetime, actor: str, act: str, subject: str, detail: Any) -> bytes:
    """An entry in canonical form."""
    told = {
        "act": act,
        "actor": actor,
        "at": at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "detail": detail,
        "id": id,
        "subject": subject,
    }
    return _encoded(told).encode("ascii")


def digests(session: Session, after: int, until: int, limit: int | None = None) -> list[tuple[int, str]]:
    """The ids of the entries after one and until another, in their order, each with its digest."""
    return list(_digests(session, _range(after, until, limit)))


def _range(after: int, until: int, limit: int | None) -> Select[*tuple[Any, ...]]:
    within = AuditEntry.id > after, AuditEntry.id <= until
    return select(*_COLUMNS).where(*within).order_by(AuditEntry.id).limit(limit)


def _digests(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[tuple[int, str]]:
    try:
        rows = session.execute(query).all()
    except (*NONE_OF_ITS_KIND, OperationalError) as error:
        must_be_content(error)
        ids = session.scalars(query.with_only_columns(AuditEntry.id)).all()
        yield from ((id_, _digest_of_one(session, id_)) for id_ in ids)
        return
    yield from ((row.id, _digest(row)) for row in rows)


def _digest_of_one(session: Session, id_: int) -> str:
    try:
        row = session.execute(select(*_COLUMNS).where(AuditEntry.id == id_)).one()
    except (*NONE_OF_ITS_KIND, OperationalError) as error:
        must_be_content(error)
        return UNREADABLE
    return _digest(row)


def _digest(row: Row[*tuple[Any, ...]]) -> str:
    try:
        return hashlib.sha256(written(*row)).hexdigest()
    except NONE_OF_ITS_KIND:
        return UNREADABLE


def must_be_content(error: Exception) -> None:
    """SQLite's driver tells of text that is no text as it tells of a file that cannot be read."""
    if isinstance(error, OperationalError) and "decode" not in str(error.orig).lower():
        raise error
