"""Which of the versions of entries take part in a search of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desk.ports import PublishedEntry

#: The last day there is: of a version that has no known end.
_NEVER = dt.date.max.toordinal()


class Days:
    """The first and last day of each version, in the order of the versions; never changed after it is made."""

    def __init__(self, entries: Sequence[PublishedEntry], gone: NDArray[np.bool_] | None = None) -> None:
        """Versions that are ``gone`` are served on no day."""
        self._from = np.array([one.from_.toordinal() for one in entries], dtype=np.int32)
        self._to = np.array([one.to.toordinal() if one.to else _NEVER for one in entries], dtype=np.int32)
        there = range(len(entries)) if gone is None else np.flatnonzero(~gone).tolist()
        in_order = sorted(there, key=lambda place: (entries[place].from_, entries[place].version))
        last = {entries[place].entry: place for place in in_order}
        if gone is not None:
            self._to[gone] = 0
        self._newest = _some(np.bincount(list(last.values()), minlength=len(entries)) > 0)

    def taking_part(self, as_of: dt.date | None) -> NDArray[np.int64] | None:
        """Positions of the versions that are served on the day, in their order; None where all are.

        Without a day: of each entry the version that begins last.
        """
        if as_of is None:
            return self._newest
        day = as_of.toordinal()
        return _some((self._from <= day) & (day <= self._to))


def _some(chosen: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    return None if chosen.all() else np.flatnonzero(chosen)
