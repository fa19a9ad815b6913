"""BM25 scores of a few of very many texts: text by text, each with its terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.few import Scores
from knowledge.engine.index.lexical import average_of, rarities, saturated, weight_of
from knowledge.engine.index.postings import MEASURING, Vocabulary, lengths_of, read
from knowledge.engine.index.sampled import Sampled, Weighed


class TextTerms:
    """Scores as lexical.LexicalIndex gives them, for texts that are named; immutable after it is made."""

    def __init__(self, counted: Iterable[Mapping[str, int]]) -> None:
        """``counted`` gives each text's terms as ``lexical.terms`` does; none is kept, so that millions may go by."""
        numbers: dict[str, int] = {}
        self._terms, texts, counts, size = read(counted, lambda term: numbers.setdefault(term, len(numbers)))
        of_terms = np.fromiter(map(weight_of, numbers), dtype=float, count=len(numbers))
        lengths = lengths_of(texts, counts * (of_terms == MEASURING)[self._terms], size)
        had_by = np.bincount(self._terms, minlength=len(numbers))
        weights = (of_terms * rarities(had_by, size)).astype(np.float32)
        self._weighed = Weighed(Vocabulary(numbers, {}), had_by, weights)
        self._worth = saturated(counts, texts, lengths, average_of(lengths))
        self._sizes = np.bincount(texts, minlength=size)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def scores(self, query: Iterable[str], positions: NDArray[np.int64]) -> Scores:
        """One score for each of the texts at these positions, of which there is one; not below 0, higher is nearer."""
        wanted = np.zeros(len(self._weighed.weights), dtype=np.float32)
        numbers = self._weighed.known(query)
        wanted[numbers] = self._weighed.weights[numbers]
        terms, worth, sizes = self._of(positions)
        worth = wanted[terms] * worth
        ends = np.cumsum(sizes)
        # Where a text has no terms its sum is that of the next one: it is put right after.
        found = np.add.reduceat(np.append(worth, np.float32(0)), ends - sizes) if len(sizes) else worth
        return np.where(sizes > 0, found, 0).astype(np.float64)

    def _of(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
        """The terms of these texts and what each is worth, text by text, and how many each text has."""
        sizes = self._sizes[positions]
        # Neighbours are taken at once: to take them by slices is several times as fast as place by place.
        breaks = np.flatnonzero(np.diff(positions) != 1) + 1
        firsts, lasts = positions[np.append(0, breaks)], positions[np.append(breaks, len(positions)) - 1]
        starts, ends = self._starts[firsts], self._starts[lasts] + self._sizes[lasts]
        stretches = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        terms, worth = ([of[stretch] for stretch in stretches] for of in (self._terms, self._worth))
        return np.concatenate(terms), np.concatenate(worth), sizes

    def sampled(self, positions: NDArray[np.int64]) -> Sampled:
        """These texts by themselves, measured as they are here."""
        terms, worth, sizes = self._of(positions)
        return Sampled(self._weighed, terms, np.repeat(np.arange(len(positions)), sizes), worth, len(positions))
