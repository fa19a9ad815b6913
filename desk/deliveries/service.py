"""Carrying messages out: what is put on its way to a chat, and what became of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from desk import waiting as waits
from desk.conversations.model import FORGOTTEN, Chat, Message
from desk.deliveries.model import ON_THE_WAY, Delivery, DeliveryState
from desk.observing import once_kept

#: After a temporary failure: the wait before the next attempt, then the last one again and again.
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (1, 2, 5, 15, 60, 300))
#: After so many attempts a failure is one of its chat, and no sign that the channel takes nothing now.
FAILS_AGAIN_AFTER = 2


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


def bulk_waiting(session: Session, channel: str) -> int:
    """How much news of a channel is still on its way; what has failed again and again is not counted."""
    query = select(func.count()).where(
        Delivery.channel == channel,
        Delivery.bulk,
        Delivery.state.in_(ON_THE_WAY),
        Delivery.attempts <= FAILS_AGAIN_AFTER,
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
        .where(*which, Delivery.state.in_(ON_THE_WAY))
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
        select(Delivery).where(Delivery.chat_id == chat.id, Delivery.state.in_(ON_THE_WAY)).order_by(Delivery.id)
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
