"""Waiting longer after each failure, and saying so once for each change instead of once for each try."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from telegram.error import RetryAfter

log = logging.getLogger(__name__)


class Patience:
    """How something that keeps failing is tried again.

    ``failed`` returns the seconds to wait, doubled each time up to ``longest`` and spread by half, so that several
    processes do not come back at the same moment; never less than Telegram asks for. Only a first failure, one of
    another kind, and the recovery are logged.
    """

    def __init__(self, what: str, *, first: float = 0.5, longest: float = 30.0) -> None:
        self._what = what
        self._first = first
        self._longest = longest
        self._failures = 0
        self._kind = ""

    def failed(self, error: BaseException) -> float:
        kind = type(error).__name__
        if kind != self._kind:
            log.warning("%s fails (%s) and is tried again", self._what, kind)
        self._kind = kind
        wait = min(self._first * 2.0 ** min(self._failures, 16), self._longest)
        self._failures += 1
        return max(wait * random.uniform(0.5, 1.0), _asked_for(error))

    def worked(self) -> None:
        if self._failures:
            log.info("%s works again (failures in between: %d)", self._what, self._failures)
        self._failures, self._kind = 0, ""


def _asked_for(error: BaseException) -> float:
    """The seconds that Telegram asks to wait, where it does."""
    if not isinstance(error, RetryAfter):
        return 0.0
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, dt.timedelta) else float(asked)


async def until_done(what: str, act: Callable[[], Awaitable[object]], errors: type[Exception]) -> None:
    """Try until it works, however long that takes, while it raises one of these errors."""
    patience = Patience(what)
    while True:
        try:
            await act()
        except errors as error:
            await asyncio.sleep(patience.failed(error))
        else:
            patience.worked()
            return


def where(error: BaseException) -> str:
    """The kind of an error and the lines that led to it.

    Its message is left out: a person's words or the bot's token may stand in it.
    """
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    lines = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {lines}" if lines else type(error).__name__
