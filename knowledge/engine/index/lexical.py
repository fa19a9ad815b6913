"""Finds passages by their words: BM25 over folded syllables, pairs of syllables, and exact accents."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.writing.text import bigrams, folded_word, stem, syllables

K1, B = 1.5, 0.75
#: What a match of each kind of term counts for.
_SYLLABLE_WEIGHT = 1.0
PAIR_WEIGHT = 0.5
ACCENT_WEIGHT = 0.3
#: A term that occurs more often than this in one text counts as occurring so often; it is saturated long before.
_MOST = 65_535
#: A term that more than this share of all texts have is kept as a number for every text.
_COMMON = 0.25
#: Of so few texts every term is kept so: what takes time is then the number of steps, not of texts.
_SMALL = 500

Scores = NDArray[np.float64]


def terms(text: str) -> Counter[str]:
    """The terms of a normalised text with how often each occurs.

    A folded syllable is itself, a pair has a space between its two, and "=" is before a syllable whose accents
    count: đường, đương and dương are different words that fold to one.
    """
    accented = syllables(text)
    folded = [folded_word(token) for token in accented]
    stems = [stem(token) for token in folded]
    found = Counter(stems)
    found.update(bigrams(stems))
    found.update(f"={token}" for token, bare in zip(accented, folded, strict=True) if bare != token)
    return found


def is_pair(term: str) -> bool:
    return " " in term


def is_syllable(term: str) -> bool:
    return not is_pair(term) and not term.startswith("=")


def weight_of(term: str) -> float:
    """What a match of the term counts for."""
    if is_pair(term):
        return PAIR_WEIGHT
    return _SYLLABLE_WEIGHT if is_syllable(term) else ACCENT_WEIGHT


class LexicalIndex:
    """BM25 scores of all texts of a collection at once; immutable after it is made.

    A term has the places of its texts and how much its count in each is worth; one that many texts have has a number
    for every text instead, which is gone through faster than it is looked up.
    """

    def __init__(self, counted: Iterable[Mapping[str, int]]) -> None:
        """``counted`` gives each text's terms as ``terms`` does; none is kept, so that millions may go by."""
        numbers: dict[str, int] = {}
        terms_found, counts_found, sizes = array("i"), array("H"), array("i")
        for of_text in counted:
            terms_found.extend(numbers.setdefault(term, len(numbers)) for term in of_text)
            counts_found.extend(min(count, _MOST) for count in of_text.values())
            sizes.append(len(of_text))
        self.size, self._numbers = len(sizes), numbers
        of_term = np.frombuffer(terms_found, dtype=np.int32) if terms_found else np.zeros(0, dtype=np.int32)
        self._had_by = np.bincount(of_term, minlength=len(numbers))
        weights = np.fromiter(map(weight_of, numbers), dtype=float, count=len(numbers))
        self._rarest = float(self._rarities(np.zeros(1))[0])
        self._weights = (weights * self._rarities(self._had_by)).astype(np.float32)
        order = np.argsort(of_term, kind="stable")
        places = np.repeat(np.arange(self.size, dtype=np.int32), np.array(sizes, dtype=np.int32))[order]
        counts = np.array(counts_found, dtype=np.float32)[order]
        of_term = of_term[order]
        worth = _saturated(counts, places, counts * (weights == _SYLLABLE_WEIGHT)[of_term], self.size)
        self._keep(of_term, places, worth)

    def _keep(self, of_term: NDArray[np.int32], places: NDArray[np.int32], worth: NDArray[np.float32]) -> None:
        """Common terms as rows of a number a text, the others as places and numbers one after the other."""
        common = self._had_by > (self.size * _COMMON if self.size > _SMALL else 0)
        self._row_of = np.where(common, np.cumsum(common) - 1, -1).astype(np.int32)
        in_rows = common[of_term]
        self._rows = np.zeros((int(common.sum()), self.size), dtype=np.float32)
        self._rows[self._row_of[of_term[in_rows]], places[in_rows]] = worth[in_rows]
        self._places, self._worth = places[~in_rows], worth[~in_rows]
        self._ends = np.cumsum(np.where(common, 0, self._had_by))

    def scores(self, query: Mapping[str, int]) -> Scores:
        """One score a text, not below 0; higher is nearer, comparable within one query only."""
        numbers = self._known(query)
        return self._added(numbers, self._weights[numbers], counting=True)

    def coverage(self, query: Mapping[str, int]) -> Scores:
        """The share (0 to 1) of the query's syllables, weighed by rarity, that each text has."""
        wanted = [term for term in query if is_syllable(term)]
        numbers = self._known(wanted)
        rarities = self._rarities(self._had_by[numbers])
        total = float(rarities.sum()) + (len(wanted) - len(numbers)) * self._rarest
        found = self._added(numbers, rarities, counting=False)
        return found / total if total else found

    def knows(self, term: str) -> bool:
        return term in self._numbers

    def _known(self, query: Iterable[str]) -> NDArray[np.int64]:
        found = map(self._numbers.get, query)
        return np.array([number for number in found if number is not None], dtype=np.int64)

    def _added(self, numbers: NDArray[np.int64], weights: NDArray[np.floating], *, counting: bool) -> Scores:
        """The weights of the terms that each text has, added up; ``counting``: by how often it has them."""
        rows = self._row_of[numbers]
        rare = rows < 0
        lengths, ends = self._had_by[numbers[rare]], self._ends[numbers[rare]]
        found: Scores = np.zeros(self.size)
        if lengths.size:
            spans = [slice(start, end) for start, end in zip((ends - lengths).tolist(), ends.tolist(), strict=True)]
            each = np.repeat(weights[rare], lengths)
            if counting:
                each *= np.concatenate([self._worth[span] for span in spans])
            places = np.concatenate([self._places[span] for span in spans])
            found += np.bincount(places, each, minlength=self.size)
        if not rare.all():
            common = self._rows[rows[~rare]]
            found += weights[~rare] @ (common if counting else common > 0)
        return found

    def _rarities(self, had_by: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
        """The inverse document frequency of terms that so many texts have; one that none has is the rarest."""
        return np.log(1 + (self.size - had_by + 0.5) / (had_by + 0.5))


def _saturated(
    counts: NDArray[np.float32], places: NDArray[np.int32], syllables_of: NDArray[np.float32], size: int
) -> NDArray[np.float32]:
    """What a count is worth in its text: less for each further occurrence, and less in a long text."""
    lengths = np.bincount(places, weights=syllables_of, minlength=size)
    average = lengths.mean() if lengths.any() else 1.0
    damping = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
    worth: NDArray[np.float32] = counts * np.float32(K1 + 1) / (counts + damping[places])
    return worth
