"""From an officer's send to its arrival in the chat: the reply is committed, the bot carries it, Telegram has it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from desk.cases.officers import desk as officer_desk
from desk.deliveries.model import DeliveryState
from evaluation.cases.figures import percentile
from evaluation.cases.people import add_officers, case_in, officer_named, open_cases
from evaluation.cases.stage import Stage

ENTERPRISES_FROM = 500_001
_OPEN = (DeliveryState.CREATED, DeliveryState.SENDING, DeliveryState.TEMPORARY_FAILURE)


@dataclass(frozen=True)
class Replies:
    """Milliseconds from the commit of the reply to its receipt by Telegram."""

    replies: int
    arrived: int
    p50_ms: float
    p95_ms: float
    longest_ms: float
    news_meanwhile: int


def prepare(stage: Stage, how_many: int) -> range:
    """Cases in as many chats, all held by one officer; returns the chats."""
    addresses = range(ENTERPRISES_FROM, ENTERPRISES_FROM + how_many)
    with stage.desk.store.writing() as session:
        (name,) = add_officers(session, 1, stage.desk.now())
        open_cases(session, addresses, stage.desk.now())
        officer = officer_named(session, name)
        for address in addresses:
            officer_desk.claim(stage.desk, session, case_in(session, address), officer)
    return addresses


def measure(stage: Stage, addresses: Sequence[int], *, every: float, seconds: float) -> Replies:
    """Reply in one chat after the other, one every so many seconds, while bot and clock run."""
    news_before = stage.count(DeliveryState.DELIVERED)
    sent = {}
    begin = time.monotonic()
    for number, address in enumerate(addresses):
        time.sleep(max(0.0, begin + number * every - time.monotonic()))
        sent[str(address)] = _reply(stage, address)
    stage.wait_for(lambda: stage.count(*_OPEN, bulk=False) == 0, seconds, "the last reply")
    meanwhile = stage.count(DeliveryState.DELIVERED) - news_before
    arrived = {call["fields"]["chat_id"]: call["at"] for call in stage.telegram.calls("sendMessage") if call["result"]}
    # Both clocks are the machine's own that only goes forward, the same in every process.
    took = [(arrived[chat] - at) * 1000 for chat, at in sent.items() if chat in arrived]
    longest = round(max(took), 1)
    return Replies(len(sent), len(took), percentile(took, 50), percentile(took, 95), longest, meanwhile)


def _reply(stage: Stage, address: int) -> float:
    """Send a reply as the console does; returns the moment at which it was committed."""
    with stage.desk.store.writing() as session:
        case = case_in(session, address)
        assert case.holder is not None
        officer_desk.reply(stage.desk, session, case, case.holder, "Bạn nộp thêm vận đơn và hóa đơn thương mại.")
    return time.monotonic()
