"""Ranks by the mean: of enough ratings only, and with the ranks from which an interval does not tell a row apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desk.figures.ratings import RatingFigures
from desk.figures.statistics import Interval

K = TypeVar("K")
#: Means that differ by less are the same mean, reckoned in another order.
_DIGITS = 9


@dataclass(frozen=True)
class Standing:
    """``rank`` is 1 for the highest mean; the same mean has the same rank.

    ``overlaps`` are the ranks of the others whose intervals overlap with this one's, in order and each once: from
    these it is not told apart.
    """

    rank: int
    overlaps: tuple[int, ...]


def ranked(rated: Mapping[K, RatingFigures]) -> dict[K, Standing]:
    """The standing of all of whom enough was judged, the highest first; nobody's where there are not two of them."""
    enough = {key: figures for key, figures in rated.items() if figures.is_enough}
    if len(enough) < 2:
        return {}
    means = {key: round(figures.mean or 0.0, _DIGITS) for key, figures in enough.items()}
    order = sorted(enough, key=lambda key: -means[key])
    ranks: dict[K, int] = {}
    for place, key in enumerate(order):
        is_tie = place > 0 and means[order[place - 1]] == means[key]
        ranks[key] = ranks[order[place - 1]] if is_tie else place + 1
    intervals = {key: figures.mean_interval for key, figures in enough.items()}
    return {
        key: Standing(ranks[key], _overlapping(intervals[key], ((ranks[k], intervals[k]) for k in order if k != key)))
        for key in order
    }


def _overlapping(own: Interval | None, others: Iterable[tuple[int, Interval | None]]) -> tuple[int, ...]:
    found = {rank for rank, other in others if own and other and own.low <= other.high and other.low <= own.high}
    return tuple(sorted(found))


def in_stretches(numbers: Sequence[int]) -> str:
    """Numbers in order in few letters: 1-3, 5."""
    stretches: list[list[int]] = []
    for number in numbers:
        if stretches and number == stretches[-1][-1] + 1:
            stretches[-1] = [stretches[-1][0], number]
        else:
            stretches.append([number])
    return ", ".join("–".join(map(str, stretch)) for stretch in stretches)
