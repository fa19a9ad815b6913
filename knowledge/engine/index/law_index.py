"""The imported text of the law as it is searched: how near each article is to a question."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from desk.law.structure import LawPart
from desk.ports import LawArticle
from knowledge.engine.index.dense import DenseIndex
from knowledge.engine.index.few import Scores
from knowledge.engine.index.guidance_index import Embed
from knowledge.engine.index.late import LateIndex
from knowledge.engine.index.law_passages import law_passages
from knowledge.engine.index.lexical import LexicalIndex, terms
from knowledge.engine.index.many_articles import ManyArticles
from knowledge.engine.index.runs import Runs
from knowledge.engine.index.text_terms import TextTerms
from knowledge.engine.judging.fusion import Signals
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.diacritics import SyllableCounts
from knowledge.engine.writing.query import Query
from knowledge.engine.writing.shorthand import write_out
from knowledge.engine.writing.text import normalise, syllables

#: So many of an article's nearest passages are compared token by token.
_NEAREST = 4


class LawIndex:
    """Everything that a search of the law needs; never changed after it is made."""

    def __init__(self, articles: Sequence[LawArticle], law_no: int, embed: Embed) -> None:
        """``embed`` gives the vectors of passages, one a text; ``law_no`` is that of the corpus."""
        self.law_no = law_no
        self.articles = articles
        owners, written = array("i"), []
        self._parts: list[LawPart] = []
        for position, article in enumerate(articles):
            for passage in law_passages(position, article):
                owners.append(position)
                self._parts.append(passage.part)
                written.append(_written(passage.text))
        self.passages = len(written)
        vectors = embed(written)
        self._runs = Runs(np.array(owners, dtype=np.int64))
        whole = [_written(f"{article.heading}. {article.text}") for article in articles]
        self._whole = LexicalIndex(map(terms, whole))
        self._tokens = LateIndex(vectors)
        self._ways = self._measured(map(terms, written), vectors)
        self.vietnamese = SyllableCounts(whole)
        self.words = Counter(word for text in whole for word in syllables(text))

    def _measured(
        self, counted: Iterable[Mapping[str, int]], vectors: Sequence[Embedded]
    ) -> AllArticles | ManyArticles:
        """``counted`` gives the terms of each passage."""
        meaning = DenseIndex.of(vectors)
        if meaning is None or not meaning.has_cells:
            return AllArticles(self._whole, LexicalIndex(counted), meaning, self._runs)
        return ManyArticles(self._whole, TextTerms(counted), meaning, self._runs)

    def signals(self, query: Query, embedded: Embedded) -> Signals:
        """How near every article is, by words and meaning; of very many those that may be near."""
        return self._ways.signals(query, embedded)

    def token_signals(
        self, embedded: Embedded, signals: Signals, candidates: NDArray[np.int64]
    ) -> tuple[Mapping[str, Scores], NDArray[np.int64]]:
        """How near the candidates are token by token, and the position of each one's nearest passage."""
        positions, starts = self._runs.nearest(candidates, [(0, 0)], signals.of_passages, _NEAREST)
        scores = self._tokens.scores(embedded, positions)
        owners = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(positions)))
        best = np.lexsort((-scores, owners))[starts]
        return {"tokens_of_part": scores[best]}, positions[best]

    def part(self, passage: int) -> LawPart:
        """What is shown of the passage at a position."""
        return self._parts[passage]


class AllArticles:
    """Words and meaning of every article; immutable after it is made."""

    def __init__(self, whole: LexicalIndex, parts: LexicalIndex, meaning: DenseIndex | None, runs: Runs) -> None:
        """``whole`` has the words of articles, ``parts`` those of passages, ``runs`` whose passages they are."""
        self._whole, self._parts, self._meaning, self._runs = whole, parts, meaning, runs

    def signals(self, query: Query, embedded: Embedded) -> Signals:
        """How near every article is."""
        of_passages = np.zeros(0) if self._meaning is None else self._meaning.cosines(embedded.whole)
        return Signals(
            {
                "words_in_article": self._whole.scores(query.terms),
                "words_in_part": self._runs.best(self._parts.scores(query.terms))[:, 0],
                "meaning_of_part": self._runs.best(of_passages)[:, 0],
                "coverage": self._whole.coverage(query.terms),
            },
            of_passages,
        )


def _written(text: str) -> str:
    """A text of the law as it is searched; not kept as that of guidance is, since law is large and seldom changes."""
    return write_out(normalise(text), "vi")
