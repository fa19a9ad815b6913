"""Guidance in the store: entries, immutable versions, the publication number, drafts, and what waits for review."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.guidance.record import GuidanceRecord
from desk.people.model import Officer
from desk.store import Base


class DraftKind(StrEnum):
    """What a draft proposes: another text, a new entry, taking one out of service, or the text that ships now."""

    EDIT = "edit"
    NEW = "new"
    RETIRE = "retire"
    SHIPPED_CHANGE = "shipped_change"


class DraftState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DISCARDED = "discarded"


#: States in which the author writes, and those in which an entry has a draft at all.
WRITTEN = (DraftState.DRAFT, DraftState.RETURNED)
OPEN = (*WRITTEN, DraftState.IN_REVIEW, DraftState.SCHEDULED)


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


_NOT_GONE = text("finding IS NOT NULL AND gone_at IS NULL")
_OPEN_ONLY = text("state IN ('draft', 'returned', 'in_review', 'scheduled')")


class GuidanceEntry(Base):
    """One matter on which the desk has guidance.

    ``shipped_hash`` is the content last loaded from content/; ``confirmed_at`` is when a curator of this authority
    confirmed it, and until then every answer says that it is shipped and not yet confirmed. ``searched`` is the text of
    the newest version by which lists find the entry, with marks and without.
    """

    __tablename__ = "guidance_entries"

    id: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[str]
    shipped_hash: Mapped[str | None]
    confirmed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    searched: Mapped[str] = mapped_column(Text, default="", server_default="")


class GuidanceVersion(Base):
    """The text of an entry as it was published; never changed, at most ended or withdrawn.

    ``last_day`` is set where the rule ended without another in its place, and ends what the text itself says of its
    days; ``withdrawn_at`` where the text is not to be served for any day. ``corrects`` is the number of the version
    that this one says was wrong. ``content_changed_at`` is when what people are told last changed: a version that only
    mends how the entry is found keeps the moment of the one before it. ``is_earlier``: the text ships for days that
    were over when it was loaded, and is never the newest, whatever its number.
    """

    __tablename__ = "guidance_versions"
    __table_args__ = (CheckConstraint("origin IN ('shipped', 'curator')", name="origin_known"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str]
    origin: Mapped[str]
    in_force_from: Mapped[dt.date]
    in_force_to: Mapped[dt.date | None]
    publication_no: Mapped[int] = mapped_column(index=True)
    published_at: Mapped[dt.datetime]
    published_by: Mapped[str]
    content_changed_at: Mapped[dt.datetime]
    corrects: Mapped[int | None]
    last_day: Mapped[dt.date | None]
    withdrawn_at: Mapped[dt.datetime | None]
    is_earlier: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def record(self) -> GuidanceRecord:
        return GuidanceRecord.model_validate(self.content)


class Publication(Base):
    """The single row whose number rises with every change of what is searched; ``law_no`` with the law's text only."""

    __tablename__ = "publication"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    number: Mapped[int] = mapped_column(default=0)
    law_no: Mapped[int] = mapped_column(default=0, server_default="0")


