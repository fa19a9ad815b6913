"""Which delivery is next, and into whose hands it goes: in order within a chat, answers before news."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BindParameter, ColumnElement, Select, String, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from desk import waiting as waits
from desk.deliveries.model import ON_THE_WAY, WAITING, Delivery, DeliveryState
from desk.store import others_write
from desk.workers import service as workers
from desk.working_time.hours import next_polite_moment

#: Among so many that could be taken one is sought that nobody else is about to take.
CANDIDATES = 8
#: News that couriers have in hand at once: when the channel is slow, hands are left for answers.
BULK_IN_HAND = 8

_CHATS = 2  # what the claims of deliveries are told by from others that lock

# What is asked for every message is put together once: that takes longer than asking it.
_OTHER, _ANSWER = aliased(Delivery), aliased(Delivery)
_WORKER: BindParameter[str | None] = bindparam("worker", type_=String)
_AT: BindParameter[dt.datetime] = bindparam("now")
_AHEAD: BindParameter[dt.datetime] = bindparam("ahead")
_IS_CREATED = Delivery.state == DeliveryState.CREATED.value
#: Whether another message of the chat comes first, or is on its way at this moment.
_WAITS_FOR_ANOTHER = exists().where(
    _OTHER.chat_id == Delivery.chat_id,
    or_(
        and_(
            _OTHER.state.in_(ON_THE_WAY),
            _OTHER.id < Delivery.id,
            or_(Delivery.bulk, ~and_(_OTHER.bulk, _OTHER.state == DeliveryState.TEMPORARY_FAILURE.value)),
        ),
        and_(_OTHER.state == DeliveryState.SENDING.value, _OTHER.id != Delivery.id),
    ),
)
#: Whether an answer of its chat waits behind it.
_IS_AWAITED = exists().where(
    _ANSWER.chat_id == Delivery.chat_id, _ANSWER.state.in_(WAITING), _ANSWER.bulk.is_(False), _ANSWER.id > Delivery.id
)
_IS_NEWS = and_(Delivery.bulk, ~_IS_AWAITED)
#: Whether the wait is over. What was never tried waits for nothing, but for news, which has its moment. And where it
#: was last touched by a clock that has been put back since, the wait is not known any more, and over.
_IS_DUE = or_(
    Delivery.next_attempt_at <= _AT,
    and_(~Delivery.bulk, _IS_CREATED),
    func.coalesce(Delivery.claimed_at, Delivery.created_at) > _AHEAD,
)
_BULK_SENDING = aliased(Delivery)
#: Whether couriers have hands left for answers when they take news.
_HAS_HANDS = (
    select(func.count(_BULK_SENDING.id))
    .where(
        _BULK_SENDING.channel == bindparam("channel"),
        _BULK_SENDING.state == DeliveryState.SENDING.value,
        _BULK_SENDING.bulk,
    )
    .scalar_subquery()
    < BULK_IN_HAND
)


def _due(news_may_go: ColumnElement[bool]) -> Select[int, str]:
    """Deliveries that may be taken, answers first."""
    return (
        select(Delivery.id, Delivery.chat_id)
        .where(
            Delivery.channel == bindparam("channel"),
            Delivery.state.in_(WAITING),
            or_(_IS_DUE, and_(Delivery.bulk, _IS_CREATED, _IS_AWAITED)),
            or_(~_IS_NEWS, news_may_go),
            ~_WAITS_FOR_ANOTHER,
        )
        .order_by(_IS_NEWS, Delivery.id)
        .limit(CANDIDATES)
    )


#: At a polite hour all news may be carried, at others what may go at any.
_DUE_BY_DAY, _DUE_BY_NIGHT = _due(_HAS_HANDS), _due(and_(Delivery.any_hour, _HAS_HANDS))
# One that was stopped in the midst of a write holds the row still: nobody waits for that.
_FREE = select(Delivery.id).where(Delivery.id == bindparam("delivery")).with_for_update(skip_locked=True, of=Delivery)
_TAKE = (
    update(Delivery)
    .where(
        Delivery.id == bindparam("delivery"),
        Delivery.state.in_(WAITING),
        ~_WAITS_FOR_ANOTHER,
        workers.may_claim(_WORKER),
    )
    .values(
        state=DeliveryState.SENDING.value,
        claimed_at=_AT,
        claimed_by=_WORKER,
        claimed_beat=workers.beats_of(_WORKER),
        begun=False,
        attempts=Delivery.attempts + 1,
    )
    .returning(Delivery.id)
    .execution_options(synchronize_session=False)
)


def claim_next(session: Session, channel: str, at: dt.datetime, by: str | None = None) -> Delivery | None:
    """Take the oldest delivery that is due into the hands of a courier of ``by``, news last; None where there is none.

    Within a chat the order is kept: a later message waits until the earlier ones are settled. So news that an answer
    of its chat waits behind goes with the answer, and news that failed for now lets the answer pass. Two couriers
    never get the same one, nor two of one chat, and a lost race is simply None.
    """
    for delivery_id, chat in session.execute(*_candidates(channel, at)).all():
        if not workers.lock(session, _CHATS, chat):
            continue
        if others_write(session) and session.scalar(_FREE, {"delivery": delivery_id}) is None:
            continue
        taken = session.scalar(_TAKE, {"delivery": delivery_id, "worker": by, "now": at})
        if taken is not None:
            return session.get_one(Delivery, taken, populate_existing=True)
    return None


def any_due(session: Session, channel: str, at: dt.datetime) -> bool:
    """Whether claim_next would find something, but for what others are about to take."""
    return session.execute(*_candidates(channel, at)).first() is not None


def _candidates(channel: str, at: dt.datetime) -> tuple[Select[int, str], dict[str, object]]:
    """The statement by which what is due is found at a moment, with its values."""
    due = _DUE_BY_DAY if next_polite_moment(at) <= at else _DUE_BY_NIGHT
    return due, {"channel": channel, "now": at, "ahead": at + waits.AHEAD}
