"""How one list becomes the next where little changed: stretches of the old one, and what is new between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

_Items = TypeVar("_Items")
#: Of an item of the new list that the old one does not have.
NEW = -1


class Splice:
    """Where each item of the new list was in the old one, whose items keep their order; immutable."""

    def __init__(self, source: NDArray[np.int64], before: int) -> None:
        """``source`` has for each new position the old one, or NEW; ``before`` is how many there were."""
        self.source = source
        self.before = before
        self.size = len(source)

    @cached_property
    def fresh(self) -> NDArray[np.int64]:
        """Positions of what is new."""
        return np.flatnonzero(self.source == NEW)

    @cached_property
    def gone(self) -> NDArray[np.int64]:
        """Old positions of what is no longer there."""
        return np.flatnonzero(self.moved < 0)

    @cached_property
    def moved(self) -> NDArray[np.int32]:
        """The new position of each old item; negative where it is gone."""
        moved = np.full(self.before, -1, dtype=np.int32)
        kept = np.flatnonzero(self.source != NEW)
        moved[self.source[kept]] = kept
        return moved

    @cached_property
    def _stretches(self) -> list[tuple[bool, slice]]:
        """Whether a stretch of the new list is new, and where it lies in the old list or among what is new."""
        if not self.size:
            return []
        is_new = self.source == NEW
        place = np.where(is_new, np.cumsum(is_new) - 1, self.source)
        breaks = np.flatnonzero((np.diff(place) != 1) | (is_new[1:] != is_new[:-1])) + 1
        starts, ends = [0, *breaks.tolist()], [*breaks.tolist(), self.size]
        return [
            (bool(is_new[start]), slice(int(place[start]), int(place[start]) + end - start))
            for start, end in zip(starts, ends, strict=True)
        ]

    def array(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """The next array, by rows, from the old one and the rows of what is new; of the type of the old one."""
        pieces = [(new if is_new else old)[stretch] for is_new, stretch in self._stretches]
        return np.concatenate(pieces).astype(old.dtype, copy=False) if pieces else old[:0]

    def items(self, old: Sequence[_Items], new: Sequence[_Items]) -> list[_Items]:
        """The next list from the old one and what is new."""
        found: list[_Items] = []
        for is_new, stretch in self._stretches:
            found += (new if is_new else old)[stretch]
        return found
