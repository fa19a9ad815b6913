"""A search that is begun before it is asked for, while the desk still finds out who gets the message."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from desk import beside
from desk.guidance.record import Language
from desk.ports import GuidanceSearch, SearchResult

#: Seconds after which what was found is too old to be asked for, and how many are kept that nobody asked for.
FRESH_FOR, KEPT = 5.0, 32
_Asked = tuple[str, Language, int, dt.date | None]


class SearchAhead:
    """Implements desk.ports.GuidanceSearch over another; may be used by several threads."""

    def __init__(self, search: GuidanceSearch, seconds: Callable[[], float] = time.monotonic) -> None:
        self._search = search
        self._seconds = seconds
        self._begun: dict[_Asked, tuple[float, Future[SearchResult]]] = {}
        self._lock = threading.Lock()

    def begin(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> None:
        """Search what will be asked for in a moment; returns at once and never fails."""
        asked = (text, language, limit, as_of)
        with self._lock:
            fresh = [(one, begun) for one, begun in self._begun.items() if not self._is_old(begun[0])]
            self._begun = dict(fresh[-KEPT + 1 :])
            self._begun[asked] = self._seconds(), beside.begin(self._search.search, *asked)

    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        """What was begun, where it was, a moment ago and for this one; else a search. Raises SearchUnavailable."""
        asked = (text, language, limit, as_of)
        with self._lock:
            begun_at, begun = self._begun.pop(asked, (0.0, None))
        if begun is None or self._is_old(begun_at):
            return self._search.search(*asked)
        return begun.result()

    def _is_old(self, begun_at: float) -> bool:
        return self._seconds() - begun_at >= FRESH_FOR
