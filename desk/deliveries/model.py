"""Every message to a person as a row that a courier carries, with what became of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Chat, Message
from desk.store import Base


class DeliveryState(StrEnum):
    CREATED = "created"
    SENDING = "sending"
    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary_failure"
    PERMANENT_FAILURE = "permanent_failure"
    UNCERTAIN = "uncertain"


#: What no courier has in hand, and is still to go.
WAITING = (DeliveryState.CREATED.value, DeliveryState.TEMPORARY_FAILURE.value)
#: What is not settled yet.
ON_THE_WAY = (*WAITING, DeliveryState.SENDING.value)
#: What did not arrive, or perhaps not: few among very many, with an index of their own.
FAILED = "state IN ('permanent_failure', 'uncertain')"


class Delivery(Base):
    """One message on its way to one chat.

    ``parts_sent`` counts the pieces of a long message that the channel has accepted; ``external_ids`` are the
    channel's own ids of them, by which a reply to one is recognised. ``bulk``: it is one of many that go out at once,
    and what is said to somebody who asked goes first; it waits for a polite hour, but for ``any_hour``.
    ``claimed_by`` is the worker (desk/workers/) whose courier has it in hand or had it last, ``claimed_beat`` that
    worker's beats then; ``begun``: that courier may have handed the next piece to the channel.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in DeliveryState)})", name="state_known"),
        Index("ix_deliveries_due", "channel", "state", "next_attempt_at"),
        Index("ix_deliveries_failed", "id", sqlite_where=text(FAILED), postgresql_where=text(FAILED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_order: Mapped[int] = mapped_column(ForeignKey("messages.order_no"), unique=True)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"), index=True)
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(default=DeliveryState.CREATED.value)
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)
    external_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    error: Mapped[str | None]
    bulk: Mapped[bool] = mapped_column(default=False, server_default=false())
    any_hour: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[dt.datetime]
    next_attempt_at: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    claimed_by: Mapped[str | None]
    claimed_beat: Mapped[int | None]
    begun: Mapped[bool] = mapped_column(default=False, server_default=false())
    delivered_at: Mapped[dt.datetime | None]

    message: Mapped[Message] = relationship(lazy="joined")
    chat: Mapped[Chat] = relationship(lazy="joined")
