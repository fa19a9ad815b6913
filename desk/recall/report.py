"""What became of a recall: how many were told, what reached them, and whom it could not reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desk.conversations.model import Chat
from desk.deliveries.model import Delivery, DeliveryState
from desk.paging import Page, page_of
from desk.recall.model import Recall, RecallRecipient

_BAD = (DeliveryState.TEMPORARY_FAILURE.value, DeliveryState.PERMANENT_FAILURE.value, DeliveryState.UNCERTAIN.value)


@dataclass(frozen=True)
class Report:
    """Numbers of chats. ``waiting``: not put on its way yet; ``uncertain``: the channel's answer was cut off.

    ``failed_for_now`` is tried again by itself. ``left_out`` counts by why.
    """

    waiting: int
    on_the_way: int
    delivered: int
    failed_for_now: int
    failed: int
    uncertain: int
    left_out: Counter[str]

    @property
    def told(self) -> int:
        return self.on_the_way + self.delivered + self.failed_for_now + self.failed + self.uncertain


@dataclass(frozen=True)
class NotReached:
    """A chat that was left out, or whose message did not arrive, or perhaps not; ``why`` is a reason or a state."""

    id: int
    channel: str
    why: str
    error: str


def of(session: Session, recall: Recall) -> Report:
    """How far a recall has come."""
    mine = RecallRecipient.recall_id == recall.id
    query = select(Delivery.state, func.count()).join(
        RecallRecipient, RecallRecipient.message_order == Delivery.message_order
    )
    states: Counter[str] = Counter(dict(session.execute(query.where(mine).group_by(Delivery.state)).all()))
    left = select(RecallRecipient.left_out, func.count()).where(mine, RecallRecipient.message_order.is_(None))
    rest = dict(session.execute(left.group_by(RecallRecipient.left_out)).all())
    return Report(
        waiting=rest.pop(None, 0),
        on_the_way=states[DeliveryState.CREATED] + states[DeliveryState.SENDING],
        delivered=states[DeliveryState.DELIVERED],
        failed_for_now=states[DeliveryState.TEMPORARY_FAILURE],
        failed=states[DeliveryState.PERMANENT_FAILURE],
        uncertain=states[DeliveryState.UNCERTAIN],
        left_out=Counter({str(why): count for why, count in rest.items()}),
    )


def not_reached(
    session: Session, recall: Recall, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[NotReached]:
    """Whom it did not reach, or perhaps not, page by page; raises BadCursor."""
    query = (
        select(RecallRecipient)
        .outerjoin(Delivery, Delivery.message_order == RecallRecipient.message_order)
        .where(
            RecallRecipient.recall_id == recall.id,
            or_(RecallRecipient.left_out.is_not(None), Delivery.state.in_(_BAD)),
        )
    )
    found = page_of(
        session,
        query,
        [RecallRecipient.id],
        key=lambda row: (row.id,),
        limit=limit,
        after=after,
        before=before,
    )
    return Page([_row(session, recipient) for recipient in found.rows], found.before, found.after)


def listed(session: Session, *, limit: int, after: str | None = None, before: str | None = None) -> Page[Recall]:
    """All recalls, the newest first; raises BadCursor."""
    return page_of(
        session,
        select(Recall),
        [Recall.id],
        key=lambda recall: (recall.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def as_json(session: Session, recall: Recall) -> dict[str, Any]:
    """A recall with its report for a program: plain values, moments in ISO 8601."""
    told = of(session, recall)
    return {
        "id": recall.id,
        "entry": recall.entry_id,
        "versions": recall.versions,
        "corrected": recall.corrected,
        "since": recall.since.isoformat(),
        "state": recall.state,
        "urgent": recall.urgent,
        "planned_by": recall.planned_by.username,
        "started_by": recall.started_by.username if recall.started_by is not None else None,
        "chats": recall.chats,
        "waiting": told.waiting,
        "told": told.told,
        "on_the_way": told.on_the_way,
        "delivered": told.delivered,
        "failed_for_now": told.failed_for_now,
        "failed": told.failed,
        "uncertain": told.uncertain,
        "left_out": dict(told.left_out),
    }


def _row(session: Session, recipient: RecallRecipient) -> NotReached:
    delivery = None
    if recipient.message_order is not None:
        delivery = session.scalar(select(Delivery).where(Delivery.message_order == recipient.message_order))
    if delivery is None:
        from_chat = select(Chat.channel).where(Chat.id == recipient.chat_id)
        return NotReached(recipient.id, session.scalar(from_chat) or "", recipient.left_out or "", "")
    return NotReached(recipient.id, delivery.channel, delivery.state, delivery.error or "")
