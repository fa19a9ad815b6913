"""Where the time of a message goes, by the moments that the desk keeps anyway and those that Telegram saw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations.model import InboxUpdate, Message
from desk.enquiries.model import Enquiry
from evaluation.cases.figures import percentile
from evaluation.speed.replies.arms import Exchange

#: Each step with what is in it, in their order; together they are the whole time.
STEPS = {
    "received": "the bot gets the update and begins to store it",
    "claimed": "it is stored, and a worker claims it",
    "routed": "that is committed; chat, conversation and message are kept, and it is decided who gets the message",
    "decided": "Rasa takes the message for a question, and beside it the answer is worked out: whichever takes longer",
    "kept": "the answer and the replies are kept",
    "carried": "the commit, a courier's claim, and the send to Telegram",
}


@dataclass(frozen=True)
class Traced:
    """The milliseconds of each step of one message, by the names of STEPS, and those of its searches within them."""

    steps: dict[str, float]
    searched: float


def traced(session: Session, exchanges: Sequence[Exchange]) -> list[Traced]:
    """Those messages that were answered at the first attempt."""
    by_key = {str(exchange.update): exchange for exchange in exchanges}
    rows = session.execute(
        select(InboxUpdate, Enquiry)
        .join(Message, Message.update_id == InboxUpdate.id)
        .join(Enquiry, (Enquiry.message_id == Message.id) & (Enquiry.position == 0))
        .where(InboxUpdate.channel == "telegram", InboxUpdate.update_key.in_(list(by_key)), InboxUpdate.attempts == 1)
    ).all()
    found = []
    for update, enquiry in rows:
        if update.claimed_at is not None and update.finished_at is not None and update.handed_over:
            exchange, left = by_key[update.update_key], float(update.handed_over["since"])
            moments = [exchange.put, *_seconds(update.received_at, update.claimed_at), left]
            moments += [*_seconds(enquiry.asked_at, update.finished_at), exchange.arrived]
            found.append(Traced(_steps(moments), _searched(session, enquiry)))
    return found


def summed_up(traces: Sequence[Traced]) -> dict[str, Any]:
    """Of each step its mean and p50 in milliseconds; the means add up to the mean of the whole."""
    if not traces:
        return {"messages": 0, "steps": {}, "search": {}}
    steps = {name: _middle([trace.steps[name] for trace in traces]) for name in STEPS}
    return {"messages": len(traces), "steps": steps, "search": _middle([trace.searched for trace in traces])}


def _middle(milliseconds: Sequence[float]) -> dict[str, float]:
    mean = sum(milliseconds) / len(milliseconds)
    return {"mean_ms": round(mean, 2), "p50_ms": percentile(milliseconds, 50)}


def _steps(moments: Sequence[float]) -> dict[str, float]:
    """``moments`` are the ends of the steps, in seconds."""
    spent = [(after - before) * 1000 for before, after in pairwise(moments)]
    return dict(zip(STEPS, spent, strict=True))


def _seconds(*moments: dt.datetime) -> list[float]:
    return [moment.timestamp() for moment in moments]


def _searched(session: Session, first: Enquiry) -> float:
    """Milliseconds of the searches of a message, as the knowledge process told them."""
    timings = session.scalars(select(Enquiry.timings_ms).where(Enquiry.message_id == first.message_id))
    return sum(float(of.get("find.total") or 0.0) for of in timings)
