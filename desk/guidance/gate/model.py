"""Golden questions in the store: how people ask about an entry, kept apart from what the search is made of."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base

SHIPPED = "shipped"
CURATOR = "curator"


class GoldenQuestion(Base):
    """A question that an entry has to answer; only ever measured with, never searched in and never fitted on.

    A question is closed, not deleted: ``closed_by`` and ``closed_words`` say by whom and why.
    """

    __tablename__ = "golden_questions"
    __table_args__ = (
        CheckConstraint("origin IN ('shipped', 'curator')", name="origin_known"),
        CheckConstraint("language IN ('vi', 'en')", name="language_known"),
        UniqueConstraint("entry_id", "language", "text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"))
    language: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    origin: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[dt.datetime]
    closed_by: Mapped[str | None]
    closed_at: Mapped[dt.datetime | None]
    closed_words: Mapped[str | None] = mapped_column(Text)