class GuidanceReview(Base):
    """Something that a curator has to decide: shipped guidance changed or was removed, or the linter found something.

    Of what the linter found, ``code`` says what kind it is, ``finding`` is by what it is the same from day to day,
    ``content`` has its place and values and ``content_hash`` their digest. ``gone_at`` is when it was found no more:
    one that was closed with words stays closed until then.
    """

    __tablename__ = "guidance_reviews"
    __table_args__ = (
        CheckConstraint("kind IN ('shipped_change', 'shipped_removed', 'lint')", name="kind_known"),
        Index(
            "uq_guidance_reviews_finding",
            "entry_id",
            "finding",
            unique=True,
            sqlite_where=_NOT_GONE,
            postgresql_where=_NOT_GONE,
        ),
        Index("ix_guidance_reviews_code", "code", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("guidance_entries.id"), index=True)
    kind: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    code: Mapped[str | None]
    finding: Mapped[str | None]
    gone_at: Mapped[dt.datetime | None]


class GuidanceDraft(Base):
    """A proposal about an entry as it is being written and reviewed; what is published meanwhile stays so.

    ``content`` has the shape of a record and may be incomplete; ``entry_id`` is of an entry that need not exist yet,
    None until a new one is named. ``base_version`` is the version that it was written over, ``base_live`` whether that
    was in service then and ``base_last_day`` its last day, if it had one. ``editor`` wrote last, ``reviewer`` decided
    last; ``revision`` rises with every change.

    ``publish_at`` is the moment from which it is to be in service, None for the moment of its approval; ``last_day``
    that of an entry to be retired. ``corrects`` says that the text before it was wrong. ``gate`` is what the golden
    questions showed when they were tried last (desk/guidance/gate/verdict.py), ``override_reason`` why it goes on all
    the same, as ``overridden_by`` decided. ``missed`` says why the clock could not publish it.
    """

    __tablename__ = "guidance_drafts"
    __table_args__ = (
        CheckConstraint(_one_of("kind", DraftKind), name="kind_known"),
        CheckConstraint(_one_of("state", DraftState), name="state_known"),
        CheckConstraint(
            "state NOT IN ('scheduled', 'published') "
            "OR (reviewer_id IS NOT NULL AND reviewer_id NOT IN (author_id, editor_id))",
            name="four_eyes",
        ),
        CheckConstraint("state != 'scheduled' OR publish_at IS NOT NULL", name="scheduled_for"),
        Index(
            "uq_guidance_drafts_open",
            "entry_id",
            unique=True,
            sqlite_where=_OPEN_ONLY,
            postgresql_where=_OPEN_ONLY,
        ),
        Index("ix_guidance_drafts_state", "state", "id"),
        Index("ix_guidance_drafts_published", "entry_id", "published_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=DraftState.DRAFT.value)
    entry_id: Mapped[str | None] = mapped_column(index=True)
    base_version: Mapped[int | None]
    base_live: Mapped[bool] = mapped_column(default=False)
    base_last_day: Mapped[dt.date | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    review_id: Mapped[int | None] = mapped_column(ForeignKey("guidance_reviews.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime]
    edited_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    published_version: Mapped[int | None]
    publish_at: Mapped[dt.datetime | None]
    last_day: Mapped[dt.date | None]
    corrects: Mapped[bool] = mapped_column(default=False, server_default=false())
    gate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    override_reason: Mapped[str | None] = mapped_column(Text)
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    missed: Mapped[str | None]

    author: Mapped[Officer] = relationship(foreign_keys=author_id, lazy="joined")
    editor: Mapped[Officer] = relationship(foreign_keys=editor_id, lazy="joined")
    reviewer: Mapped[Officer | None] = relationship(foreign_keys=reviewer_id, lazy="joined")
    overridden_by: Mapped[Officer | None] = relationship(foreign_keys=overridden_by_id, lazy="joined")
    steps: Mapped[list[DraftStep]] = relationship(order_by="DraftStep.id", back_populates="draft")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_written(self) -> bool:
        """Whether its author is writing it, not a reviewer reading it."""
        return self.state in WRITTEN


class StepKind(StrEnum):
    OPENED = "opened"
    SAVED = "saved"
    BROUGHT_UP_TO_DATE = "brought_up_to_date"
    TAKEN_OVER = "taken_over"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    OVERRIDDEN = "overridden"
    MISSED = "missed"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class DraftStep(Base):
    """Something that happened to a draft; rows are only ever added.

    ``officer`` is None for what the clock did. ``words`` are the officer's; of ``planned`` and ``scheduled`` they are
    the moment (ISO 8601, empty for the moment of approval), of ``missed`` the code of the reason.
    """

    __tablename__ = "guidance_draft_steps"
    __table_args__ = (CheckConstraint(_one_of("kind", StepKind), name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("guidance_drafts.id"), index=True)
    kind: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    words: Mapped[str | None] = mapped_column(Text)
    at: Mapped[dt.datetime]

    draft: Mapped[GuidanceDraft] = relationship(back_populates="steps")
    officer: Mapped[Officer | None] = relationship(lazy="joined")
