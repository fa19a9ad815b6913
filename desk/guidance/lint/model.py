"""What the store keeps of the linter: how far it has read, and which translations a curator said still hold."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class LintRun(Base):
    """The single row that says as of which day, up to which publication, and after how many changes of instruments, the
    findings in the store are."""

    __tablename__ = "lint_run"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    day: Mapped[dt.date]
    publication_no: Mapped[int]
    law_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    entries: Mapped[int]
    at: Mapped[dt.datetime]


class TranslationCheck(Base):
    """A curator compared a part of a version in both languages: what changed in one needs no change in the other."""

    __tablename__ = "guidance_translation_checks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"), index=True)
    part: Mapped[str]
    version: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[dt.datetime]
