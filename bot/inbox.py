"""Receiving updates: each is in the store, as it came, before Telegram hears that it arrived.

But for what is above a limit (desk/floods/): that is acknowledged, and only counted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeGuard, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import TelegramError

from bot.arrivals import Received, arrival_of
from bot.outage import Outage
from bot.patience import Patience
from bot.refusal import kind_of
from bot.threads import in_thread
from desk.conversations import inbox
from desk.desk import Desk

log = logging.getLogger(__name__)
Work = TypeVar("Work")

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
#: Seconds that Telegram holds a request for updates open when there are none.
LONG_POLL = 25
#: Python-telegram-bot warns when a method that it knows is called by its own name; this one becomes getUpdates all the
#: same, and its answer is left as it came: parsing a batch fails as a whole when one update of it is odd.
_GET_UPDATES = "get_Updates"
#: Telegram's own numbers have 52 bits at most; what does not fit into 63, with room for twice as much, is none of them.
_LARGEST = 2**61


class NoUpdate(ValueError):
    """What was delivered is no update: it has no id by which it could be kept or acknowledged."""


def received(update: Any, now: dt.datetime, body: str | None = None) -> Received:
    """An update with its key and the chat it belongs to, as it came at this moment; raises NoUpdate.

    ``body`` is the text as it was delivered, where the door still has it.
    """
    if not isinstance(update, dict) or not is_number(number := update.get("update_id")):
        raise NoUpdate
    arrival = arrival_of(CHANNEL, chat_of(update) or "unknown", update, now)
    return Received(number, update, arrival, body)


def chat_of(update: Mapping[str, Any]) -> str | None:
    """The id of the update's chat, or else of its user; None where there is neither."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        message = part.get("message")
        for place in (part.get("chat"), message.get("chat") if isinstance(message, dict) else None, part.get("from")):
            if isinstance(place, dict) and is_number(place.get("id")):
                return str(place["id"])
    return None


def is_number(value: object) -> TypeGuard[int]:
    """Whether it can be the number of an update, a chat or a person."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST


class Receiver(Protocol):
    """Who works on what was stored: bot.hands.Hands of the worker."""

    def claim_within(self, session: Session) -> Any:
        """Take up something that is due, in the transaction that stores it; None where nobody has time."""

    def taken_up(self, work: Any) -> None:
        """The transaction in which this was taken up is committed."""


@dataclass(frozen=True)
class Kept(Generic[Work]):
    """Whether any update was to be stored, and what was taken up of them at once."""

    is_work: bool
    taken: Work | None = None


def keep(desk: Desk, updates: Sequence[Received], take: Callable[[Session], Work | None] | None = None) -> Kept[Work]:
    """Store in one transaction those updates that are let in, and ``take`` up what is due; the others are counted.

    When this returns they are committed, and all may be acknowledged. Those known already stay as they are.
    """
    taken = None
    with desk.floods.letting_in([each.arrival for each in updates]) as refused:
        let_in = [each.raw for each, refusal in zip(updates, refused, strict=True) if refusal is None]
        if let_in:
            with desk.store.writing() as session:
                inbox.store(session, CHANNEL, let_in, desk.now())
                taken = take(session) if take is not None else None
    return Kept(bool(let_in), taken)


async def poll(desk: Desk, bot: Bot, work: Receiver, *, long_poll: int = LONG_POLL) -> None:
    """Fetch updates until cancelled; of each batch something is worked on as soon as it is committed.

    The offset, by which Telegram forgets what it has delivered, rises only after that. While the store is down those
    who write are told, and what they wrote waits at Telegram. Cancelling loses nothing.
    """
    offset: int | None = None
    telegram = Patience("fetching updates from Telegram")
    store = Patience("storing updates")
    outage = Outage(desk, bot)
    while True:
        try:
            batch = await _fetch(bot, offset, long_poll)
        except TelegramError as error:
            desk.observer.channel_failed(CHANNEL, kind_of(error))
            await asyncio.sleep(telegram.failed(error))
            continue
        telegram.worked()
        updates = list(_readable(batch, desk.now()))
        if not updates:
            continue
        try:
            kept = await in_thread(keep, desk, updates, work.claim_within)
        except SQLAlchemyError as error:
            wait = store.failed(error)
            await outage.tell(each.raw for each in updates)
            await asyncio.sleep(wait)
            continue
        offset = max(each.number for each in updates) + 1
        if kept.is_work:
            store.worked()
            outage.over()
            work.taken_up(kept.taken)


async def _fetch(bot: Bot, offset: int | None, long_poll: int) -> list[Any]:
    asked = {"offset": offset, "timeout": long_poll, "allowed_updates": list(ALLOWED_UPDATES)}
    batch = await bot.do_api_request(_GET_UPDATES, asked, read_timeout=long_poll + 10)
    return batch if isinstance(batch, list) else []


def _readable(batch: Iterable[Any], now: dt.datetime) -> Iterable[Received]:
    for update in batch:
        try:
            yield received(update, now)
        except NoUpdate:
            log.error("Telegram delivered something without an update id; it cannot be kept")
