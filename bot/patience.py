"""Waiting longer after each failure, and saying so once for each change instead of once for each try."""

from __future__ import annotations

import logging
import random

log = logging.getLogger(__name__)


class Patience:
    """How something that keeps failing is tried again.

    ``failed`` returns the seconds to wait, doubled each time up to ``longest`` and spread by half, so that several
    processes do not come back at the same moment. Only the first failure, one of another kind, and the recovery are
    logged; never the message of an error, in which a token or a person's words may stand.
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
        return wait * random.uniform(0.5, 1.0)

    def worked(self) -> None:
        if self._failures:
            log.info("%s works again after %d failures", self._what, self._failures)
        self._failures, self._kind = 0, ""
