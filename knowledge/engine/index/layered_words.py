"""BM25 scores of very many texts and a few later ones behind them: the many are not gone through when one comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from knowledge.engine.index.lexical import LexicalIndex, Scores, is_syllable, rarities, weight_of
from knowledge.engine.index.splice import NEW, Splice

Counted = Mapping[str, int]
#: Further digits of a share differ by the order in which it was added up.
_DIGITS = 12


class LayeredWords:
    """Scores as a LexicalIndex of all of them gives; immutable after it is made.

    How many texts have a term is counted over all that are there. How long texts are on average is still that of the
    many: a few among them do not change it by much, until they are made one.
    """

    def __init__(self, first: LexicalIndex) -> None:
        self._first = first
        self._later = LexicalIndex([], first.average)
        self._gone: Counter[str] = Counter()
        self._count = first.size

    def added(self, gone: Iterable[Counted], come: Sequence[Counted]) -> LayeredWords:
        """The same with these texts behind; those that are ``gone`` stay in their places and do not count."""
        left = list(gone)
        added = LayeredWords.__new__(LayeredWords)
        added._first = self._first
        source = np.append(np.arange(self._later.size), np.full(len(come), NEW))
        added._later = self._later.spliced(Splice(source, self._later.size), come)
        added._gone = self._gone + Counter(term for counted in left for term in counted)
        added._count = self._count - len(left) + len(come)
        return added

    def scores(self, query: Counted) -> Scores:
        """One score a text, not below 0; those that are gone have one, too."""
        had_by = self._had_by(query)
        found = rarities(np.array(list(had_by.values()), dtype=np.int64), self._count).tolist()
        weights = {term: weight_of(term) * rarity for term, rarity in zip(had_by, found, strict=True)}
        return self._both(weights, counting=True)

    def coverage(self, query: Counted) -> Scores:
        """The share (0 to 1) of the query's syllables, weighed by rarity, that each text has."""
        wanted = [term for term in query if is_syllable(term)]
        had_by = self._had_by(wanted)
        found = rarities(np.array(list(had_by.values()), dtype=np.int64), self._count).tolist()
        rarest = float(rarities(np.zeros(1), self._count)[0])
        total = sum(found) + (len(wanted) - len(had_by)) * rarest
        shares = self._both(dict(zip(had_by, found, strict=True)), counting=False)
        # Texts of both that have the same words have the same share, however it was added up.
        return np.round(shares / total if total else shares, _DIGITS)

    def knows(self, term: str) -> bool:
        return bool(self._had_by([term]))

    def _had_by(self, query: Iterable[str]) -> dict[str, int]:
        """How many texts that are there have each of the terms; those that none has are left out."""
        counts = {term: self._first.had_by(term) + self._later.had_by(term) - self._gone.get(term, 0) for term in query}
        return {term: count for term, count in counts.items() if count > 0}

    def _both(self, weights: Mapping[str, float], *, counting: bool) -> Scores:
        return np.concatenate([each.added_up(weights, counting=counting) for each in (self._first, self._later)])
