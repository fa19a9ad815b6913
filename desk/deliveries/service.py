"""Carrying messages out: which delivery is next, who carries it, and what became of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from desk import waiting as waits
from desk.conversations.model import FORGOTTEN, Chat, Message
from desk.deliveries.model import Delivery, DeliveryState
from desk.observing import once_kept
from desk.store import others_write
from desk.workers import service as workers
from desk.working_time.hours import next_polite_moment

#: After a temporary failure: the wait before the next attempt, then the last one again and again.
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (1, 2, 5, 15, 60, 300))
#: Among so many that could be taken one is sought that nobody else is about to take.
CANDIDATES = 8
#: News that couriers have in hand at once: when the channel is slow, hands are left for answers.
BULK_IN_HAND = 8
#: After so many attempts a failure is one of its chat, and no sign that the channel takes nothing now.
FAILS_AGAIN_AFTER = 2

_WAITING = (DeliveryState.CREATED.value, DeliveryState.TEMPORARY_FAILURE.value)
_OPEN = (*_WAITING, DeliveryState.SENDING.value)
_CHATS = 2  # what the claims of deliveries are told by from others that lock


def create(
    session: Session,
    message: Message,
    chat: Chat,
    at: dt.datetime,
    bulk_from: dt.datetime | None = None,
    *,
    any_hour: bool = False,
) -> Delivery:
    """Put a message on its way to a chat; one of many is carried from ``bulk_from`` on, when no answer waits.

    One of many waits for a polite hour, unless it may go at ``any_hour``. Nothing is carried to a forgotten chat.
    """
    delivery = Delivery(
        message=message,
        chat=chat,
        channel=chat.channel,
        created_at=at,
        next_attempt_at=bulk_from or at,
        bulk=bulk_from is not None,
        any_hour=any_hour,
        external_ids=[],
    )
    if chat.is_forgotten:
        delivery.state, delivery.error = DeliveryState.PERMANENT_FAILURE.value, FORGOTTEN
    session.add(delivery)
    session.flush()
    return delivery


# What is asked for every message is put together once: that takes longer than asking it.
_OTHER, _ANSWER = aliased(Delivery), aliased(Delivery)
_AT: BindParameter[dt.datetime] = bindparam("now")
_AHEAD: BindParameter[dt.datetime] = bindparam("ahead")
_IS_CREATED = Delivery.state == DeliveryState.CREATED.value
#: Whether another message of the chat comes first, or is on its way at this moment.
_WAITS_FOR_ANOTHER = exists().where(
    _OTHER.chat_id == Delivery.chat_id,
    or_(
        and_(
            _OTHER.state.in_(_OPEN),
            _OTHER.id < Delivery.id,
            or_(Delivery.bulk, ~and_(_OTHER.bulk, _OTHER.state == DeliveryState.TEMPORARY_FAILURE.value)),
        ),
        and_(_OTHER.state == DeliveryState.SENDING.value, _OTHER.id != Delivery.id),
    ),
)
#: Whether an answer of its chat waits behind it.
_IS_AWAITED = exists().where(
    _ANSWER.chat_id == Delivery.chat_id, _ANSWER.state.in_(_WAITING), _ANSWER.bulk.is_(False), _ANSWER.id > Delivery.id
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
            Delivery.state.in_(_WAITING),
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
    .where(Delivery.id == bindparam("delivery"), Delivery.state.in_(_WAITING), ~_WAITS_FOR_ANOTHER)
    .values(
        state=DeliveryState.SENDING.value,
        claimed_at=_AT,
        claimed_by=bindparam("worker"),
        claimed_beat=bindparam("beat"),
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
    beat = workers.beats_now(session, by)
    if by is not None and beat is None:
        return None
    candidates = _DUE_BY_DAY if next_polite_moment(at) <= at else _DUE_BY_NIGHT
    moments = {"now": at, "ahead": at + waits.AHEAD}
    for delivery_id, chat in session.execute(candidates, {"channel": channel, **moments}).all():
        if not workers.lock(session, _CHATS, chat):
            continue
        if others_write(session) and session.scalar(_FREE, {"delivery": delivery_id}) is None:
            continue
        taken = session.scalar(_TAKE, {"delivery": delivery_id, "worker": by, "beat": beat, "now": at})
        if taken is not None:
            return session.get_one(Delivery, taken, populate_existing=True)
    return None


def bulk_waiting(session: Session, channel: str) -> int:
    """How much news of a channel is still on its way; what has failed again and again is not counted."""
    query = select(func.count()).where(
        Delivery.channel == channel, Delivery.bulk, Delivery.state.in_(_OPEN), Delivery.attempts <= FAILS_AGAIN_AFTER
    )
    return session.scalar(query) or 0


def part_sent(session: Session, delivery_id: int, external_id: str, at: dt.datetime) -> None:
    """The channel accepted one more piece of the message and calls it ``external_id``.

    The courier is at work still: a delivery of many files is not lost while they go out one after the other.
    """
    delivery = session.get_one(Delivery, delivery_id)
    delivery.parts_sent += 1
    delivery.claimed_at, delivery.begun = at, False
    delivery.external_ids = [*delivery.external_ids, external_id]


def delivered(session: Session, delivery_id: int, at: dt.datetime) -> None:
    delivery = session.get_one(Delivery, delivery_id)
    delivery.state, delivery.delivered_at, delivery.error = DeliveryState.DELIVERED.value, at, None
    _count(session, delivery)


def failed_for_now(
    session: Session, delivery_id: int, error: str, at: dt.datetime, retry_after: dt.timedelta | None = None
) -> None:
    """The channel refused and may accept later.

    The next attempt waits as long as the channel says, else by BACK_OFF, and a little longer by chance.
    """
    delivery = session.get_one(Delivery, delivery_id)
    wait = waits.spread(retry_after) if retry_after else waits.back_off(BACK_OFF, delivery.attempts)
    delivery.state, delivery.error = DeliveryState.TEMPORARY_FAILURE.value, error
    delivery.next_attempt_at, delivery.claimed_at = at + wait, at
    _count(session, delivery)


def failed_for_good(session: Session, delivery_id: int, error: str) -> None:
    """The channel will never accept it, for example because the person has blocked the bot."""
    delivery = session.get_one(Delivery, delivery_id)
    delivery.state, delivery.error = DeliveryState.PERMANENT_FAILURE.value, error
    _count(session, delivery)


def cut_off(session: Session, delivery_id: int, error: str) -> None:
    """The send's answer was lost: it may have arrived, so it is listed and never silently sent again."""
    delivery = session.get_one(Delivery, delivery_id)
    delivery.state, delivery.error = DeliveryState.UNCERTAIN.value, error
    _count(session, delivery)


