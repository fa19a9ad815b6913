"""Cases: what the assistant could not answer, as an append-only thread from which the state is derived."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Conversation, Person
from desk.people.model import Officer
from desk.store import Base


class Urgency(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class CaseState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    RESOLVED = "resolved"


class EntryKind(StrEnum):
    OPENED = "opened"
    CLAIMED = "claimed"
    RETURNED = "returned"
    REPLIED = "replied"
    PERSON_WROTE = "person_wrote"
    RESOLVED = "resolved"


class Case(Base):
    """One matter that an officer answers. One enquiry opens at most one case."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(f"urgency IN ({', '.join(repr(u.value) for u in Urgency)})", name="urgency_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    #: The secret in the private link by which the person comes back to the case on the web.
    key: Mapped[str] = mapped_column(unique=True)
    enquiry_id: Mapped[str] = mapped_column(ForeignKey("messages.id", use_alter=True), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    language: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    details: Mapped[str | None] = mapped_column(Text)
    enterprise_name: Mapped[str | None]
    tax_code: Mapped[str | None]
    contact: Mapped[str | None]
    urgency: Mapped[str]
    opened_at: Mapped[dt.datetime] = mapped_column(index=True)
    due_at: Mapped[dt.datetime]

    conversation: Mapped[Conversation] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    entries: Mapped[list[CaseEntry]] = relationship(order_by="CaseEntry.id", back_populates="case", lazy="selectin")

    @property
    def state(self) -> CaseState:
        """What the thread amounts to."""
        held, answered = False, False
        for entry in self.entries:
            match EntryKind(entry.kind):
                case EntryKind.CLAIMED:
                    held = True
                case EntryKind.RETURNED:
                    held = False
                case EntryKind.REPLIED:
                    answered = True
                case EntryKind.PERSON_WROTE:
                    answered = False
                case EntryKind.RESOLVED:
                    return CaseState.RESOLVED
                case EntryKind.OPENED:
                    pass
        if held:
            return CaseState.ANSWERED if answered else CaseState.CLAIMED
        return CaseState.WAITING

    @property
    def holder(self) -> Officer | None:
        """The officer who holds the case."""
        for entry in reversed(self.entries):
            if entry.kind in (EntryKind.RETURNED, EntryKind.RESOLVED):
                return None
            if entry.kind == EntryKind.CLAIMED:
                return entry.officer
        return None


class CaseEntry(Base):
    """One thing that happened to a case; never changed."""

    __tablename__ = "case_entries"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(k.value) for k in EntryKind)})", name="kind_known"),
        CheckConstraint(
            "kind IN ('opened', 'person_wrote') OR officer_id IS NOT NULL", name="officers_acts_have_an_officer"
        ),
        CheckConstraint("kind NOT IN ('replied', 'person_wrote') OR text IS NOT NULL", name="words_have_a_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str | None] = mapped_column(Text)
    message_order: Mapped[int | None] = mapped_column(ForeignKey("messages.order_no"), unique=True)
    at: Mapped[dt.datetime]

    case: Mapped[Case] = relationship(back_populates="entries")
    officer: Mapped[Officer | None] = relationship(lazy="joined")


class CaseHold(Base):
    """An officer's hold on a case; the database lets a case have one open hold at most."""

    __tablename__ = "case_holds"
    __table_args__ = (
        Index(
            "uq_case_holds_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
