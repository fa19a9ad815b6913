"""The imported text of the law as it is searched: how near each article is to a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from desk.law.structure import LawPart
from desk.ports import LawArticle
from knowledge.engine.index.guidance_index import Embed
from knowledge.engine.index.law_passages import law_passages
from knowledge.engine.index.lexical import LexicalIndex, Scores
from knowledge.engine.index.measures import Group, Measures, counted, written_out
from knowledge.engine.judging.fusion import Signals
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.diacritics import SyllableCounts
from knowledge.engine.writing.query import Query
from knowledge.engine.writing.text import syllables

#: So many of an article's nearest passages are compared token by token.
_NEAREST = 4


class LawIndex:
    """Everything that a search of the law needs; never changed after it is made."""

    def __init__(self, articles: Sequence[LawArticle], law_no: int, embed: Embed) -> None:
        """``embed`` gives the vectors of passages, one a text; ``law_no`` is that of the corpus."""
        self.law_no = law_no
        self.articles = articles
        self._passages = [
            passage for position, article in enumerate(articles) for passage in law_passages(position, article)
        ]
        written = [written_out(passage.text, "vi") for passage in self._passages]
        owners = np.array([passage.article for passage in self._passages], dtype=np.int64)
        self._measures = Measures(owners, written, embed(written))
        self._all = Group(owners, np.ones(len(owners), dtype=bool))
        whole = [written_out(f"{article.heading}. {article.text}", "vi") for article in articles]
        self._whole = LexicalIndex(map(counted, whole))
        self.vietnamese = SyllableCounts(whole)
        self.words = Counter(word for text in whole for word in syllables(text))

    def signals(self, query: Query, embedded: Embedded) -> Signals:
        """How near every article is, by words and meaning."""
        words, meaning = self._measures.words(query), self._measures.meaning(embedded)
        return Signals(
            {
                "words_in_article": self._whole.scores(query.terms),
                "words_in_part": self._all.best(words),
                "meaning_of_part": self._all.best(meaning),
                "coverage": self._whole.coverage(query.terms),
            },
            meaning,
        )

    def token_signals(
        self, embedded: Embedded, signals: Signals, candidates: NDArray[np.int64]
    ) -> tuple[Mapping[str, Scores], list[LawPart]]:
        """How near the candidates are token by token, and the nearest part of each; one a candidate."""
        near = [self._all.nearest(article, signals.of_passages, _NEAREST) for article in candidates.tolist()]
        scores = self._measures.tokens(embedded, np.concatenate(near)) if near else np.zeros(0)
        best = [int(found[scores[found].argmax()]) for found in near]
        return {"tokens_of_part": scores[best]}, [self._passages[position].part for position in best]
