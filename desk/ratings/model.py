"""Ratings: who was asked about which matter, and what they answered. Not rated is no row, never zero."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Conversation
from desk.store import Base, OneOf
from desk.units.model import Unit


class LeftOut(StrEnum):
    """Why a request counts in no figure, neither as asked nor as answered (desk/ratings/fairness.py)."""

    STAFF = "staff"
    SAME_ENTERPRISE = "same_enterprise"


class RatingRequest(Base):
    """One request for a rating. A matter is a case, or a conversation that opened none; each is asked once at most.

    ``ask_at`` is when it may be asked; ``asked_at`` when it was, by which it is counted; ``open_until`` is until when
    stars may be given or changed; ``reminded_at`` when the one reminder went out. What it is about, and who had a part
    in it (``parts``), are kept as they were when it was asked, so that no later change of staff, units or texts moves a
    past figure. ``topic`` is a group of the guidance; ``entry`` and ``version`` what was shown, or quoted by the
    officer. ``enterprise_id`` is the verified enterprise for which the person acted.
    """

    __tablename__ = "rating_requests"
    __table_args__ = (
        CheckConstraint(f"left_out IN ({', '.join(repr(each.value) for each in LeftOut)})", name="left_out_known"),
        Index(
            "uq_rating_requests_conversation_without_case",
            "conversation_id",
            unique=True,
            sqlite_where=text("case_id IS NULL"),
            postgresql_where=text("case_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    topic: Mapped[str | None]
    entry: Mapped[str | None]
    version: Mapped[int | None]
    channel: Mapped[str]
    language: Mapped[str]
    ask_at: Mapped[dt.datetime]
    asked_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    open_until: Mapped[dt.datetime | None] = mapped_column(index=True)
    reminded_at: Mapped[dt.datetime | None]
    left_out: Mapped[LeftOut | None] = mapped_column(OneOf(LeftOut))

    conversation: Mapped[Conversation] = relationship(lazy="joined")
    rating: Mapped[Rating | None] = relationship(back_populates="request", lazy="joined")
    parts: Mapped[list[RatingPart]] = relationship(
        order_by="RatingPart.id", lazy="selectin", cascade="all, delete-orphan"
    )


class RatingPart(Base):
    """The part that an officer had in a case, for the unit in which they had it; the shares of a request add up to 1.

    ``team_id``, ``office_id`` and ``region_id`` are the units of these kinds in which ``unit_id`` lay then, itself
    among them; None where there was none between.
    """

    __tablename__ = "rating_parts"
    __table_args__ = (
        UniqueConstraint("request_id", "officer_id"),
        CheckConstraint("share > 0 AND share <= 1", name="share_of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("rating_requests.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    officer_name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    share: Mapped[float]

    unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys=[unit_id])


class Rating(Base):
    """One to five stars; the first value is kept when a person changes their mind.

    ``stars`` are of the service as a whole, ``officer_stars`` of the officer where somebody gave them apart.
    ``reasons`` are names of content/ratings.yml. For whom the stars count follows from them when they are given and is
    kept: ``for_service``, ``for_rule``, and ``for_officer``, the stars that count for the officers, None for none.
    ``person_id`` gave the stars first.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_one_to_five"),
        CheckConstraint("first_stars BETWEEN 1 AND 5", name="first_stars_one_to_five"),
        CheckConstraint("officer_stars BETWEEN 1 AND 5", name="officer_stars_one_to_five"),
        CheckConstraint("for_officer BETWEEN 1 AND 5", name="for_officer_one_to_five"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("rating_requests.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    stars: Mapped[int]
    first_stars: Mapped[int]
    officer_stars: Mapped[int | None]
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    for_service: Mapped[bool]
    for_rule: Mapped[bool]
    for_officer: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime | None]

    request: Mapped[RatingRequest] = relationship(back_populates="rating")
