"""Some texts of a collection by themselves, by which it is told how the scores of all of them lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.few import Scores
from knowledge.engine.index.postings import Vocabulary
from knowledge.engine.index.runs import spread_out


@dataclass(frozen=True)
class Weighed:
    """The terms of a collection: their numbers, how many texts have each, and what a match of it counts for."""

    vocabulary: Vocabulary
    had_by: NDArray[np.int64]
    weights: NDArray[np.float32]

    def known(self, query: Iterable[str]) -> NDArray[np.int64]:
        """The numbers of the terms that some text has."""
        found = map(self.vocabulary.get, query)
        numbers = np.array([number for number in found if number >= 0], dtype=np.int64)
        return numbers[self.had_by[numbers] > 0]


class Sampled:
    """The scores of some texts of a collection, as the whole of it gives them; immutable after it is made."""

    def __init__(
        self,
        weighed: Weighed,
        terms: NDArray[np.signedinteger],
        texts: NDArray[np.signedinteger],
        worth: NDArray[np.float32],
        size: int,
    ) -> None:
        """``terms`` are those of each of the ``texts``, which are numbered up to ``size``; ``worth`` what each is."""
        order = np.argsort(terms, kind="stable")
        self._weighed, self._size = weighed, size
        self._texts, self._worth = texts[order], worth[order]
        self._had_by = np.bincount(terms, minlength=len(weighed.weights))
        self._starts = np.cumsum(self._had_by) - self._had_by

    def scores(self, query: Iterable[str]) -> Scores:
        """One score a text."""
        numbers = self._weighed.known(query)
        places = spread_out(self._starts[numbers], self._had_by[numbers])
        worth = np.repeat(self._weighed.weights[numbers], self._had_by[numbers]) * self._worth[places]
        return np.bincount(self._texts[places], worth, minlength=self._size).astype(np.float64)
