"""What the guidance lacks: questions that ended without help, in groups of one meaning, and what is done about each."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.guidance.model import GuidanceDraft
from desk.people.model import Officer
from desk.store import Base


class Kind(StrEnum):
    """How a question ended: without guidance, taken for another matter, left when asked back, or answered in vain."""

    NOT_COVERED = "not_covered"
    OUT_OF_SCOPE = "out_of_scope"
    ABANDONED = "abandoned"
    NOT_HELPFUL = "not_helpful"


class GapState(StrEnum):
    """``drafted``: a draft of a new entry is being written; ``variant``: one that adds ways to ask to an entry."""

    OPEN = "open"
    DRAFTED = "drafted"
    VARIANT = "variant"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    MERGED = "merged"


class Reason(StrEnum):
    """Why a group is dismissed."""

    NOT_CUSTOMS = "not_customs"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    SINGLE_CASE = "single_case"
    WRONG = "wrong"
    OTHER = "other"


#: States in which a draft is being written, and those that a new question may open again.
IN_DRAFT = (GapState.DRAFTED, GapState.VARIANT)
SETTLED = (GapState.PUBLISHED, GapState.DISMISSED)


class StepKind(StrEnum):
    """What happened to a group; the desk itself begins, publishes and reopens, the rest are a curator's acts."""

    BEGUN = "begun"
    DRAFTED = "drafted"
    VARIANT = "variant"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    MERGED = "merged"
    TOOK_IN = "took_in"
    TAKEN_OUT = "taken_out"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class GapGroup(Base):
    """Questions of one meaning; the group keeps its id, whatever joins it.

    ``asked`` counts its questions, ``out_of_scope`` and the others those of each kind. ``entry`` is the guidance that
    most of them are nearest to, ``likeness`` the probability (0 to 1), on average, that it answers them, ``topic`` its
    group of guidance. ``asked_when_settled`` is what ``asked`` was when somebody decided about the group; ``reason``,
    ``words`` and ``settled_entry`` say what about it was dismissed, or where it is answered now.
    """

    __tablename__ = "gap_groups"
    __table_args__ = (
        CheckConstraint(_one_of("state", GapState), name="state_known"),
        CheckConstraint(f"reason IS NULL OR {_one_of('reason', Reason)}", name="reason_known"),
        CheckConstraint("state NOT IN ('drafted', 'variant') OR draft_id IS NOT NULL", name="draft_is_there"),
        CheckConstraint("(state = 'dismissed') = (reason IS NOT NULL)", name="dismissed_for_a_reason"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"),
        Index("ix_gap_groups_state_asked", "state", "asked", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(default=GapState.OPEN.value)
    asked: Mapped[int] = mapped_column(default=0)
    not_covered: Mapped[int] = mapped_column(default=0)
    out_of_scope: Mapped[int] = mapped_column(default=0)
    abandoned: Mapped[int] = mapped_column(default=0)
    not_helpful: Mapped[int] = mapped_column(default=0)
    first_asked_at: Mapped[dt.datetime]
    last_asked_at: Mapped[dt.datetime]
    entry: Mapped[str | None]
    likeness: Mapped[float | None]
    topic: Mapped[str | None]
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("guidance_drafts.id"), index=True)
    reason: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, default="")
    settled_entry: Mapped[str | None]
    settled_at: Mapped[dt.datetime | None]
    asked_when_settled: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("gap_groups.id"))

    draft: Mapped[GuidanceDraft | None] = relationship(lazy="joined")
    steps: Mapped[list[GapStep]] = relationship(order_by="GapStep.id", back_populates="group")


class GapQuestion(Base):
    """A question that ended without help; its words stay with the enquiry, and are forgotten there.

    ``vector`` is its meaning: float32 of unit length, one after another; None until it was asked for, empty where the
    question has no words. ``placed_in_id`` is the group whose meaning it has; where a curator merged that into another,
    ``group_id`` is the other, and what asks the same still finds its way by the first. ``entry`` is the guidance that
    was nearest, ``confidence`` the probability that it answers.
    """

    __tablename__ = "gap_questions"
    __table_args__ = (
        CheckConstraint(_one_of("kind", Kind), name="kind_known"),
        Index("ix_gap_questions_group_asked", "group_id", "asked_at", "enquiry_id"),
    )

    enquiry_id: Mapped[str] = mapped_column(ForeignKey("enquiries.id"), primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    entry: Mapped[str | None]
    confidence: Mapped[float | None]
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("gap_groups.id"))
    placed_in_id: Mapped[int | None] = mapped_column(ForeignKey("gap_groups.id"), index=True)


class GapStep(Base):
    """Something that happened to a group; rows are only ever added. Without an officer the desk did it itself."""

    __tablename__ = "gap_steps"
    __table_args__ = (CheckConstraint(_one_of("kind", StepKind), name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("gap_groups.id"), index=True)
    kind: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    words: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[dt.datetime]

    group: Mapped[GapGroup] = relationship(back_populates="steps")
    officer: Mapped[Officer | None] = relationship(lazy="joined")
