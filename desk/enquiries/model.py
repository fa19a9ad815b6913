"""What was asked and what came of it: enquiries, and the results that the dialogue's acts leave for the desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.answering.outcome import Outcome
from desk.store import Base

#: Of what ends an enquiry, what may be a gap of the guidance (desk/gaps/): an index of its own has only these.
_MAY_BE_A_GAP = text(
    "outcome IN ('unanswerable_not_covered', 'unanswerable_out_of_scope', 'clarify_entries')"
    " OR feedback = 'not_helpful'"
)


class Enquiry(Base):
    """A question as it was answered: the outcome, the guidance version shown, and how the desk came to it.

    A message holds one enquiry or more, counted by ``position`` from 0; the first has the message's own id.
    ``searched`` are the texts that were searched, the last of them perhaps joined to what was written before;
    ``ministry`` is the one whose matter it is, where it is not one of customs (a key of content/ministries.yml);
    ``parts`` names the parts of an entry that were asked for without a subject. ``publication_no`` is the publication
    that was searched; None where nothing was, or the search was away and the entries were offered by their words alone.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({', '.join(repr(o.value) for o in Outcome)})", name="outcome_known"),
        CheckConstraint("feedback IN ('helpful', 'not_helpful')", name="feedback_known"),
        UniqueConstraint("message_id", "position"),
        Index("ix_enquiries_gaps", "asked_at", sqlite_where=_MAY_BE_A_GAP, postgresql_where=_MAY_BE_A_GAP),
        Index("ix_enquiries_entry", "entry", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"))
    position: Mapped[int] = mapped_column(default=0)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    as_of: Mapped[dt.date]
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    outcome: Mapped[str]
    entry: Mapped[str | None]
    version: Mapped[int | None]
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    searched: Mapped[list[str]] = mapped_column(JSON, default=list)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    related_law: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default="[]")
    publication_no: Mapped[int | None]
    timings_ms: Mapped[dict[str, Any]] = mapped_column(JSON)
    feedback: Mapped[str | None]
    ministry: Mapped[str | None] = mapped_column(index=True)


def by_words_alone() -> ColumnElement[bool]:
    """Enquiries whose entries were offered by their words while the search was away.

    They tell nothing of what the guidance lacks, nor for sure what was asked about.
    """
    return and_(Enquiry.outcome == Outcome.CLARIFY_ENTRIES.value, Enquiry.publication_no.is_(None))


class TurnAct(Base):
    """What an action of the dialogue produced for one message of a person; written once, however often it runs.

    ``enquiry_id`` is the id of the message, ``utterances`` what the act says, a message each.
    """

    __tablename__ = "turn_acts"
    __table_args__ = (UniqueConstraint("enquiry_id", "act"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    enquiry_id: Mapped[str] = mapped_column(ForeignKey("messages.id"))
    act: Mapped[str]
    utterances: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[dt.datetime]
