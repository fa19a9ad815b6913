"""Finds passages by their words: BM25 over folded syllables, pairs of syllables, and exact accents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.postings import MEASURING, Postings
from knowledge.engine.index.splice import Splice
from knowledge.engine.writing.text import bigrams, folded_word, stem, syllables

K1, B = 1.5, 0.75
#: What a match of each kind of term counts for.
_SYLLABLE_WEIGHT = MEASURING
PAIR_WEIGHT = 0.5
ACCENT_WEIGHT = 0.3
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
        self._weigh(Postings.of(counted, weight_of))

    def spliced(self, splice: Splice, counted: Iterable[Mapping[str, int]]) -> LexicalIndex:
        """The index of the next list of texts, the same as one made whole; ``counted`` gives what is new in it."""
        spliced = LexicalIndex.__new__(LexicalIndex)
        spliced._weigh(self._postings.spliced(splice, counted, weight_of))
        return spliced

    def _weigh(self, postings: Postings) -> None:
        """Everything that depends on the whole collection; little beside finding the terms of all texts."""
        self._postings = postings
        self.size = postings.size
        self._rarest = float(self._rarities(np.zeros(1))[0])
        self._weights = (postings.weights * self._rarities(postings.had_by)).astype(np.float32)
        self._worth = _saturated(postings)
        self._ends = np.cumsum(postings.had_by)
        common = np.flatnonzero(postings.had_by > (self.size * _COMMON if self.size > _SMALL else 0))
        self._row_of = np.full(len(postings.weights), -1, dtype=np.int32)
        self._row_of[common] = np.arange(len(common))
        self._rows = np.zeros((len(common), self.size), dtype=np.float32)
        if self.size <= _SMALL:
            self._rows[np.repeat(self._row_of, postings.had_by), postings.places] = self._worth
            return
        for row, span in zip(self._rows, self._spans(common), strict=True):  # few, and of many texts each
            row[postings.places[span]] = self._worth[span]

    def _spans(self, numbers: NDArray[np.int64]) -> list[slice]:
        """Where the texts of each of these terms are."""
        ends = self._ends[numbers]
        starts = ends - self._postings.had_by[numbers]
        return [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def scores(self, query: Mapping[str, int]) -> Scores:
        """One score a text, not below 0; higher is nearer, comparable within one query only."""
        numbers = self._known(query)
        return self._added(numbers, self._weights[numbers], counting=True)

    def coverage(self, query: Mapping[str, int]) -> Scores:
        """The share (0 to 1) of the query's syllables, weighed by rarity, that each text has."""
        wanted = [term for term in query if is_syllable(term)]
        numbers = self._known(wanted)
        rarities = self._rarities(self._postings.had_by[numbers])
        total = float(rarities.sum()) + (len(wanted) - len(numbers)) * self._rarest
        found = self._added(numbers, rarities, counting=False)
        return found / total if total else found

    def knows(self, term: str) -> bool:
        return len(self._known([term])) > 0

    def _known(self, query: Iterable[str]) -> NDArray[np.int64]:
        """The numbers of the terms that some text has."""
        found = map(self._postings.vocabulary.get, query)
        numbers = np.array([number for number in found if number >= 0], dtype=np.int64)
        return numbers[self._postings.had_by[numbers] > 0]

    def _added(self, numbers: NDArray[np.int64], weights: NDArray[np.floating], *, counting: bool) -> Scores:
        """The weights of the terms that each text has, added up; ``counting``: by how often it has them."""
        rows = self._row_of[numbers]
        rare = rows < 0
        found: Scores = np.zeros(self.size)
        if rare.any():
            spans = self._spans(numbers[rare])
            each = np.repeat(weights[rare], [span.stop - span.start for span in spans])
            if counting:
                each *= np.concatenate([self._worth[span] for span in spans])
            places = np.concatenate([self._postings.places[span] for span in spans])
            found += np.bincount(places, each, minlength=self.size)
        if not rare.all():
            common = self._rows[rows[~rare]]
            found += weights[~rare] @ (common if counting else common > 0)
        return found

    def _rarities(self, had_by: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
        """The inverse document frequency of terms that so many texts have; one that none has is the rarest."""
        return np.log(1 + (self.size - had_by + 0.5) / (had_by + 0.5))


def _saturated(postings: Postings) -> NDArray[np.float32]:
    """What a count is worth in its text: less for each further occurrence, and less in a long text."""
    lengths = postings.lengths
    average = lengths.mean() if lengths.any() else 1.0
    damping = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
    counts = postings.counts.astype(np.float32)
    worth: NDArray[np.float32] = counts * np.float32(K1 + 1)
    counts += damping[postings.places]
    worth /= counts
    return worth
