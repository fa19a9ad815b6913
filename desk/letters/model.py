"""Letters: e-mail that the desk sends by itself, each a row until it is known what became of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk.ids import new_id
from desk.store import Base


class LetterState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"


class Letter(Base):
    """One letter to one address.

    ``name`` is what mail servers tell it by from others (its Message-ID), the same at every attempt. ``text`` is taken
    out as soon as nothing more is to be sent: it may hold a code. After ``expires_at`` it is of no use to anybody.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in LetterState)})", name="state_known"),
        Index("ix_letters_due", "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(default=new_id, unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default=LetterState.WAITING.value)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    next_attempt_at: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    claimed_by: Mapped[str | None]
    claimed_beat: Mapped[int | None]
    settled_at: Mapped[dt.datetime | None]
