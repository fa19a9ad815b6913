"""Which of the versions of entries take part in a search of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from desk.ports import PublishedEntry
from knowledge.engine.index.change import Addition

#: The last day there is: of a version that has no known end.
_NEVER = dt.date.max.toordinal()


class Days:
    """The first and last day of each version, in the order of the versions; never changed after it is made."""

    def __init__(self, entries: Sequence[PublishedEntry]) -> None:
        self._from, self._to = _days(entries)
        self._is_newest = np.zeros(len(entries), dtype=np.bool_)
        self._is_newest[list(_newest(entries, range(len(entries))))] = True
        self._newest = _some(self._is_newest)

    def added(self, addition: Addition) -> Days:
        """Those after versions were put behind; what is gone is served on no day."""
        entries, touched = addition.entries, addition.touched
        behind = len(entries) - len(self._from)
        places = [place for place, one in enumerate(entries) if one.entry in touched]
        added = Days.__new__(Days)
        added._from, added._to = (np.append(days, np.zeros(behind, dtype=np.int32)) for days in (self._from, self._to))
        added._from[places], added._to[places] = _days([entries[place] for place in places])
        added._to[addition.gone] = 0
        added._is_newest = np.append(self._is_newest, np.zeros(behind, dtype=np.bool_))
        added._is_newest[places] = False
        there = [place for place in places if not addition.gone[place]]
        added._is_newest[list(_newest(entries, there))] = True
        added._newest = _some(added._is_newest)
        return added

    def taking_part(self, as_of: dt.date | None) -> NDArray[np.int64] | None:
        """Positions of the versions that are served on the day, in their order; None where all are.

        Without a day: of each entry the version that begins last.
        """
        if as_of is None:
            return self._newest
        day = as_of.toordinal()
        return _some((self._from <= day) & (day <= self._to))


def _days(entries: Sequence[PublishedEntry]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    first = np.array([one.from_.toordinal() for one in entries], dtype=np.int32)
    last = np.array([one.to.toordinal() if one.to else _NEVER for one in entries], dtype=np.int32)
    return first, last


def _newest(entries: Sequence[PublishedEntry], places: Iterable[int]) -> Iterable[int]:
    """Of these places, for each entry that of the version that begins last."""
    in_order = sorted(places, key=lambda place: (entries[place].from_, entries[place].version))
    return {entries[place].entry: place for place in in_order}.values()


def _some(chosen: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    return None if chosen.all() else np.flatnonzero(chosen)
