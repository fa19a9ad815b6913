"""What one sender may still send: an allowance that may be used up at once and fills again evenly over a minute."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

#: So many senders are remembered; the one that was heard of longest ago, whose allowance is whole again in all
#: likelihood, is forgotten first.
REMEMBERED = 50_000
#: By so many seconds two messages of a sender may arrive in the wrong order. More: the clock was put back.
DISORDER = 120.0
_MINUTE = 60.0
#: What is left is reckoned in small steps, whose sum may fall short of a whole one by so much.
_WHOLE = 1 - 1e-6


@dataclass
class _Bucket:
    left: float
    at: float
    shut_until: float = -math.inf


class Buckets:
    """Allowances by sender. Moments are seconds of any clock, the same for all calls; not to be used by two threads."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._held: dict[Hashable, _Bucket] = {}

    def take(self, sender: Hashable, a_minute: int, at: float, pause: float = 0.0) -> float:
        """Take one of the sender's allowance; returns 0, or the seconds after which there is something to take again.

        With a ``pause`` a sender who finds nothing left is refused for so many seconds, whatever fills up meanwhile.
        """
        bucket = self._held.pop(sender, None) or _Bucket(float(a_minute), at)
        self._held[sender] = bucket  # at the end: heard of last
        if len(self._held) > self._remembered:
            del self._held[next(iter(self._held))]
        _fill(bucket, a_minute, at, pause)
        if bucket.shut_until > at:
            return bucket.shut_until - at
        if bucket.left >= _WHOLE:
            bucket.left -= 1
            return 0.0
        bucket.shut_until = at + pause
        return max(pause, (1 - bucket.left) * _MINUTE / a_minute)

    def give_back(self, sender: Hashable) -> None:
        """What was taken last has come to nothing."""
        if sender in self._held:
            self._held[sender].left += 1

    def __len__(self) -> int:
        return len(self._held)


def _fill(bucket: _Bucket, a_minute: int, at: float, pause: float) -> None:
    if at < bucket.at - DISORDER:
        bucket.at, bucket.shut_until = at, min(bucket.shut_until, at + pause)
    passed = max(0.0, at - bucket.at)
    bucket.left = min(float(a_minute), bucket.left + passed * a_minute / _MINUTE)
    bucket.at = max(bucket.at, at)
