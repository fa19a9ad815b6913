"""Finds passages by their words: BM25 over folded syllables, pairs of syllables, and exact accents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.few import Scores as Scores
from knowledge.engine.index.postings import MEASURING, Postings
from knowledge.engine.index.sampled import Sampled, Weighed
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

#: So many occurrences of a question's terms are read where some texts are looked for among very many.
_READ = 100_000
#: What is among the highest is told by so many of all scores.
_TOLD_BY = 8_192


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

    def __init__(self, counted: Iterable[Mapping[str, int]], average: float | None = None) -> None:
        """``counted`` gives each text's terms as ``terms`` does; none is kept, so that millions may go by.

        Texts are long or short beside the ``average`` length; None: of these texts.
        """
        self._average = average
        self._weigh(Postings.of(counted, weight_of))

    def spliced(self, splice: Splice, counted: Iterable[Mapping[str, int]]) -> LexicalIndex:
        """The index of the next list of texts, the same as one made whole; ``counted`` gives what is new in it."""
        spliced = LexicalIndex.__new__(LexicalIndex)
        spliced._average = self._average
        spliced._weigh(self._postings.spliced(splice, counted, weight_of))
        return spliced

    def _weigh(self, postings: Postings) -> None:
        """Everything that depends on the whole collection; little beside finding the terms of all texts."""
        self._postings = postings
        self.size = postings.size
        self._rarest = float(self._rarities(np.zeros(1))[0])
        self._weights = (postings.weights * self._rarities(postings.had_by)).astype(np.float32)
        average = self._average if self._average is not None else average_of(postings.lengths)
        self._worth = saturated(postings.counts, postings.places, postings.lengths, average)
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

    def some(
        self, query: Mapping[str, int], count: int, besides: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], Scores]:
        """Positions of some texts of very many, rising, with the score that ``scores`` gives each of them.

        They are those ``besides``, and about ``count`` that are the nearest by the rarest terms of the query: as many
        terms as do not occur too often to be read, and one at least.
        """
        numbers = self._known(query)
        numbers = numbers[np.argsort(self._postings.had_by[numbers], kind="stable")]
        read = max(1, int(np.searchsorted(np.cumsum(self._postings.had_by[numbers]), _READ, side="right")))
        found = self._read(numbers[:read])
        positions = np.union1d(besides, near_highest(found, count))
        return positions, found[positions] + self._looked_up(numbers[read:], positions)

    def _read(self, numbers: NDArray[np.int64]) -> Scores:
        """The scores of all texts by these terms."""
        spans = self._spans(numbers)
        if not spans:
            return np.zeros(self.size)
        worth = np.concatenate([self._worth[span] for span in spans])
        worth *= np.repeat(self._weights[numbers], self._postings.had_by[numbers])
        places = np.concatenate([self._postings.places[span] for span in spans])
        return np.bincount(places, worth, minlength=self.size).astype(np.float64, copy=False)

    def _looked_up(self, numbers: NDArray[np.int64], positions: NDArray[np.int64]) -> Scores:
        """The scores of these texts by these terms; positions rise."""
        rows = self._row_of[numbers]
        found: Scores = self._weights[numbers[rows >= 0]] @ self._rows[np.ix_(rows[rows >= 0], positions)]
        found = found.astype(np.float64)
        wanted = positions.astype(np.int32)  # of the type of the places, which would be copied for another
        for number, span in zip(numbers[rows < 0].tolist(), self._spans(numbers[rows < 0]), strict=True):
            places = self._postings.places[span]
            at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
            found += self._weights[number] * self._worth[span][at] * (places[at] == wanted)
        return found

    def sampled(self, positions: NDArray[np.int64]) -> Sampled:
        """The texts at these positions by themselves, measured as they are here."""
        numbers = np.full(self.size, -1, dtype=np.int32)
        numbers[positions] = np.arange(len(positions))
        texts = numbers[self._postings.places]
        chosen = np.flatnonzero(texts >= 0)
        terms = np.searchsorted(self._ends, chosen, side="right")
        weighed = Weighed(self._postings.vocabulary, self._postings.had_by, self._weights)
        return Sampled(weighed, terms, texts[chosen], self._worth[chosen], len(positions))

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

    @property
    def average(self) -> float:
        """How long the texts are on average."""
        return average_of(self._postings.lengths)

    def had_by(self, term: str) -> int:
        """How many texts have the term."""
        number = self._postings.vocabulary.get(term)
        return int(self._postings.had_by[number]) if number >= 0 else 0

    def added_up(self, weights: Mapping[str, float], *, counting: bool) -> Scores:
        """The weights of the terms that each text has, added up; ``counting``: by what each is worth in it."""
        numbers = self._known(weights)
        get = self._postings.vocabulary.get
        by_number = {get(term): weight for term, weight in weights.items()}
        found = np.array([by_number[number] for number in numbers.tolist()], dtype=np.float64)
        return self._added(numbers, found.astype(np.float32) if counting else found, counting=counting)

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
        return rarities(had_by, self.size)


def near_highest(scores: Scores, count: int) -> NDArray[np.int64]:
    """Positions of about so many of the highest scores above 0, rising: where they begin is told by some of them."""
    step = max(1, len(scores) // _TOLD_BY)
    told_by = scores[::step]
    rank = min(len(told_by), -(-count // step))
    begins = np.partition(told_by, len(told_by) - rank)[len(told_by) - rank] if rank else 0.0
    return np.flatnonzero(scores >= begins if begins > 0 else scores > 0)


def rarities(had_by: NDArray[np.int64] | NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The inverse document frequency of terms that so many of ``size`` texts have; one that none has is the rarest."""
    found: NDArray[np.float64] = np.log(1 + (size - had_by + 0.5) / (had_by + 0.5))
    return found


def average_of(lengths: NDArray[np.float64]) -> float:
    """How long texts are on average."""
    return float(lengths.mean()) if lengths.any() else 1.0


def saturated(
    counts: NDArray[np.uint16], places: NDArray[np.int32], lengths: NDArray[np.float64], average: float
) -> NDArray[np.float32]:
    """What a count is worth in the text at its place: less for each further occurrence, and less in a long text."""
    damping = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
    found = counts.astype(np.float32)
    worth: NDArray[np.float32] = found * np.float32(K1 + 1)
    found += damping[places]
    worth /= found
    return worth
