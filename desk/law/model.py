"""The text of the law in the store: articles of legal instruments, as they were imported."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Text
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
