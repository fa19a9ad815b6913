"""How far news has come: how many chats were told, and what became of their messages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desk.deliveries.model import Delivery, DeliveryState
from desk.subscriptions.model import Broadcast, BroadcastRecipient

LISTED = 50


@dataclass(frozen=True)
class Progress:
    """Numbers of chats. ``uncertain``: the channel's answer was cut off, so the news may have arrived or not."""

    delivered: int
    uncertain: int
    failed: int
    on_the_way: int

    @property
    def chats(self) -> int:
        return self.delivered + self.uncertain + self.failed + self.on_the_way


def newest(session: Session) -> list[Broadcast]:
    """The last pieces of news, newest first."""
    return list(session.scalars(select(Broadcast).order_by(Broadcast.id.desc()).limit(LISTED)))


def of(session: Session, news: Broadcast) -> Progress:
    """How far a piece of news has come."""
    query = _deliveries(news).with_only_columns(Delivery.state, func.count()).group_by(Delivery.state)
    counted = dict(session.execute(query).all())
    delivered = counted.pop(DeliveryState.DELIVERED, 0)
    uncertain = counted.pop(DeliveryState.UNCERTAIN, 0)
    failed = counted.pop(DeliveryState.PERMANENT_FAILURE, 0)
    return Progress(delivered, uncertain, failed, sum(counted.values()))


def not_delivered(session: Session, news: Broadcast) -> list[Delivery]:
    """The messages of a piece of news that failed, or of which it is not certain that they arrived."""
    bad = (DeliveryState.UNCERTAIN.value, DeliveryState.PERMANENT_FAILURE.value)
    return list(session.scalars(_deliveries(news).where(Delivery.state.in_(bad)).order_by(Delivery.id)))


def _deliveries(news: Broadcast) -> Select[Delivery]:
    return (
        select(Delivery)
        .join(BroadcastRecipient, BroadcastRecipient.message_order == Delivery.message_order)
        .where(BroadcastRecipient.broadcast_id == news.id)
    )
