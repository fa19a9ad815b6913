"""Where a new question belongs: in the group of the question that asks the same, or in one of its own. No store.

Vectors choose which earlier questions are looked at; whether one of them asks the same is asked of the likeness, which
knows more than they do. A group never changes by this but in what joins it: docs/decisions/0037 says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: So many earlier questions, the nearest by their vectors, are looked at.
LOOKED_AT = 24
#: From this likeness (0 to 1) on two questions ask the same: docs/decisions/0037 says why, evaluation/gaps/ measures.
SAME = 0.6
#: So many of a group's questions, the likest, speak for it.
WEIGHED = 2


@dataclass(frozen=True)
class Placed:
    """An earlier question: its group and its words."""

    group: int
    text: str


@dataclass(frozen=True)
class Place:
    """The group that a question joins, and how like its questions are to it."""

    group: int
    likeness: float


def as_bytes(vector: Sequence[float]) -> bytes:
    """A vector as the store keeps it, half as large as it came; empty for one of no length."""
    import numpy as np  # a process that compares nothing does without it

    return np.asarray(vector, np.float32).tobytes() if any(vector) else b""


def nearest(vector: bytes, others: Sequence[bytes], most: int = LOOKED_AT) -> list[int]:
    """The places of the nearest of the others, the nearest first, of equals the earlier.

    Vectors of another length, made by another model, are near to none.
    """
    places = [place for place, other in enumerate(others) if len(other) == len(vector)]
    if not vector or not places:
        return []
    import numpy as np

    rows = _matrix([others[place] for place in places])
    cosines = rows @ np.frombuffer(vector, np.float32)
    order = np.argsort(-cosines, kind="stable")[:most]
    return [places[row] for row in order.tolist()]


def choose(
    looked_at: Sequence[Placed], likeness: Sequence[float], sizes: Mapping[int, int], same: float = SAME
) -> Place | None:
    """The group whose questions ask the same, the likest; None where a new one begins.

    ``likeness`` is that of each that was looked at, ``sizes`` how many questions each group has. A group is as like as
    the two likest of its questions are on average, or its only one is, so that one odd question draws in no others.
    """
    found: dict[int, list[float]] = defaultdict(list)
    for one, alike in zip(looked_at, likeness, strict=True):
        found[one.group].append(float(alike))
    best = [
        Place(group, sum(sorted(alike)[-WEIGHED:]) / min(WEIGHED, max(1, sizes.get(group, 1))))
        for group, alike in found.items()
    ]
    likest = max(best, key=lambda one: (one.likeness, -one.group), default=None)
    return likest if likest is not None and likest.likeness >= same else None


def _matrix(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(b"".join(vectors), np.float32).reshape(len(vectors), -1)
