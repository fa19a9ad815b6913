"""Receipts in the store: the code of each answer from the guidance, what was shown, and codes that were guessed at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class Receipt(Base):
    """The receipt of one answer. ``code`` is without its dashes (desk/receipts/codes.py).

    ``shown`` are the blocks of the answer, word for word as they were sent: guidance and its legal basis, nothing that
    the person wrote, so they stay when the person's words are forgotten. None of an answer from before there were
    receipts: it is put together again from its version.
    """

    __tablename__ = "receipts"

    code: Mapped[str] = mapped_column(primary_key=True)
    enquiry_id: Mapped[str] = mapped_column(ForeignKey("enquiries.id"), unique=True)
    shown: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))


class ReceiptMiss(Base):
    """That somebody asked for a code which is right in form and belongs to no answer; ``source`` is a hash of who."""

    __tablename__ = "receipt_misses"
    __table_args__ = (Index("ix_receipt_misses_source", "source", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source: Mapped[str]
    at: Mapped[dt.datetime]
