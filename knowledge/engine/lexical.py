"""Finds passages by their words: BM25 over folded syllables, pairs of syllables, and exact accents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.text import bigrams, fold, stem, syllables

K1, B = 1.5, 0.75
#: What a match of each kind of term counts for, beside a folded syllable's 1.
PAIR_WEIGHT = 0.5
ACCENT_WEIGHT = 0.3

Scores = NDArray[np.float64]


def terms(text: str) -> Counter[str]:
    """The terms of a normalised text with how often each occurs.

    A folded syllable is itself, a pair has a space between its two, and "=" is before a syllable whose accents
    count: đường, đương and dương are different words that fold to one.
    """
    accented = syllables(text)
    folded = [stem(fold(token)) for token in accented]
    found = Counter(folded)
    found.update(bigrams(folded))
    found.update(f"={token}" for token in accented if fold(token) != token)
    return found


def is_pair(term: str) -> bool:
    return " " in term


def is_syllable(term: str) -> bool:
    return not is_pair(term) and not term.startswith("=")


def weight_of(term: str) -> float:
    """What a match of the term counts for."""
    if is_pair(term):
        return PAIR_WEIGHT
    return 1.0 if is_syllable(term) else ACCENT_WEIGHT


class LexicalIndex:
    """BM25 scores of all texts of a collection at once; immutable after it is made."""

    def __init__(self, counted: Sequence[Mapping[str, int]]) -> None:
        """``counted`` holds each text's terms as ``terms`` gives them."""
        self.size = len(counted)
        lengths = np.array([sum(text[term] for term in text if is_syllable(term)) for text in counted], dtype=float)
        average = lengths.mean() if self.size and lengths.any() else 1.0
        damping = K1 * (1 - B + B * lengths / average)
        self._postings: dict[str, tuple[NDArray[np.int64], Scores]] = {}
        self._rarity: dict[str, float] = {}
        for term, places, counts in _inverted(counted):
            self._rarity[term] = self._idf(len(places))
            self._postings[term] = places, counts * (K1 + 1) / (counts + damping[places])

    def scores(self, query: Mapping[str, int]) -> Scores:
        """One score a text, not below 0; higher is nearer, comparable within one query only."""
        found = np.zeros(self.size)
        for term in query:
            if term in self._postings:
                where, saturation = self._postings[term]
                found[where] += weight_of(term) * self._rarity[term] * saturation
        return found

    def coverage(self, query: Mapping[str, int]) -> Scores:
        """The share (0 to 1) of the query's syllables, weighed by rarity, that each text has."""
        found, total = np.zeros(self.size), 0.0
        for term in filter(is_syllable, query):
            total += self.rarity(term)
            if term in self._postings:
                found[self._postings[term][0]] += self._rarity[term]
        return found / total if total else found

    def rarity(self, term: str) -> float:
        """The inverse document frequency; a term that no text has is the rarest."""
        return self._rarity.get(term, self._idf(0))

    def knows(self, term: str) -> bool:
        return term in self._postings

    def _idf(self, texts_with_it: int) -> float:
        return math.log(1 + (self.size - texts_with_it + 0.5) / (texts_with_it + 0.5))


def _inverted(counted: Sequence[Mapping[str, int]]) -> Iterator[tuple[str, NDArray[np.int64], Scores]]:
    """Each term with the positions of the texts that have it and how often each has it."""
    numbers: dict[str, int] = {}
    columns = [
        (numbers.setdefault(term, len(numbers)), place, count)
        for place, text in enumerate(counted)
        for term, count in text.items()
    ]
    table = np.array(columns, dtype=np.int64).reshape(-1, 3)
    table = table[np.argsort(table[:, 0], kind="stable")]
    ends = np.cumsum(np.bincount(table[:, 0], minlength=len(numbers)))
    for term, start, end in zip(numbers, [0, *ends.tolist()], ends.tolist(), strict=False):
        yield term, table[start:end, 1], table[start:end, 2].astype(float)
