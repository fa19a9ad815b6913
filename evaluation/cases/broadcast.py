"""One piece of news to many chats through the real bot, with what Telegram does wrong and with kills in the middle."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from desk.deliveries.model import DeliveryState
from desk.subscriptions import progress
from evaluation.cases.people import subscribe
from evaluation.cases.stage import Stage
from tests.e2e.telegram_emulator import Fault

SUBSCRIBERS_FROM = 100_001
_SETTLED = (DeliveryState.DELIVERED, DeliveryState.UNCERTAIN, DeliveryState.PERMANENT_FAILURE)
BLOCKED = "Forbidden: bot was blocked by the user"


@dataclass(frozen=True)
class Broadcast:
    """Chats by what became of the news in them.

    ``sent``: it arrived. ``doubled``: it arrived twice. ``uncertain``: Telegram's answer was lost, by a cut connection
    or a kill, so it is listed and not sent again; ``uncertain_arrived`` of them have it. ``unreachable``: blocked.
    ``missed``: none of all this, so that somebody was forgotten.
    """

    chats: int
    sent: int
    doubled: int
    uncertain: int
    uncertain_arrived: int
    unreachable: int
    missed: int
    refused_for_now: int
    kills: int
    seconds: float


def measure(stage: Stage, *, chats: int, kill_at: tuple[float, ...], seconds: float) -> Broadcast:
    """Have the news sent; bot and clock are killed whenever such a share of the chats has it, and started again."""
    addresses = subscribe_chats(stage, chats)
    for fault in _faults(addresses):
        stage.telegram.fault(fault)
    stage.change_guidance()
    began = time.monotonic()
    stage.start()
    for share in kill_at:
        stage.wait_for(partial(_has_come, stage, share * chats), seconds, "part of the news")
        stage.kill()
        stage.start()
    stage.wait_for(lambda: _is_settled(stage), seconds, "the end of the news")
    took = time.monotonic() - began
    return _figures(stage, chats, len(kill_at), took)


def subscribe_chats(stage: Stage, chats: int) -> range:
    """So many chats follow the topic of the stage; returns their addresses."""
    addresses = range(SUBSCRIBERS_FROM, SUBSCRIBERS_FROM + chats)
    topic = stage.topic
    with stage.desk.store.writing() as session:
        subscribe(session, addresses, topic, stage.desk.now())
    return addresses


def has_begun(stage: Stage) -> bool:
    """Whether the first of the news has arrived."""
    return stage.count(DeliveryState.DELIVERED) > 0


def _faults(addresses: range) -> Iterator[Fault]:
    """Every tenth chat has something wrong, each with another of five things."""
    for number, chat in enumerate(addresses[5::10]):
        match number % 5:
            case 0:
                yield Fault("sendMessage", 429, "Too Many Requests: retry after 1", {"retry_after": 1}, chat=chat)
            case 1:
                yield Fault("sendMessage", 502, "Bad Gateway", chat=chat)
            case 2:
                yield Fault("sendMessage", 403, BLOCKED, chat=chat, times=10)
            case 3:
                yield Fault("sendMessage", 0, chat=chat, taken=True)
            case _:
                yield Fault("sendMessage", delay=0.5, chat=chat)


def _has_come(stage: Stage, how_far: float) -> bool:
    return stage.count(*_SETTLED) >= how_far


def _is_settled(stage: Stage) -> bool:
    with stage.desk.store.reading() as session:
        (news,) = progress.newest(session)
        return news.finished_at is not None and progress.of(session, news).on_the_way == 0


def _figures(stage: Stage, chats: int, kills: int, seconds: float) -> Broadcast:
    calls = stage.telegram.calls("sendMessage")
    arrived = Counter(call["fields"]["chat_id"] for call in calls if call["result"] is not None)
    with stage.desk.store.reading() as session:
        (news,) = progress.newest(session)
        far = progress.of(session, news)
        states = {delivery.chat.address: delivery.state for delivery in progress.not_delivered(session, news)}
    uncertain = {address for address, state in states.items() if state == DeliveryState.UNCERTAIN}
    accounted = set(arrived) | set(states)
    return Broadcast(
        chats=chats,
        sent=len(arrived),
        doubled=sum(times > 1 for times in arrived.values()),
        uncertain=far.uncertain,
        uncertain_arrived=len(uncertain & set(arrived)),
        unreachable=far.failed,
        missed=chats - len(accounted),
        refused_for_now=sum(call["status"] in (429, 502) for call in calls),
        kills=kills,
        seconds=round(seconds, 1),
    )
