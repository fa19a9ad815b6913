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
from desk.enquiries.model import Enquiry, TurnAct
from evaluation.cases.figures import percentile
from evaluation.speed.replies.arms import Exchange

#: Each step with what is in it, in their order; together they are the whole time.
STEPS = {
    "received": "the bot gets the update and begins to store it",
    "claimed": "it is committed, and a worker claims it",
    "routed": "chat, conversation and message are kept, and it is decided who gets the message",
    "dialogue": "to Rasa, its intent and rules, its call of the action, and what the action does beside the search",
    "search": "the knowledge process embeds the question, as far as it has not yet, and searches",
    "kept": "the answer is kept, Rasa passes on that it is, and the replies are kept",
    "carried": "the commit, the wait for “typing” to be shown, a courier's claim, and the send to Telegram",
}


@dataclass(frozen=True)
class Traced:
    """The milliseconds of each step of one message, by the names of STEPS."""

    steps: dict[str, float]


def traced(session: Session, exchanges: Sequence[Exchange]) -> list[Traced]:
    """Those messages that Rasa's action answered at the first attempt."""
    by_key = {str(exchange.update): exchange for exchange in exchanges}
    rows = session.execute(
        select(InboxUpdate, Message, TurnAct)
        .join(Message, Message.update_id == InboxUpdate.id)
        .join(TurnAct, TurnAct.enquiry_id == Message.id)
        .where(InboxUpdate.channel == "telegram", InboxUpdate.update_key.in_(list(by_key)), InboxUpdate.attempts == 1)
    ).all()
    found = []
    for update, message, act in rows:
        if update.claimed_at is not None and update.finished_at is not None and update.handed_over:
            exchange, left = by_key[update.update_key], float(update.handed_over["since"])
            moments = [exchange.put, *_seconds(update.received_at, update.claimed_at), left]
            moments += [*_seconds(act.at, update.finished_at), exchange.arrived]
            found.append(Traced(_steps(moments, _searched(session, message))))
    return found


def summed_up(traces: Sequence[Traced]) -> dict[str, Any]:
    """Of each step its mean and p50 in milliseconds; the means add up to the mean of the whole."""
    if not traces:
        return {"messages": 0, "steps": {}}
    steps = {
        name: {
            "mean_ms": round(sum(trace.steps[name] for trace in traces) / len(traces), 2),
            "p50_ms": percentile([trace.steps[name] for trace in traces], 50),
        }
        for name in STEPS
    }
    return {"messages": len(traces), "steps": steps}


def _steps(moments: Sequence[float], searched: float) -> dict[str, float]:
    """``moments`` are the ends of the steps in seconds, of dialogue and search together as one."""
    spent = [(after - before) * 1000 for before, after in pairwise(moments)]
    received, claimed, routed, dialogue, kept, carried = spent
    return dict(zip(STEPS, (received, claimed, routed, dialogue - searched, searched, kept, carried), strict=True))


def _seconds(*moments: dt.datetime) -> list[float]:
    return [moment.timestamp() for moment in moments]


def _searched(session: Session, message: Message) -> float:
    """Milliseconds of the searches, as the knowledge process told them."""
    timings = session.scalars(select(Enquiry.timings_ms).where(Enquiry.message_id == message.id))
    return sum(float(of.get("find.total") or 0.0) for of in timings)
