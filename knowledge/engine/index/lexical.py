"""Finds passages by their words: BM25 over folded syllables, pairs of syllables, and exact accents."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from desk.vietnamese import fold
from knowledge.engine.writing.text import bigrams, stem, syllables

K1, B = 1.5, 0.75
#: What a match of each kind of term counts for, beside a folded syllable's 1.
PAIR_WEIGHT = 0.5
ACCENT_WEIGHT = 0.3
#: A term that occurs more often than this in one text counts as occurring so often; it is saturated long before.
_MOST = 65_535

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

    def __init__(self, counted: Iterable[Mapping[str, int]]) -> None:
        """``counted`` gives each text's terms as ``terms`` does; none is kept, so that millions may go by."""
        numbers: dict[str, int] = {}
        terms_found, counts_found, sizes = array("i"), array("H"), array("i")
        for of_text in counted:
            terms_found.extend(numbers.setdefault(term, len(numbers)) for term in of_text)
            counts_found.extend(min(count, _MOST) for count in of_text.values())
            sizes.append(len(of_text))
        self.size = len(sizes)
        of_term = np.frombuffer(terms_found, dtype=np.int32) if terms_found else np.zeros(0, dtype=np.int32)
        order = np.argsort(of_term, kind="stable")
        self._places = np.repeat(np.arange(self.size, dtype=np.int32), np.array(sizes, dtype=np.int32))[order]
        counts = np.array(counts_found, dtype=np.float32)[order]
        of_term = of_term[order]
        ends = np.cumsum(np.bincount(of_term, minlength=len(numbers))).tolist()
        self._spans = dict(zip(numbers, zip([0, *ends], ends, strict=False), strict=True))
        counting = np.fromiter(map(is_syllable, numbers), dtype=bool, count=len(numbers))
        lengths = np.bincount(self._places, weights=counts * counting[of_term], minlength=self.size)
        average = lengths.mean() if lengths.any() else 1.0
        damping = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
        self._saturation = counts * np.float32(K1 + 1) / (counts + damping[self._places])

    def scores(self, query: Mapping[str, int]) -> Scores:
        """One score a text, not below 0; higher is nearer, comparable within one query only."""
        found = np.zeros(self.size)
        for term in filter(self.knows, query):
            span = slice(*self._spans[term])
            found[self._places[span]] += weight_of(term) * self.rarity(term) * self._saturation[span]
        return found

    def coverage(self, query: Mapping[str, int]) -> Scores:
        """The share (0 to 1) of the query's syllables, weighed by rarity, that each text has."""
        found, total = np.zeros(self.size), 0.0
        for term in filter(is_syllable, query):
            rarity = self.rarity(term)
            total += rarity
            if self.knows(term):
                found[self._places[slice(*self._spans[term])]] += rarity
        return found / total if total else found

    def rarity(self, term: str) -> float:
        """The inverse document frequency; a term that no text has is the rarest."""
        start, end = self._spans.get(term, (0, 0))
        return math.log(1 + (self.size - (end - start) + 0.5) / (end - start + 0.5))

    def knows(self, term: str) -> bool:
        return term in self._spans
