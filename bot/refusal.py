"""What an error of sending means: try again later, never again, or perhaps sent already."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError


class Fate(Enum):
    LATER = auto()
    NEVER = auto()
    PERHAPS_SENT = auto()


@dataclass(frozen=True)
class Refusal:
    """Why a part was not sent, or not surely; ``retry_after`` is the wait that Telegram asked for."""

    fate: Fate
    reason: str
    retry_after: dt.timedelta | None = None
    chat_is_closed: bool = False


#: Errors before the first byte left: Telegram cannot have taken the message.
_NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


_GATEWAY_TIMEOUT = "(504)"


def understand(error: Exception) -> Refusal:
    """What became of a message whose sending raised this error.

    Telegram has no key by which a message sent twice would be noticed, so whatever may have gone out counts as
    perhaps sent.
    """
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait if isinstance(wait, dt.timedelta) else dt.timedelta(seconds=wait)
        return Refusal(Fate.LATER, "Telegram asks for a slower pace", retry_after=seconds)
    if isinstance(error, Forbidden):
        return Refusal(Fate.NEVER, error.message, chat_is_closed=True)
    if isinstance(error, ChatMigrated):
        return Refusal(Fate.NEVER, "the group has moved to another chat id", chat_is_closed=True)
    if isinstance(error, BadRequest):
        return Refusal(Fate.NEVER, error.message, chat_is_closed="chat not found" in error.message.lower())
    if isinstance(error, InvalidToken):
        return Refusal(Fate.LATER, "Telegram does not accept the bot's token")
    if isinstance(error, NetworkError):
        return _of_network(error)
    return Refusal(Fate.PERHAPS_SENT, f"the answer was not understood ({type(error).__name__})")


def kind_of(error: Exception) -> str:
    """One of the few kinds by which errors of Telegram are counted."""
    if isinstance(error, RetryAfter):
        return "too_many_requests"
    if not isinstance(error, NetworkError) or isinstance(error, BadRequest):
        return "refused"
    is_an_answer = error.__cause__ is None or isinstance(error.__cause__, TelegramError)
    return "server_error" if is_an_answer else "network"


def _of_network(error: NetworkError) -> Refusal:
    """Telegram answered with an error, or the network failed before or after the message may have gone out."""
    cause = error.__cause__
    if _GATEWAY_TIMEOUT in error.message:
        # A gateway on the way handed the message on and heard nothing: Telegram may have taken it.
        return Refusal(Fate.PERHAPS_SENT, "a gateway on the way to Telegram lost the answer")
    if cause is None or isinstance(cause, TelegramError):
        return Refusal(Fate.LATER, f"Telegram answered with an error: {error.message[:200]}")
    if isinstance(cause, _NOTHING_LEFT):
        return Refusal(Fate.LATER, f"Telegram was not reached ({type(cause).__name__})")
    return Refusal(Fate.PERHAPS_SENT, f"the answer was lost ({type(cause).__name__})")
