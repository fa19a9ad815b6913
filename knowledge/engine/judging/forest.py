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
            depth=max(map(_depth, trees)),
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
        trees, nodes = self.feature.shape
        # Nodes are numbered through all trees, and numbers of a row through all rows: taking from one long array is
        # several times faster than from a table by row and column, and this is done for every search.
        first = np.arange(0, trees * nodes, nodes)
        starts = np.arange(0, rows.size, rows.shape[1])[:, None]
        at = np.zeros((len(rows), trees), dtype=np.int64) + first
        for _ in range(self.depth):
            goes_left = rows.take(self.feature.take(at) + starts) <= self.threshold.take(at)
            at = np.where(goes_left, self.left.take(at), self.right.take(at)) + first
        raw = self.baseline + self.value.take(at).sum(axis=1)
        found: NDArray[np.float64] = 1 / (1 + np.exp(-raw))
        return found


def _depth(tree: Sequence[Sequence[float]], node: int = 0) -> int:
    """How many steps lead from a node to the leaf that is furthest from it."""
    _, _, left, right, _ = tree[node]
    if left == node:
        return 0
    return 1 + max(_depth(tree, int(left)), _depth(tree, int(right)))
