"""How high the right ones stand in a list that a search gave, best first; every figure lies between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def first_rank(found: Sequence[str], relevant: Collection[str]) -> int | None:
    """The place, from 1, of the first that is relevant; None where none is."""
    return next((place for place, id in enumerate(found, start=1) if id in relevant), None)


def hit(rank: int | None, depth: int) -> float:
    """1 where a relevant one is among the first ``depth``, else 0."""
    return float(rank is not None and rank <= depth)


def reciprocal_rank(rank: int | None, depth: int = 10) -> float:
    """1 / rank, and 0 where the rank is beyond ``depth``."""
    return 1 / rank if rank is not None and rank <= depth else 0.0


def ndcg(found: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """The discounted gain of the relevant ones, each worth 1, as a share of the best order's; 0 for none."""
    gained = sum(1 / math.log2(place + 1) for place, id in enumerate(found[:depth], start=1) if id in relevant)
    best = sum(1 / math.log2(place + 1) for place in range(1, min(depth, len(relevant)) + 1))
    return gained / best if best else 0.0
