"""News of the rules: who wants to hear of which topic, and each piece of news with those who have been told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class Subscription(Base):
    """A chat that is told when guidance of a topic changes; ``topic`` is a group of the guidance."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index(
            "uq_subscriptions_open",
            "chat_id",
            "topic",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"), index=True)
    topic: Mapped[str] = mapped_column(index=True)
    since: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class Broadcast(Base):
    """One piece of news for all subscribers of its topics; ``key`` keeps the same news from being sent twice.

    ``content`` holds what happened, from which it is put into words for each chat in its language
    (desk/subscriptions/words.py): of guidance {"changes": [{"entry", "version", "how"}]}, of an instrument {"number",
    "name": {"vi", "en"}, "in_force_from", "sources"}, of a consultation {"title": {"vi", "en"}, "last_day", "address"}.
    ``finished_at`` is when the last one was told.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (CheckConstraint("kind IN ('guidance', 'instrument', 'consultation')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]


class BroadcastRecipient(Base):
    """A chat that a piece of news was put on its way to, in the transaction that made the delivery."""

    __tablename__ = "broadcast_recipients"
    __table_args__ = (UniqueConstraint("broadcast_id", "chat_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"))
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"))
    message_order: Mapped[int] = mapped_column(ForeignKey("messages.order_no"))
    at: Mapped[dt.datetime]


class NewsDay(Base):
    """A day on which it was looked which instruments come into force; ``since`` is the first day it looked back to."""

    __tablename__ = "news_days"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    since: Mapped[dt.date]
