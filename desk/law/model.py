"""The law in the store: what curators entered of legal instruments, and the articles of their text as imported."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk.ports import LawArticle
from desk.store import Base


class LawText(Base):
    """One article of an instrument; ``position`` (from 0) is its place among the articles of that instrument.

    ``division`` has the headings of part, chapter and section above it, a line each; empty where there are none.
    """

    __tablename__ = "law_articles"

    instrument: Mapped[str] = mapped_column(primary_key=True)
    article: Mapped[str] = mapped_column(primary_key=True)
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    division: Mapped[str] = mapped_column(Text, default="", server_default="")
    position: Mapped[int]
    content_hash: Mapped[str]
    imported_at: Mapped[dt.datetime]
    imported_by: Mapped[str]

    @property
    def as_published(self) -> LawArticle:
        return LawArticle(self.instrument, self.article, self.heading, self.text)


class RowState(StrEnum):
    """What a row says of its instrument: what a curator entered holds, what ships does, or it never existed."""

    ENTERED = "entered"
    SHIPPED = "shipped"
    MISTAKEN = "mistaken"


class InstrumentRow(Base):
    """One decision of a curator about an instrument; rows are only ever added, and the newest of a number holds.

    ``content`` has the shape of desk.law.instruments.Instrument. ``shipped_hash`` is that of the record which shipped
    when the row was written, None where none did. ``revision`` counts the rows of the number from 1.
    """

    __tablename__ = "law_instruments"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in RowState)})", name="state_known"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    shipped_hash: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[dt.datetime]
    entered_by: Mapped[str]
