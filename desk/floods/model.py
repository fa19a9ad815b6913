"""What was refused because it was too much: counts by minute, and the floods of chats of which the person is told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.floods.limits import Limit
from desk.store import Base

_KNOWN = ", ".join(repr(limit.value) for limit in Limit)


class FloodMinute(Base):
    """How much of one source was refused in one minute, and by which limit.

    ``channel`` is one of a chat, or ``webhook`` or ``staff`` for what has none. ``source``: the address of a Telegram
    chat; of a web chat a short hash, for whoever knows its address can go on with it; else a masked network address.
    """

    __tablename__ = "flood_minutes"
    __table_args__ = (CheckConstraint(f"by_limit IN ({_KNOWN})", name="limit_known"),)

    minute: Mapped[dt.datetime] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    by_limit: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    counted: Mapped[int]


class Flood(Base):
    """The newest flood of a Telegram chat: since when, when it was refused last, and until when it is.

    ``told_at``: when the person was told; None while nobody was, as in a group.
    """

    __tablename__ = "floods"

    chat_address: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime | None]
