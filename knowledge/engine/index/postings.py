"""Which texts of a collection have which terms, how often: term by term, one after the other."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.splice import Splice

#: A term that occurs more often than this in one text counts as occurring so often; it is saturated long before.
_MOST = 65_535
#: So many terms that came later are kept apart from the first ones, so that these need not be copied.
_APART = 20_000


NumberOf = Callable[[str], int]
#: What a match of a term counts for.
WeightOf = Callable[[str], float]
#: Terms that count for so much make texts as long as they are.
MEASURING = 1.0


@dataclass(frozen=True)
class Vocabulary:
    """A number for each term. A term keeps its number even where no text has it any more."""

    first: Mapping[str, int]
    later: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.first) + len(self.later)

    def get(self, term: str) -> int:
        """The number of a term; negative where it has none."""
        return found if (found := self.first.get(term, -1)) >= 0 else self.later.get(term, -1)

    def without_number(self, wanted: Iterable[str]) -> list[str]:
        """The terms among these that have no number, once each."""
        return [term for term in dict.fromkeys(wanted) if self.get(term) < 0]

    def with_terms(self, fresh: Sequence[str]) -> Vocabulary:
        """The same with a number for each of these, which have none yet."""
        later = {**self.later, **{term: number for number, term in enumerate(fresh, start=len(self))}}
        return Vocabulary(self.first, later) if len(later) <= _APART else Vocabulary({**self.first, **later}, {})


@dataclass(frozen=True)
class Postings:
    """Arrays are never changed. ``places`` and ``counts`` are those of term 0, then of term 1, and so on.

    ``had_by`` is how many texts have each term, ``weights`` what a match of it counts for; ``lengths`` is how often
    terms of the weight MEASURING occur in each text.
    """

    vocabulary: Vocabulary
    had_by: NDArray[np.int64]
    places: NDArray[np.int32]
    counts: NDArray[np.uint16]
    weights: NDArray[np.float64]
    lengths: NDArray[np.float64]

    @classmethod
    def of(cls, counted: Iterable[Mapping[str, int]], weight_of: WeightOf) -> Postings:
        """Each text's terms with their counts; none is kept, so that millions may go by."""
        numbers: dict[str, int] = {}
        of_term, places, counts, size = read(counted, lambda term: numbers.setdefault(term, len(numbers)))
        weights = np.fromiter(map(weight_of, numbers), dtype=float, count=len(numbers))
        order = np.argsort(of_term, kind="stable")
        had_by = np.bincount(of_term, minlength=len(numbers))
        lengths = lengths_of(places, counts * (weights == MEASURING)[of_term], size)
        return cls(Vocabulary(numbers, {}), had_by, places[order], counts[order], weights, lengths)

    @property
    def size(self) -> int:
        return len(self.lengths)

    def spliced(self, splice: Splice, counted: Iterable[Mapping[str, int]], weight_of: WeightOf) -> Postings:
        """Those of the next list of texts; ``counted`` gives the terms of what is new in it."""
        come = list(counted)
        fresh = self.vocabulary.without_number(term for of_text in come for term in of_text)
        vocabulary = self.vocabulary.with_terms(fresh)
        weights = np.concatenate([self.weights, np.fromiter(map(weight_of, fresh), dtype=float, count=len(fresh))])
        had_by = np.concatenate([self.had_by, np.zeros(len(fresh), dtype=np.int64)])
        places, counts = splice.moved[self.places], self.counts
        if len(splice.gone):
            lost = np.flatnonzero(places < 0)
            np.subtract.at(had_by, np.searchsorted(np.cumsum(had_by), lost, side="right"), 1)
            places, counts = np.delete(places, lost), np.delete(counts, lost)
        of_term, texts, new_counts, _ = read(come, vocabulary.get)
        order = np.argsort(of_term, kind="stable")
        behind = np.cumsum(had_by)[of_term[order]]  # after the other places of the same term
        lengths = lengths_of(texts, new_counts * (weights == MEASURING)[of_term], len(come))
        return replace(
            self,
            vocabulary=vocabulary,
            had_by=had_by + np.bincount(of_term, minlength=len(vocabulary)),
            places=np.insert(places, behind, splice.fresh[texts[order]]),
            counts=np.insert(counts, behind, new_counts[order]),
            weights=weights,
            lengths=splice.array(self.lengths, lengths),
        )


def lengths_of(texts: NDArray[np.int32], counts: NDArray[np.uint16], size: int) -> NDArray[np.float64]:
    """How long each of so many texts is, from the counts that measure it."""
    return np.bincount(texts, weights=counts, minlength=size).astype(np.float64)


def read(
    counted: Iterable[Mapping[str, int]], number_of: NumberOf
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16], int]:
    """Term, text and count of each term of each text, text by text, and how many texts there are."""
    of_terms, counts, sizes = array("i"), array("H"), array("i")
    for of_text in counted:
        of_terms.extend(map(number_of, of_text))
        counts.extend(min(count, _MOST) for count in of_text.values())
        sizes.append(len(of_text))
    texts = np.repeat(np.arange(len(sizes), dtype=np.int32), np.array(sizes, dtype=np.int32))
    return np.array(of_terms, dtype=np.int32), texts, np.array(counts, dtype=np.uint16), len(sizes)
