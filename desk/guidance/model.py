"""Guidance in the store: entries, their immutable versions, the publication number, and what waits for review."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desk.guidance.record import GuidanceRecord
from desk.store import Base


class GuidanceEntry(Base):
    """One matter on which the desk has guidance.

    ``shipped_hash`` is the content last loaded from content/; ``confirmed_at`` is when a curator of this authority
    confirmed it, and until then every answer says that it is shipped and not yet confirmed.
    """

    __tablename__ = "guidance_entries"

    id: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[str]
    shipped_hash: Mapped[str | None]
    confirmed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class GuidanceVersion(Base):
    """The text of an entry as it was published; never changed, at most withdrawn."""

    __tablename__ = "guidance_versions"
    __table_args__ = (CheckConstraint("origin IN ('shipped', 'curator')", name="origin_known"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str]
    origin: Mapped[str]
    in_force_from: Mapped[dt.date]
    in_force_to: Mapped[dt.date | None]
    publication_no: Mapped[int]
    published_at: Mapped[dt.datetime]
    published_by: Mapped[str]
    withdrawn_at: Mapped[dt.datetime | None]

    @property
    def record(self) -> GuidanceRecord:
        return GuidanceRecord.model_validate(self.content)


class Publication(Base):
    """The single row whose number rises with every change of what is searched; ``law_no`` with the law's text only."""

    __tablename__ = "publication"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    number: Mapped[int] = mapped_column(default=0)
    law_no: Mapped[int] = mapped_column(default=0, server_default="0")


class GuidanceReview(Base):
    """Something about shipped guidance that a curator has to decide: it changed, or was removed."""

    __tablename__ = "guidance_reviews"
    __table_args__ = (CheckConstraint("kind IN ('shipped_change', 'shipped_removed')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"), index=True)
    kind: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
