"""What a publication changes: the versions that are gone, and those that have come."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from desk.ports import PublishedEntry
from knowledge.engine.index.pieces import Pieces
from knowledge.engine.index.runs import spread_out
from knowledge.engine.index.splice import NEW, Splice

#: Where more than this share of the versions changes, all is made anew; a few may always change.
_SHARE = 0.1
_FEW = 10


class Addition:
    """What is put behind very many versions that keep their places, and which of them are no longer there."""

    def __init__(
        self, before: Sequence[PublishedEntry], gone: NDArray[np.bool_], after: Sequence[PublishedEntry]
    ) -> None:
        """``gone`` says which of those ``before`` were not there any more."""
        # What did not change are the same objects: only the others are looked at one by one.
        places = dict(zip(map(id, before), range(len(before)), strict=True))
        others = [one for one in after if id(one) not in places or gone[places[id(one)]]]
        not_there = places.keys() - set(map(id, after))
        left = {place for place in (places[each] for each in not_there) if not gone[place]}
        entries, come = list(before), []
        by_name = {(before[place].entry, before[place].version): place for place in left}
        for one in others:
            was = by_name.pop((one.entry, one.version), NEW)
            if was == NEW or not _same(one, before[was]):
                come.append(one)
            else:
                left.remove(was)
                entries[was] = one  # its days are others
        self.before = before
        self.come = Pieces(come)
        #: Places of those that are gone since, and the names of all entries of which something changed.
        self.left = np.array(sorted(left), dtype=np.int64)
        self.touched = {one.entry for one in others} | {before[place].entry for place in left}
        self.gone = np.append(gone, np.zeros(len(come), dtype=np.bool_))
        self.gone[self.left] = True
        self.entries = [*entries, *come]

    @property
    def is_small(self) -> bool:
        """Whether taking it up is less than making all anew."""
        return len(self.left) + self.come.entries <= max(_FEW, _SHARE * len(self.before))

    @cached_property
    def lost(self) -> Pieces:
        return Pieces([self.before[place] for place in self.left.tolist()])


class Change:
    """From the versions that are indexed to those that are published."""

    def __init__(self, before: Sequence[PublishedEntry], after: Sequence[PublishedEntry]) -> None:
        places = {(one.entry, one.version): place for place, one in enumerate(before)}
        source = np.full(len(after), NEW, dtype=np.int64)
        for place, one in enumerate(after):
            was = places.get((one.entry, one.version), NEW)
            if was != NEW and _same(one, before[was]):
                source[place] = was
        self._before = before
        self.entries = after
        self.versions = Splice(source, len(before))

    @property
    def is_small(self) -> bool:
        """Whether taking it up is less than making all anew, and possible: what stays must keep its order."""
        kept = self.versions.source[self.versions.source != NEW]
        changed = len(self.versions.source) + len(self._before) - 2 * len(kept)
        return bool((np.diff(kept) > 0).all()) and changed <= max(_FEW, _SHARE * len(self._before))

    @cached_property
    def come(self) -> Pieces:
        return Pieces([self.entries[place] for place in self.versions.fresh.tolist()])

    @cached_property
    def gone(self) -> Pieces:
        return Pieces([self._before[place] for place in self.versions.gone.tolist()])

    def passages(self, sizes: NDArray[np.int64]) -> Splice:
        """The same passage by passage; ``sizes`` is how many each of the versions before has."""
        source, fresh = self.versions.source, self.versions.source == NEW
        lengths = np.zeros(len(source), dtype=np.int64)
        lengths[~fresh], lengths[fresh] = sizes[source[~fresh]], self.come.sizes
        starts = np.cumsum(sizes) - sizes
        found = spread_out(np.where(fresh, 0, starts[source] if len(starts) else 0), lengths)
        found[np.repeat(fresh, lengths)] = NEW
        return Splice(found, int(sizes.sum()))


def _same(one: PublishedEntry, other: PublishedEntry) -> bool:
    """Whether they say the same, be it for other days."""
    return one.record is other.record or one.record == other.record
