"""An update of Telegram as the limits see it: whose chat it is, and when it was sent."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desk.conversations.inbox import RawUpdate
from desk.floods.gate import Arrival

#: What was sent no longer ago than this was sent just now, for by so much the clocks of Telegram and of this machine
#: may differ. What is older waited at Telegram, as after an outage: it is measured by when it was sent, or a calm talk
#: would look like a flood.
JUST_NOW = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Received:
    """An update with what the limits ask of it; ``body`` is as it was delivered, where the door still has it."""

    number: int
    update: Mapping[str, Any]
    arrival: Arrival
    body: str | None = None

    @property
    def raw(self) -> RawUpdate:
        """What is stored of it, where it is let in: putting a flood into JSON again would cost for nothing."""
        return RawUpdate(str(self.number), self.arrival.chat, self.body or _as_json(self.update), self.number)


def _as_json(update: Mapping[str, Any]) -> str:
    try:
        return json.dumps(update)
    except RecursionError:  # nested more deeply than anything that Telegram sends: what is kept says nothing
        return "{}"


def arrival_of(channel: str, chat: str, update: Mapping[str, Any], now: dt.datetime) -> Arrival:
    """Whatever stands in the update; a tap, which has no date, was sent now."""
    part = next((value for name, value in update.items() if name != "update_id" and isinstance(value, dict)), {})
    tapped = part.get("message") if "date" not in part else None
    place = (tapped if isinstance(tapped, dict) else part).get("chat")
    sender = part.get("from")
    hint = sender.get("language_code") if isinstance(sender, dict) else None
    return Arrival(
        channel,
        chat,
        _sent_at(part, now),
        hint=hint if isinstance(hint, str) else None,
        may_be_told=isinstance(place, dict) and place.get("type") == "private",
    )


def _sent_at(part: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    told = [value for value in (part.get("edit_date"), part.get("date")) if type(value) is int]
    if not told or told[0] >= int((now - JUST_NOW).timestamp()):  # whole numbers: it may be larger than any other
        return now
    try:
        return dt.datetime.fromtimestamp(told[0], dt.UTC)
    except (OverflowError, ValueError, OSError):
        return now
