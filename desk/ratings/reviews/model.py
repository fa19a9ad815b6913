"""What follows a low rating: its review with an append-only history, and what officers remark on ratings of theirs."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.people.model import Officer
from desk.ratings.model import RatingRequest
from desk.store import Base, OneOf
from desk.units.model import Unit


class ReviewState(StrEnum):
    """``told``: the enterprise was told; ``untold``: settled without telling; ``raised``: the stars were raised."""

    OPEN = "open"
    TOLD = "told"
    UNTOLD = "untold"
    RAISED = "raised"


class Verdict(StrEnum):
    """What looking into a low rating came to."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    UNCERTAIN = "uncertain"


class ActKind(StrEnum):
    """What happened to a review, as its history and the audit call it."""

    OPENED = "opened"
    STARS_CHANGED = "stars_changed"
    HEADS_TOLD = "heads_told"
    OVERDUE_TOLD = "overdue_told"
    LOOKED_INTO = "looked_into"
    WORDED = "worded"
    TOLD = "told"
    SETTLED_UNTOLD = "settled_untold"
    SETTLED_RAISED = "settled_raised"


def _known(words: type[StrEnum]) -> str:
    return ", ".join(repr(each.value) for each in words)


class RatingReview(Base):
    """The review of a low rating; a request for a rating has one at most.

    It belongs to ``unit`` for good, whoever leads that. ``cause`` is a name of content/rating_reviews.yml, ``action``
    what was done, ``words`` what the enterprise is told; ``reason`` why it was settled without telling.
    ``revision`` rises with each act of a head, so that nobody overwrites or sends what another changed meanwhile.
    ``due_at`` is set when the heads are told (``heads_told_at``); ``overdue_told_at`` is when those above were, who
    lead ``overdue_unit_id``. ``message_order`` is the message by which the enterprise was told.
    """

    __tablename__ = "rating_reviews"
    __table_args__ = (
        CheckConstraint(f"state IN ({_known(ReviewState)})", name="state_known"),
        CheckConstraint(f"verdict IN ({_known(Verdict)})", name="verdict_known"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_at_a_moment"),
        CheckConstraint("(state = 'told') = (message_order IS NOT NULL)", name="told_by_a_message"),
        Index(
            "ix_rating_reviews_open",
            "unit_id",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("rating_requests.id"), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[ReviewState] = mapped_column(OneOf(ReviewState), default=ReviewState.OPEN)
    revision: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    heads_told_at: Mapped[dt.datetime | None]
    overdue_told_at: Mapped[dt.datetime | None]
    overdue_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    verdict: Mapped[Verdict | None] = mapped_column(OneOf(Verdict))
    cause: Mapped[str | None]
    cause_words: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    message_order: Mapped[int | None] = mapped_column(ForeignKey("messages.order_no"), unique=True)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    settled_at: Mapped[dt.datetime | None] = mapped_column(index=True)

    request: Mapped[RatingRequest] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys=[unit_id])
    settled_by: Mapped[Officer | None] = relationship(lazy="joined")
    acts: Mapped[list[ReviewAct]] = relationship(order_by="ReviewAct.id", lazy="selectin")

    @property
    def is_open(self) -> bool:
        return self.state is ReviewState.OPEN


class ReviewAct(Base):
    """One thing that happened to a review; never changed, but its words are forgotten with the conversation.

    ``officer_id`` is None for what the person or the clock did. ``words`` are those that the act put down; ``detail``
    has of stars {"stars", "officer_stars"}, of telling {"told"} with the number of chats, of looking into it
    {"verdict", "cause"}.
    """

    __tablename__ = "rating_review_acts"
    __table_args__ = (CheckConstraint(f"kind IN ({_known(ActKind)})", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("rating_reviews.id"), index=True)
    kind: Mapped[ActKind] = mapped_column(OneOf(ActKind))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[dt.datetime]

    officer: Mapped[Officer | None] = relationship(lazy="joined")


class RatingRemark(Base):
    """What an officer with a part in a rated matter says about the rating: one text, never sent to the enterprise."""

    __tablename__ = "rating_remarks"

    request_id: Mapped[int] = mapped_column(ForeignKey("rating_requests.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime | None]

    officer: Mapped[Officer] = relationship(lazy="joined")
