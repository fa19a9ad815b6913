"""What many together may send in a minute: when it is used up, those who had less than an equal part still get in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

#: So many minutes back a message may be late. More: the clock was put back.
LATE = 5
_MINUTE = 60


@dataclass
class _Group:
    taken: int = 0
    members: Counter[Hashable] = field(default_factory=Counter)


class Shares:
    """Groups of senders, each group with a limit. Moments are seconds since 1970; not to be used by two threads.

    A group over its limit refuses whoever had an equal part of it, so that the busiest are refused first and no member
    takes what another has not used yet. In all a group gets twice its limit at most, and that only where one member
    was there before all others.
    """

    def __init__(self) -> None:
        self._minute = 0
        self._groups: dict[Hashable, _Group] = {}

    def take(self, group: Hashable, member: Hashable, a_minute: int, at: float) -> float:
        """Take one for a member of a group; returns 0, or the seconds until the next minute begins."""
        held = self._of_this_minute(group, int(at // _MINUTE))
        held.members[member] += 0  # whoever is refused has a part, too
        if held.taken >= a_minute and held.members[member] >= a_minute // len(held.members):
            return _MINUTE - at % _MINUTE
        held.taken += 1
        held.members[member] += 1
        return 0.0

    def give_back(self, group: Hashable, member: Hashable) -> None:
        """What was taken last has come to nothing."""
        held = self._groups.get(group)
        if held is not None and held.members[member] > 0:
            held.taken -= 1
            held.members[member] -= 1

    def _of_this_minute(self, group: Hashable, minute: int) -> _Group:
        if minute > self._minute or minute < self._minute - LATE:
            self._minute = minute
            self._groups.clear()
        return self._groups.setdefault(group, _Group())
