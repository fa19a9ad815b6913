"""What each error of a send means for the delivery."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.error import TimedOut as PtbTimedOut

from bot.refusal import Fate, kind_of, understand


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def test_a_slower_pace_is_kept_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    refusal = understand(RetryAfter(7))
    assert (refusal.fate, refusal.retry_after) == (Fate.LATER, dt.timedelta(seconds=7))


@pytest.mark.parametrize(
    "error", [Forbidden("bot was blocked by the user"), BadRequest("Chat not found"), ChatMigrated(-100)]
)
def test_a_closed_chat_is_never_tried_again(error: TelegramError) -> None:
    refusal = understand(error)
    assert (refusal.fate, refusal.chat_is_closed) == (Fate.NEVER, True)


def test_a_message_that_telegram_will_never_take_is_not_tried_again() -> None:
    refusal = understand(BadRequest("BUTTON_DATA_INVALID"))
    assert (refusal.fate, refusal.chat_is_closed) == (Fate.NEVER, False)


@pytest.mark.parametrize(
    "error",
    [
        NetworkError("Internal Server Error (500)"),
        caused(NetworkError("Bad Gateway (502)"), TelegramError("Invalid server response")),
        caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused")),
        caused(PtbTimedOut(), httpx.ConnectTimeout("slow")),
        caused(PtbTimedOut(), httpx.PoolTimeout("full")),
        InvalidToken("Unauthorized"),
    ],
)
def test_what_telegram_surely_has_not_taken_is_tried_later(error: Exception) -> None:
    assert understand(error).fate == Fate.LATER


@pytest.mark.parametrize(
    "error",
    [
        caused(PtbTimedOut(), httpx.ReadTimeout("slow")),
        caused(PtbTimedOut(), httpx.WriteTimeout("slow")),
        caused(NetworkError("httpx.ReadError"), httpx.ReadError("reset")),
        caused(NetworkError("httpx.RemoteProtocolError"), httpx.RemoteProtocolError("gone")),
        caused(NetworkError("Unknown error"), ValueError("?")),
        TelegramError("Invalid server response"),
        AttributeError("'NoneType' object has no attribute 'get'"),
    ],
)
def test_what_may_have_arrived_is_perhaps_sent(error: Exception) -> None:
    assert understand(error).fate == Fate.PERHAPS_SENT


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NetworkError("Internal Server Error (500)"), "server_error"),
        (caused(NetworkError("Bad Gateway (502)"), TelegramError("Invalid server response")), "server_error"),
        (caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused")), "network"),
        (caused(PtbTimedOut(), httpx.ReadTimeout("slow")), "network"),
        (BadRequest("Chat not found"), "refused"),
        (Forbidden("bot was blocked by the user"), "refused"),
        (InvalidToken("Unauthorized"), "refused"),
    ],
)
def test_errors_are_counted_by_few_kinds(error: Exception, kind: str) -> None:
    assert kind_of(error) == kind


def test_a_slower_pace_is_a_kind_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    assert kind_of(RetryAfter(7)) == "too_many_requests"


def test_the_bots_token_is_not_in_the_reason() -> None:
    assert "123456:SECRET" not in understand(InvalidToken("The token `123456:SECRET` was rejected")).reason
