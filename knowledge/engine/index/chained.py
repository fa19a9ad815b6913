"""A long list and a short one behind it, taken for one: the long one is never copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, overload

_Item = TypeVar("_Item")


class Chained(Sequence[_Item]):
    """Never changed after it is made."""

    def __init__(self, first: Sequence[_Item], later: list[_Item]) -> None:
        self._first, self._later = first, later

    @classmethod
    def behind(cls, items: Sequence[_Item], more: list[_Item]) -> Chained[_Item]:
        """The items with more behind them."""
        return cls(items._first, items._later + more) if isinstance(items, Chained) else cls(items, more)

    def __len__(self) -> int:
        return len(self._first) + len(self._later)

    @overload
    def __getitem__(self, place: int) -> _Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[_Item]: ...
    def __getitem__(self, place: int | slice) -> _Item | Sequence[_Item]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return self._first[place] if place < len(self._first) else self._later[place - len(self._first)]
