"""What a courier has in hand: that it is still its own, what became of each piece, and what dead couriers dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import BindParameter, ColumnElement, String, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from desk import waiting as waits
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.observing import once_kept
from desk.workers import service as workers

#: A delivery of which no piece has gone out for so long is lost, though the process that has it lives.
LOST_AFTER = dt.timedelta(minutes=2)
#: So many of a chat's messages may count for its pace.
_LATEST = 20

_SENDING, _UNCERTAIN, _CREATED = (
    state.value for state in (DeliveryState.SENDING, DeliveryState.UNCERTAIN, DeliveryState.CREATED)
)
# Put together once, for they are asked for every message.
_WORKER: BindParameter[str | None] = bindparam("worker", type_=String)
#: The beats of a hand's worker now; as they were where it has none.
_BEATS = func.coalesce(workers.beats_of(_WORKER), Delivery.claimed_beat)
_BEGIN = (
    update(Delivery)
    .where(
        Delivery.id == bindparam("delivery"),
        Delivery.state == _SENDING,
        Delivery.claimed_by.is_not_distinct_from(_WORKER),
        Delivery.attempts == bindparam("attempt"),
        workers.may_claim(_WORKER),  # one that is thought dead: what it has in hand is about to be given to another
    )
    .values(begun=True, claimed_at=bindparam("at"), claimed_beat=_BEATS)
    .returning(Delivery.id)
    .execution_options(synchronize_session=False)
)
_LOCKED = select(Delivery).where(Delivery.id == bindparam("delivery")).with_for_update(of=Delivery)


@dataclass(frozen=True)
class Hand:
    """A delivery in somebody's hands: its id, whose (None: a courier without a lease), and at which attempt."""

    delivery_id: int
    worker: str | None
    attempt: int

    @classmethod
    def of(cls, delivery: Delivery) -> Hand:
        return cls(delivery.id, delivery.claimed_by, delivery.attempts)


class Noted(Enum):
    """What became of a note: GO_ON with the next piece, or leave the delivery to others."""

    GO_ON = auto()
    OVERTAKEN = auto()


def begin_piece(session: Session, hand: Hand, at: dt.datetime) -> bool:
    """Right before a piece is handed to the channel: note it; False where the delivery is not in this hand any more.

    Then the piece must not be sent: somebody else sees to it. From here on, if the courier dies, the piece may have
    gone out.
    """
    mine = {"delivery": hand.delivery_id, "worker": hand.worker, "attempt": hand.attempt, "at": at}
    return session.scalar(_BEGIN, mine) is not None


def piece_sent(session: Session, hand: Hand, external_id: str, at: dt.datetime, *, is_last: bool) -> Noted:
    """The channel accepted a piece and calls it ``external_id``: that is the truth, whatever was thought meanwhile.

    A courier that was taken for dead has the delivery again, where nobody else took it.
    """
    delivery = _locked(session, hand)
    if Hand.of(delivery) != hand or delivery.state not in (_SENDING, _UNCERTAIN, _CREATED):
        # Another sends it too, or has sent it. By the id a reply to this copy is recognised.
        delivery.external_ids = [*delivery.external_ids, external_id]
        return Noted.OVERTAKEN
    deliveries.part_sent(session, hand.delivery_id, external_id, at)
    if is_last:
        deliveries.delivered(session, hand.delivery_id, at)
        return Noted.GO_ON
    if delivery.state == _CREATED:  # somebody wants it sent again, and another courier goes on after this piece
        return Noted.OVERTAKEN
    delivery.state, delivery.error = _SENDING, None
    delivery.claimed_beat = workers.beats_now(session, hand.worker)
    return Noted.GO_ON


def refused(session: Session, hand: Hand, note: Callable[[], None]) -> None:
    """The channel did not take a piece: ``note`` says so, unless the delivery is in other hands by now."""
    delivery = _locked(session, hand)
    if Hand.of(delivery) == hand and delivery.state in (_SENDING, _UNCERTAIN):
        note()
        delivery.begun = False


def settle_lost(session: Session, channel: str, at: dt.datetime) -> int:
    """See to what couriers dropped; returns how many are uncertain now.

    A piece that was handed to the channel may have arrived; what was not begun is carried by another.
    """
    found = select(Delivery.id).where(Delivery.channel == channel, Delivery.state == _SENDING, _is_lost(at))
    lost = session.scalars(found.with_for_update(skip_locked=True, of=Delivery)).all()
    dropped = update(Delivery).where(Delivery.id.in_(lost)).execution_options(synchronize_session=False)
    session.execute(dropped.where(~Delivery.begun).values(state=_CREATED, next_attempt_at=at))
    uncertain = session.scalars(
        dropped.where(Delivery.begun, Delivery.state == _SENDING)
        .values(state=_UNCERTAIN, error="the courier stopped while it was sending", begun=False)
        .returning(Delivery.id)
    )
    count = len(uncertain.all())
    for _ in range(count):
        once_kept(session, lambda observer: observer.carried(channel, _UNCERTAIN, None))
    session.expire_all()
    return count


def any_lost(session: Session, channel: str, at: dt.datetime) -> bool:
    """Whether settle_lost would find something."""
    lost = select(Delivery.id).where(Delivery.channel == channel, Delivery.state == _SENDING, _is_lost(at))
    return session.scalar(lost.limit(1)) is not None


def give_back(session: Session, worker: str, at: dt.datetime) -> int:
    """A worker ends: what its courier has not begun is due at once for others; returns how many.

    What it was sending stays so, and is settled as lost.
    """
    given = session.scalars(
        update(Delivery)
        .where(Delivery.state == _SENDING, Delivery.claimed_by == worker, ~Delivery.begun)
        .values(state=_CREATED, next_attempt_at=at)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(given.all())


def sent_lately(session: Session, delivery: Delivery, at: dt.datetime, seconds: float) -> list[float]:
    """How many seconds ago pieces of messages went to the chat of a delivery, by whomever, in the last ``seconds``."""
    before = select(Delivery.delivered_at, Delivery.parts_sent).where(
        Delivery.chat_id == delivery.chat_id, Delivery.id < delivery.id
    )
    rows = session.execute(before.order_by(Delivery.id.desc()).limit(_LATEST)).all()
    ages = [((at - sent).total_seconds(), pieces) for sent, pieces in rows if sent is not None]
    return [ago for ago, pieces in ages for _ in range(pieces) if 0 <= ago <= seconds]


def drop(session: Session, hand: Hand, at: dt.datetime) -> None:
    """The courier goes no further, and knows that no piece of it is under way: another takes it at once."""
    delivery = _locked(session, hand)
    if Hand.of(delivery) == hand and delivery.state == _SENDING:
        delivery.state, delivery.next_attempt_at, delivery.begun = _CREATED, at, False


def _is_lost(at: dt.datetime) -> ColumnElement[bool]:
    long_ago = or_(Delivery.claimed_at <= at - LOST_AFTER, waits.is_ahead(Delivery.claimed_at, at))
    return or_(
        and_(Delivery.claimed_by.is_(None), long_ago),
        workers.is_lost(Delivery.claimed_by, Delivery.claimed_beat, workers.beats_in(LOST_AFTER)),
    )


def _locked(session: Session, hand: Hand) -> Delivery:
    return session.scalars(_LOCKED, {"delivery": hand.delivery_id}).one()
