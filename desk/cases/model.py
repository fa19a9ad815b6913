"""Cases: what the assistant could not answer, as an append-only thread from which the state is derived."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from desk.conversations.model import Conversation, Person
from desk.people.model import Officer
from desk.store import Base, OneOf
from desk.units.model import Unit


class Urgency(StrEnum):
    """What waits while the case does, as the enterprise chose it."""

    TRUCK_AT_GATE = "truck_at_gate"
    VESSEL_CUT_OFF = "vessel_cut_off"
    PERISHABLE = "perishable"
    URGENT = "urgent"
    NOT_URGENT = "not_urgent"


class CaseState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    NEEDS_INFORMATION = "needs_information"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"


#: The states in which something is still to be done.
OPEN_STATES = (CaseState.WAITING, CaseState.CLAIMED, CaseState.NEEDS_INFORMATION, CaseState.ANSWERED)


class EntryKind(StrEnum):
    OPENED = "opened"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    RETURNED_UNTOUCHED = "returned_untouched"
    NOTED = "noted"
    DRAFTED = "drafted"
    DRAFT_RETURNED = "draft_returned"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    REPLIED = "replied"
    ASKED = "asked"
    PERSON_WROTE = "person_wrote"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    REMINDED = "reminded"
    DELAY_TOLD = "delay_told"


#: Entries that no officer makes, or need not: the person's own, those of the clock, and what the administrator does
#: when a unit is closed or an officer leaves.
_WITHOUT_OFFICER = (
    EntryKind.TRANSFERRED,
    EntryKind.RETURNED,
    EntryKind.OPENED,
    EntryKind.PERSON_WROTE,
    EntryKind.REOPENED,
    EntryKind.RETURNED_UNTOUCHED,
    EntryKind.CLOSED,
    EntryKind.REMINDED,
    EntryKind.DELAY_TOLD,
)
#: Entries whose text somebody wrote.
_WITH_WORDS = (
    EntryKind.TRANSFERRED,
    EntryKind.NOTED,
    EntryKind.DRAFTED,
    EntryKind.DRAFT_RETURNED,
    EntryKind.REPLIED,
    EntryKind.ASKED,
    EntryKind.PERSON_WROTE,
)


def _listed(kinds: tuple[EntryKind, ...]) -> str:
    return ", ".join(repr(kind.value) for kind in kinds)


class Reminded(StrEnum):
    """How far the reminders of a case have gone since its present due time was set."""

    NOBODY = "nobody"
    OFFICER = "officer"
    HEAD = "head"
    DEPARTMENT = "department"


#: By what lists are filtered; it lies in their indexes, so that what does not fit is passed over without being read.
FILTERED = ("urgency", "topic", "language", "channel")
_PLACES = (("first", ("first_unit_id",)), ("second", ("second_unit_id",)), ("unit", ("unit_id",)))


class Case(Base):
    """One matter that an officer answers. One enquiry opens at most one case.

    ``state``, ``holder_id`` and ``is_spam`` repeat what the thread amounts to (desk/cases/thread.py), so that lists and
    figures need not read every thread; they are written with each entry and nowhere else. ``unit_id`` is the unit in
    whose queue the case is, ``unit_found_by`` says how that was found: office, enterprise, province, topic, default,
    transfer, or previous (the case it goes on from). ``topic`` is the group of the guidance nearest to the question,
    ``entry`` that guidance. ``at_risk_at`` is before ``due_at``. While the enterprise is asked for information the time
    stands still: ``paused_at`` is since when. ``touched_at`` is when its holder last did something, or was handed the
    case, a returned draft or the person's words.

    So that a list of any unit is read in the order of an index, ``first_unit_id`` and ``second_unit_id`` are the units
    one and two steps below the top on the way to the case's own; a third is the case's own, for kinds of units are
    four. ``channel`` is that of the chat to which the case speaks; ``drafted_by_id`` wrote the draft that waits for a
    signature.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(f"urgency IN ({', '.join(repr(u.value) for u in Urgency)})", name="urgency_known"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in CaseState)})", name="state_known"),
        CheckConstraint(f"reminded IN ({', '.join(repr(r.value) for r in Reminded)})", name="reminded_known"),
        CheckConstraint(
            "(state IN ('claimed', 'answered', 'needs_information')) = (holder_id IS NOT NULL)", name="held"
        ),
        *(
            Index(f"ix_cases_{name}_state_due", *place, "state", "due_at", "id", *FILTERED)
            for name, place in (("all", ()), *_PLACES)
        ),
        *(Index(f"ix_cases_{name}_newest", *place, "id") for name, place in _PLACES),
        Index("ix_cases_holder_state_due", "holder_id", "state", "due_at", "id"),
        Index(
            "ix_cases_drafted_due",
            "due_at",
            "id",
            sqlite_where=text("drafted_by_id IS NOT NULL"),
            postgresql_where=text("drafted_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    #: The secret in the private link by which the person comes back to the case on the web.
    key: Mapped[str] = mapped_column(unique=True)
    enquiry_id: Mapped[str] = mapped_column(ForeignKey("messages.id", use_alter=True), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    language: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    details: Mapped[str | None] = mapped_column(Text)
    enterprise_name: Mapped[str | None]
    tax_code: Mapped[str | None]
    contact: Mapped[str | None]
    urgency: Mapped[Urgency] = mapped_column(OneOf(Urgency))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    first_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    second_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_found_by: Mapped[str] = mapped_column(default="default")
    channel: Mapped[str]
    topic: Mapped[str | None]
    entry: Mapped[str | None]
    ministry: Mapped[str | None]
    state: Mapped[CaseState] = mapped_column(OneOf(CaseState), default=CaseState.WAITING)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    opened_at: Mapped[dt.datetime] = mapped_column(index=True)
    at_risk_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    reminded: Mapped[Reminded] = mapped_column(OneOf(Reminded), default=Reminded.NOBODY)
    paused_at: Mapped[dt.datetime | None]
    touched_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]
    is_spam: Mapped[bool] = mapped_column(default=False, server_default=false())
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    conversation: Mapped[Conversation] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys=[unit_id])
    holder: Mapped[Officer | None] = relationship(lazy="joined", foreign_keys=[holder_id])
    previous: Mapped[Case | None] = relationship(remote_side="Case.id")
    entries: Mapped[list[CaseEntry]] = relationship(order_by="CaseEntry.id", back_populates="case", lazy="selectin")

    @validates("unit")
    def _lies_in(self, _key: str, unit: Unit) -> Unit:
        self.first_unit_id, self.second_unit_id = unit.steps
        return unit

    @validates("conversation")
    def _speaks_in(self, _key: str, conversation: Conversation) -> Conversation:
        self.channel = conversation.chat.channel
        return conversation


class CaseEntry(Base):
    """One thing that happened to a case; never changed.

    ``detail`` holds what a kind needs beside its text: of a transfer {"from", "to", "officer_id", "officer"}, of a
    return that somebody else than the holder made {"officer_id"}, of a reminder {"level", "due_at", "told"} with the
    number of chats that got it, of a word of delay {"due_at"}, of a signed reply {"drafted_by"}, of one reply to many
    {"with": numbers}, of a reply that quotes guidance word for word {"quoted": [{"entry", "version"}]}, of a case that
    was put away as spam {"spam": reason}.
    """

    __tablename__ = "case_entries"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_listed(tuple(EntryKind))})", name="kind_known"),
        CheckConstraint(
            f"kind IN ({_listed(_WITHOUT_OFFICER)}) OR officer_id IS NOT NULL", name="officers_acts_have_an_officer"
        ),
        CheckConstraint(f"kind NOT IN ({_listed(_WITH_WORDS)}) OR text IS NOT NULL", name="words_have_a_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
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


class CasesApart(Base):
    """That an officer found two cases not to be the same problem, so that neither is suggested with the other again."""

    __tablename__ = "cases_apart"

    #: The lower id of the two.
    first_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[dt.datetime]


class Contradiction(Base):
    """Two answers of different units to the same question, put before headquarters."""

    __tablename__ = "contradictions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    other_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    note: Mapped[str] = mapped_column(Text)
    said_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[dt.datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    settled_at: Mapped[dt.datetime | None]
    ruling: Mapped[str | None] = mapped_column(Text)