def _count(session: Session, delivery: Delivery) -> None:
    """Tell what became of it, once that is committed."""
    channel, state = delivery.channel, delivery.state
    took = _seconds(delivery.created_at, delivery.delivered_at) if state == DeliveryState.DELIVERED else None
    once_kept(session, lambda observer: observer.carried(channel, state, took))


def _seconds(since: dt.datetime, until: dt.datetime | None) -> float | None:
    return max(0.0, (until - since).total_seconds()) if until is not None else None


def send_again(session: Session, delivery_id: int, at: dt.datetime) -> None:
    """An officer decided that a failed or uncertain delivery is to be tried once more; any other stays as it is."""
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.state in (DeliveryState.PERMANENT_FAILURE, DeliveryState.UNCERTAIN):
        delivery.state, delivery.next_attempt_at, delivery.error = DeliveryState.CREATED.value, at, None


def fetched(session: Session, conversation_id: str, at: dt.datetime) -> None:
    """What is fetched from a web conversation or shown on a terminal is delivered by that."""
    orders = select(Message.order_no).where(Message.conversation_id == conversation_id)
    _fetched(session, at, Delivery.message_order.in_(orders), Delivery.channel.in_(("web", "terminal")))


def fetched_ones(session: Session, message_orders: Sequence[int], at: dt.datetime) -> None:
    """These messages were shown on the web: they are delivered by that, and no others."""
    _fetched(session, at, Delivery.message_order.in_(message_orders), Delivery.channel == "web")


def fetched_of_case(session: Session, case_id: int, at: dt.datetime) -> None:
    """What was said in a case is delivered when its page is looked at; what else waits in that chat is not."""
    orders = select(Message.order_no).where(Message.case_id == case_id)
    _fetched(session, at, Delivery.message_order.in_(orders), Delivery.channel == "web")


def _fetched(session: Session, at: dt.datetime, *which: ColumnElement[bool]) -> None:
    now_delivered = session.execute(
        update(Delivery)
        .where(*which, Delivery.state.in_(_OPEN))
        .values(state=DeliveryState.DELIVERED.value, delivered_at=at)
        .returning(Delivery.channel, Delivery.created_at)
    ).all()
    for channel, created_at in now_delivered:
        _count_delivered(session, channel, _seconds(created_at, at))


def _count_delivered(session: Session, channel: str, seconds: float | None) -> None:
    once_kept(session, lambda observer: observer.carried(channel, DeliveryState.DELIVERED.value, seconds))


def undelivered(session: Session, chat: Chat) -> list[Message]:
    """The messages of a chat that have not been delivered yet, in order."""
    rows = session.scalars(
        select(Delivery).where(Delivery.chat_id == chat.id, Delivery.state.in_(_OPEN)).order_by(Delivery.id)
    )
    return [row.message for row in rows]


def of_messages(session: Session, message_orders: Sequence[int]) -> dict[int, Delivery]:
    """The deliveries of messages, by the messages' order numbers."""
    rows = session.scalars(select(Delivery).where(Delivery.message_order.in_(message_orders)))
    return {row.message_order: row for row in rows}


def message_known_as(session: Session, chat: Chat, external_id: str, quoted: str = "") -> Message | None:
    """The message that the channel calls ``external_id`` in this chat; None where it is none of the desk's.

    The web calls a message by the desk's own name for it. What was sent without learning its name, because the answer
    to the send was lost or is still under way, is known by its words, of which ``quoted`` are some.
    """
    if chat.channel == "web":
        named = select(Delivery).join(Message).where(Delivery.chat_id == chat.id, Message.id == external_id)
        found = session.scalar(named)
        return found.message if found is not None else None
    recent = session.scalars(
        select(Delivery).where(Delivery.chat_id == chat.id).order_by(Delivery.id.desc()).limit(500)
    )
    known = next((d.message for d in recent if external_id in d.external_ids), None)
    return known or (_perhaps_arrived(session, chat, quoted) if quoted else None)


def _perhaps_arrived(session: Session, chat: Chat, quoted: str) -> Message | None:
    """The newest message of a chat that may have arrived under a name that nobody knows, and has these words."""
    unnamed = select(Delivery).where(
        Delivery.chat_id == chat.id,
        Delivery.state.in_((DeliveryState.UNCERTAIN.value, DeliveryState.SENDING.value)),
    )
    words = _in_words(quoted)
    found = session.scalars(unnamed.order_by(Delivery.id.desc()).limit(100))
    return next((d.message for d in found if words.strip() and words in _in_words(d.message.text)), None)


def _in_words(text: str) -> str:
    """The words alone, each between spaces: a channel shows a text with its own lines and marks."""
    return " ".join(["", *re.findall(r"\w+", text), ""])
