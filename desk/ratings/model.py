"""Ratings: who was asked about which matter, and what they answered. Not rated is no row, never zero."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Conversation
from desk.store import Base


class RatingRequest(Base):
    """One request for a rating. A matter is a case, or a conversation that opened none; each is asked once at most.

    ``ask_at`` is when it may be asked; ``asked_at`` when it was. Officer and guidance version are kept as they were
    then, so that no later change of the staff or the text moves a past figure.
    """

    __tablename__ = "rating_requests"
    __table_args__ = (
        Index(
            "uq_rating_requests_conversation_without_case",
            "conversation_id",
            unique=True,
            sqlite_where=text("case_id IS NULL"),
            postgresql_where=text("case_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    officer_name: Mapped[str | None]
    entry: Mapped[str | None]
    version: Mapped[int | None]
    channel: Mapped[str]
    ask_at: Mapped[dt.datetime]
    asked_at: Mapped[dt.datetime | None] = mapped_column(index=True)

    conversation: Mapped[Conversation] = relationship(lazy="joined")
    rating: Mapped[Rating | None] = relationship(back_populates="request", lazy="joined")


class Rating(Base):
    """One to five stars; the first value is kept when a person changes their mind."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_one_to_five"),
        CheckConstraint("first_stars BETWEEN 1 AND 5", name="first_stars_one_to_five"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("rating_requests.id"), primary_key=True)
    stars: Mapped[int]
    first_stars: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime | None]

    request: Mapped[RatingRequest] = relationship(back_populates="rating")
