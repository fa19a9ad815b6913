"""Who did what, and when, and the seals over it; rows are only ever added.

Triggers of both databases refuse what changes or takes away an entry or a seal. A migration that rebuilds one of these
two tables on SQLite loses its triggers, and has to make them again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class AuditEntry(Base):
    """One act. It holds ids and what was decided, never words that have to be forgotten: nothing here ever goes."""

    __tablename__ = "audit_entries"
    # What the audit is listed by; each index ends with the order of the list.
    __table_args__ = (
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_actor", "actor", "at", "id"),
        Index("ix_audit_entries_act", "act", "at", "id"),
        Index("ix_audit_entries_subject", "subject", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditSeal(Base):
    """A seal over a run of entries and over the seal before it (desk/audit/chain.py says what its hash is made of).

    Seals are numbered from 1 without a gap. ``digests`` has a line for each entry: its id and the SHA-256 of what it
    says. ``form`` is the number of the canonical form in which entries were written then (desk/audit/canonical.py).
    """

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[int]
    sealed_at: Mapped[dt.datetime]
    first_id: Mapped[int]
    last_id: Mapped[int]
    entries: Mapped[int]
    digests: Mapped[str] = mapped_column(Text)
    previous: Mapped[str]
    hash: Mapped[str]


class AuditCheck(Base):
    """What came of the last check of a part of the chain: one row for ``newest`` and one for ``whole``.

    It is written over each time. ``begun_at`` is by whom it is claimed, so that two clocks do not check twice; the rest
    is of the last check that came to its end. ``finding`` is the first broken place.
    """

    __tablename__ = "audit_checks"
    __table_args__ = (CheckConstraint("part IN ('newest', 'whole')", name="part_known"),)

    part: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[dt.datetime]
    checked_at: Mapped[dt.datetime | None]
    seals: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    newest_seal: Mapped[int | None]
    newest_hash: Mapped[str | None]
    broken: Mapped[int] = mapped_column(default=0)
    finding: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
