"""Passages in runs of neighbours that belong together, by owner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.few import Scores, Sparse


class Runs:
    """Passages in runs of neighbours, the same number of runs for each owner: by language, by kind, or one of all."""

    def __init__(self, run_of: NDArray[np.int64], each: int = 1) -> None:
        """``run_of`` numbers the run of each passage, ``each`` runs an owner; raises ValueError where one has none."""
        runs = -(-int(run_of.max(initial=-1) + 1) // each) * each
        if (np.diff(run_of) < 0).any() or len(np.unique(run_of)) != runs:
            raise ValueError("passages are not in the order of their runs, or an owner has a run without any")
        self._each = each
        self._starts: NDArray[np.int64] = np.searchsorted(run_of, np.arange(runs))
        self._ends = np.append(self._starts[1:], len(run_of))[:runs]

    def added(self, other: Runs) -> Runs:
        """These and behind them the others."""
        both = Runs.__new__(Runs)
        both._each = self._each
        size = int(self._ends[-1]) if len(self._ends) else 0
        both._starts = np.append(self._starts, other._starts + size)
        both._ends = np.append(self._ends, other._ends + size)
        return both

    def best(self, scores: Scores) -> Scores:
        """The best score of each run, of shape (owners, runs of each); ``scores`` has one number a passage."""
        best = np.maximum.reduceat(scores, self._starts) if len(self._starts) else np.zeros(0)
        return best.reshape(-1, self._each)

    def positions(self, owners: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions of all passages of the owners, owner by owner."""
        return self.all_of(owners)[0]

    def all_of(self, owners: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of all passages of the owners, owner by owner, and where those of each begin among them."""
        starts, ends = self._starts[owners * self._each], self._ends[(owners + 1) * self._each - 1]
        lengths = ends - starts
        return spread_out(starts, lengths), np.cumsum(lengths) - lengths

    def owners(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Whose the passages at these positions are."""
        found: NDArray[np.int64] = np.searchsorted(self._starts, positions, side="right") - 1
        return found // self._each

    def nearest(
        self, owners: NDArray[np.int64], runs: Sequence[tuple[int, int]], scores: Scores | Sparse, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of the best passages of each owner within its runs from a first to a last, at most ``count``.

        They are best first, owner by owner for each of ``runs``; also where each such list begins among them.
        """
        firsts = np.concatenate([owners * self._each + first for first, _ in runs])
        lasts = np.concatenate([owners * self._each + last for _, last in runs])
        starts = self._starts[firsts]
        lengths = self._ends[lasts] - starts
        lists = np.repeat(np.arange(len(starts)), lengths)
        begins = np.cumsum(lengths) - lengths
        positions = spread_out(starts, lengths)
        positions = positions[np.lexsort((-scores[positions], lists))]
        kept = np.arange(len(lists)) - begins[lists] < count
        taken = np.minimum(lengths, count)
        return positions[kept], np.cumsum(taken) - taken


def spread_out(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """All positions of runs that begin at ``starts`` and are so long, run by run."""
    begins = np.cumsum(lengths) - lengths
    positions: NDArray[np.int64] = np.arange(lengths.sum()) + np.repeat(starts - begins, lengths)
    return positions
