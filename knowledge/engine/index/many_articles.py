"""Very much law as it is searched: only articles that may be near are measured, the others are as far as the last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.dense import DenseIndex
from knowledge.engine.index.few import Scale, Scores, Sparse, highest
from knowledge.engine.index.lexical import LexicalIndex
from knowledge.engine.index.runs import Runs
from knowledge.engine.index.text_terms import TextTerms
from knowledge.engine.judging.fusion import Signals
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.query import Query

#: The articles of so many passages are measured for being near by meaning, and about so many by their words.
BY_MEANING, _BY_WORDS = 200, 200
#: Of those so many by both ways together, and so many by each, are measured part by part as well.
_BY_BOTH, _BY_EACH = 70, 30
#: How a way of measuring lies over all articles is told by so many of them.
_TOLD_BY = 1_000


class ManyArticles:
    """Words and meaning of the articles that may be near; immutable after it is made."""

    def __init__(self, whole: LexicalIndex, parts: TextTerms, meaning: DenseIndex, runs: Runs) -> None:
        """``whole`` has the words of articles, ``parts`` those of passages, ``runs`` whose passages they are."""
        self._whole, self._parts, self._meaning, self._runs = whole, parts, meaning, runs
        told_by = np.unique(np.linspace(0, whole.size - 1, _TOLD_BY).astype(np.int64))
        self._some_whole = whole.sampled(told_by)
        passages, self._some_starts = runs.all_of(told_by)
        self._some_parts = parts.sampled(passages)

    def signals(self, query: Query, embedded: Embedded) -> Signals:
        """How near the articles are that may be near, by words and meaning; ``owners`` says which."""
        cosines, passages = self._meaning.nearest(embedded.whole, BY_MEANING)
        near, first = np.unique(self._runs.owners(passages), return_index=True)  # the first of each is its best
        last = float(cosines[-1])
        owners, words = self._whole.some(query.terms, _BY_WORDS, near)
        meaning = Sparse(near, cosines[first].astype(np.float64), last)[owners]
        scales = {
            "words_in_article": Scale.of(self._some_whole.scores(query.terms)),
            "words_in_part": Scale.of(np.maximum.reduceat(self._some_parts.scores(query.terms), self._some_starts)),
            "meaning_of_part": Scale.of_few(cosines[first].astype(np.float64), last, self._whole.size),
        }
        kept = _promising(
            scales["words_in_article"].standardised(words), scales["meaning_of_part"].standardised(meaning)
        )
        measured = {
            "words_in_article": words[kept],
            "words_in_part": self._by_parts(query, owners[kept]),
            "meaning_of_part": meaning[kept],
        }
        order = np.argsort(passages)
        of_passages = Sparse(passages[order], cosines[order].astype(np.float64), last)
        return Signals(measured, of_passages, owners[kept], scales)

    def _by_parts(self, query: Query, owners: NDArray[np.int64]) -> Scores:
        """The best score of the passages of each of these articles."""
        passages, starts = self._runs.all_of(owners)
        return np.maximum.reduceat(self._parts.scores(query.terms, passages), starts) if len(owners) else np.zeros(0)


def _promising(words: Scores, meaning: Scores) -> NDArray[np.int64]:
    """Places of the best by either and by both, rising."""
    places = [highest(words + meaning, _BY_BOTH), highest(words, _BY_EACH), highest(meaning, _BY_EACH)]
    return np.unique(np.concatenate(places))
