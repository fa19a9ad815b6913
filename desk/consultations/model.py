"""Consultations in the store: a draft rule, what is asked of it, the comments, and what became of them in groups."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.people.model import Officer
from desk.store import Base
from desk.units.model import Unit


class ConsultationState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What the authority did with what a group of comments says."""

    TAKEN_UP = "taken_up"
    PARTLY = "partly"
    NOT_TAKEN_UP = "not_taken_up"
    ELSEWHERE = "elsewhere"


class Step(StrEnum):
    """What happened to a consultation, as the audit calls it."""

    MADE = "made"
    EDITED = "edited"
    DISCARDED = "discarded"
    OPENED = "opened"
    CLOSED = "closed"
    ANSWERED = "answered"
    SET_ASIDE = "set_aside"
    BROUGHT_BACK = "brought_back"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Consultation(Base):
    """A draft rule on which everybody may comment.

    ``summary`` says what it is, ``changes`` what would be different; ``reference`` where its full text is read.
    ``topics`` are groups of the guidance, whose subscribers are told of it; ``questions`` ([{"vi", "en"}]) are what
    comments are asked for, beside the draft as a whole. ``last_day`` is until when one may comment.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint(_one_of("state", ConsultationState), name="state_known"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="opened"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_consultations_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title_vi: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    summary_vi: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    changes_vi: Mapped[str] = mapped_column(Text)
    changes_en: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    topics: Mapped[list[str]] = mapped_column(JSON)
    questions: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    last_day: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(default=ConsultationState.DRAFT.value)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]

    unit: Mapped[Unit] = relationship(lazy="joined")
    made_by: Mapped[Officer] = relationship(foreign_keys=made_by_id, lazy="joined")
    opened_by: Mapped[Officer | None] = relationship(foreign_keys=opened_by_id, lazy="joined")

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_vi

    def summary(self, language: str) -> str:
        return self.summary_en if language == "en" else self.summary_vi

    def changes(self, language: str) -> str:
        return self.changes_en if language == "en" else self.changes_vi


class CommentGroup(Base):
    """Comments of one meaning on one question (``question`` is its place; None is the draft as a whole).

    ``outcome`` and ``said`` are what the authority did about them, once it has said so; ``quoted``: the comment that
    speaks for the group is published with it.
    """

    __tablename__ = "consultation_groups"
    __table_args__ = (
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', Outcome)}", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    question: Mapped[int | None]
    outcome: Mapped[str | None]
    said_vi: Mapped[str] = mapped_column(Text, default="")
    said_en: Mapped[str] = mapped_column(Text, default="")
    quoted: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[dt.datetime | None]

    answered_by: Mapped[Officer | None] = relationship(lazy="joined")

    def said(self, language: str) -> str:
        return self.said_en if language == "en" else self.said_vi


class Comment(Base):
    """One comment, word for word; nobody is known to have written it.

    ``vector`` is its meaning (float32 of unit length), None until it was asked for, empty where it has none.
    ``set_aside``: it is not about the draft (an advertisement, abuse) and is not counted.
    """

    __tablename__ = "consultation_comments"
    __table_args__ = (Index("ix_consultation_comments_group", "consultation_id", "group_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    question: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    sent_on: Mapped[dt.date]
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("consultation_groups.id"))
    set_aside: Mapped[bool] = mapped_column(default=False, server_default=false())


class CommentSender(Base):
    """That a comment came from a place, as a hash and for a day: so much may come from one place within an hour.

    ``form`` is the hash of the form that was sent, so that one sent twice is taken once.
    """

    __tablename__ = "consultation_senders"
    __table_args__ = (Index("ix_consultation_senders_source_at", "source", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    source: Mapped[str]
    form: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(index=True)
