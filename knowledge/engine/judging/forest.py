"""A gradient-boosted forest of small decision trees, read from a data file and evaluated with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Forest:
    """Trees side by side: each array has one row a tree and one column a node; the first node is the root.

    A row of features goes left where its ``feature`` is at most the ``threshold``; a leaf leads to itself and has
    the ``value`` that is added up.
    """

    features: tuple[str, ...]
    baseline: float
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    depth: int

    @classmethod
    def of(cls, features: Sequence[str], baseline: float, trees: Sequence[Sequence[Sequence[float]]]) -> Forest:
        """``trees`` holds nodes as (feature, threshold, left, right, value); a leaf names itself as left and right."""
        longest = max(len(tree) for tree in trees)
        nodes = np.zeros((len(trees), longest, 5))
        for place, tree in enumerate(trees):
            nodes[place, : len(tree)] = tree
        feature, threshold, left, right, value = np.moveaxis(nodes, 2, 0)
        return cls(
            tuple(features),
            baseline,
            feature.astype(np.int64),
            threshold,
            left.astype(np.int64),
            right.astype(np.int64),
            value,
            depth=longest // 2 + 1,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Forest:
        """Raises ValueError when the data is no forest."""
        match data:
            case {"features": list(features), "baseline": float(baseline), "trees": list(trees)} if trees:
                return cls.of(features, baseline, trees)
        raise ValueError("this is no forest")

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """One probability (0 to 1) a row; ``rows`` has the columns that ``features`` names."""
        trees = np.arange(len(self.feature))[None, :]
        at = np.zeros((len(rows), len(self.feature)), dtype=np.int64)
        across = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[across, self.feature[trees, at]] <= self.threshold[trees, at]
            following = np.where(goes_left, self.left[trees, at], self.right[trees, at])
            if (following == at).all():
                break
            at = following
        raw = self.baseline + self.value[trees, at].sum(axis=1)
        found: NDArray[np.float64] = 1 / (1 + np.exp(-raw))
        return found
