"""Messages that did not arrive, or perhaps not: listed for the administrator, who may have one sent again."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case
from desk.deliveries import service as deliveries
from desk.deliveries.model import FAILED, Delivery, DeliveryState
from desk.desk import Desk
from desk.paging import Page, page_of
from desk.people.model import Officer, Role
from desk.units import service as units

FAILED_STATES = (DeliveryState.PERMANENT_FAILURE, DeliveryState.UNCERTAIN)


class NotSentAgain(ValueError):
    """The message cannot be sent again; ``reason`` names the text that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def listed(session: Session, *, limit: int, after: str | None = None, before: str | None = None) -> Page[Delivery]:
    """What failed for good or is uncertain, the newest first; raises BadCursor."""
    return page_of(
        session,
        select(Delivery).where(text(FAILED)),  # word for word as the index has it, or it is of no use
        [Delivery.id],
        key=lambda delivery: (delivery.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def may_be_sent_again(delivery: Delivery) -> bool:
    """Whether another attempt could help: not where the person has closed the chat."""
    return delivery.state in FAILED_STATES and delivery.chat.blocked_at is None


def send_again(desk: Desk, session: Session, delivery_id: int, by: Officer | None) -> None:
    """Try one once more; ``by`` None is the operator at the machine. Raises NotSentAgain."""
    if by is not None and not by.may(units.department(session), Role.ADMINISTRATOR):
        raise NotSentAgain("page.system.not_yours")
    held = select(Delivery).where(Delivery.id == delivery_id).with_for_update(of=Delivery)
    delivery = session.scalar(held)
    if delivery is None or delivery.state not in FAILED_STATES:
        raise NotSentAgain("page.system.not_failed")
    if not may_be_sent_again(delivery):
        raise NotSentAgain("page.system.chat_closed")
    deliveries.send_again(session, delivery_id, desk.now())
    case = session.get(Case, delivery.message.case_id) if delivery.message.case_id is not None else None
    record_act(
        session,
        actor=by.actor if by is not None else "operator",
        act="delivery.sent_again",
        subject=case.number or "" if case is not None else str(delivery_id),
        detail={"delivery": delivery_id},
        at=desk.now(),
    )
