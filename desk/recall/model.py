"""Recalls in the store: which text was wrong, what those who got it are told, who decided it, and who was told."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.people.model import Officer
from desk.store import Base


class RecallState(StrEnum):
    """``stopped`` is also what was planned and given up."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class RecallStep(StrEnum):
    """What happened to a recall, as the audit calls it."""

    PLANNED = "planned"
    REWORDED = "reworded"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    FINISHED = "finished"


#: States in which something can still come of it; an entry has one such recall at most.
OPEN = (RecallState.PLANNED, RecallState.RUNNING, RecallState.PAUSED)
_OPEN_ONLY = text("state IN ('planned', 'running', 'paused')")


class LeftOut(StrEnum):
    """Why a chat that got the wrong text is not told."""

    BLOCKED = "blocked"
    FORGOTTEN = "forgotten"
    NO_PART = "no_part"
    TOLD_BEFORE = "told_before"


class Recall(Base):
    """A correction for those who were given a wrong text of an entry.

    ``versions`` are the numbers of the wrong ones, ``corrected`` the one that holds instead, None where none does.
    ``since``: answers from that moment on are corrected. ``wrong_vi`` and ``wrong_en`` say what was wrong, in the
    curator's words. ``urgent``: it goes out at night as well. ``chats`` is how many were to be told when it began.
    """

    __tablename__ = "recalls"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in RecallState)})", name="state_known"),
        CheckConstraint(
            "started_by_id IS NULL OR started_by_id NOT IN (planned_by_id, edited_by_id)", name="four_eyes"
        ),
        CheckConstraint("state NOT IN ('running', 'paused', 'finished') OR started_by_id IS NOT NULL", name="begun_by"),
        Index("uq_recalls_open", "entry_id", unique=True, sqlite_where=_OPEN_ONLY, postgresql_where=_OPEN_ONLY),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"))
    versions: Mapped[list[int]] = mapped_column(JSON)
    corrected: Mapped[int | None]
    since: Mapped[dt.datetime]
    wrong_vi: Mapped[str] = mapped_column(Text)
    wrong_en: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool]
    state: Mapped[str] = mapped_column(default=RecallState.PLANNED.value)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    planned_at: Mapped[dt.datetime]
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    started_at: Mapped[dt.datetime | None]
    chats: Mapped[int | None]
    finished_at: Mapped[dt.datetime | None]

    planned_by: Mapped[Officer] = relationship(foreign_keys=planned_by_id, lazy="joined")
    edited_by: Mapped[Officer] = relationship(foreign_keys=edited_by_id, lazy="joined")
    started_by: Mapped[Officer | None] = relationship(foreign_keys=started_by_id, lazy="joined")


class RecallRecipient(Base):
    """A chat that got the wrong text, once in a recall: it waits, was left out, or its message is on its way.

    ``message_order`` is set in the transaction that makes the delivery; what became of that, the delivery tells.
    """

    __tablename__ = "recall_recipients"
    __table_args__ = (
        UniqueConstraint("recall_id", "chat_id"),
        CheckConstraint(f"left_out IN ({', '.join(repr(w.value) for w in LeftOut)})", name="left_out_known"),
        CheckConstraint("left_out IS NULL OR message_order IS NULL", name="told_or_left_out"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    recall_id: Mapped[int] = mapped_column(ForeignKey("recalls.id"))
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"), index=True)
    message_order: Mapped[int | None] = mapped_column(ForeignKey("messages.order_no"), unique=True)
    left_out: Mapped[str | None]
    at: Mapped[dt.datetime | None]
