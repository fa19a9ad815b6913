"""The published guidance as it is searched: how near each entry is to a question, by every way of measuring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import LANGUAGES
from desk.ports import PublishedEntry
from knowledge.engine.index.elsewhere import Elsewhere, matters
from knowledge.engine.index.lexical import LexicalIndex, Scores, is_syllable
from knowledge.engine.index.measures import Group, Measures, counted, written_out
from knowledge.engine.index.passages import passages_of
from knowledge.engine.judging.fusion import Signals
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.diacritics import SyllableCounts
from knowledge.engine.writing.query import Query
from knowledge.engine.writing.text import syllables

Embed = Callable[[Sequence[str]], list[Embedded]]

#: So many of an entry's nearest passages of each kind are compared token by token.
_NEAREST = 2


class GuidanceIndex:
    """Everything that a search of the guidance needs; never changed after it is made."""

    def __init__(self, entries: Sequence[PublishedEntry], embed: Embed) -> None:
        """``embed`` gives the vectors of passages, one a text."""
        self.entries = [(published.entry, published.version) for published in entries]
        passages = [
            passage for position, published in enumerate(entries) for passage in passages_of(position, published.record)
        ]
        written = [written_out(passage.text, passage.language) for passage in passages]
        self.vietnamese = SyllableCounts(
            text for passage, text in zip(passages, written, strict=True) if passage.language == "vi"
        )
        self.words = Counter(word for text in written for word in syllables(text))
        owners = np.array([passage.entry for passage in passages], dtype=np.int64)
        elsewhere = matters()
        vectors = embed([*written, *elsewhere])
        self._measures = Measures(owners, written, vectors[: len(written)])
        self._elsewhere = Elsewhere(vectors[len(written) :])
        self._whole = LexicalIndex(_by_owner(written, owners, len(entries)))
        for_asking = np.array([passage.kind in ("title", "question") for passage in passages], dtype=bool)
        of = {
            language: np.array([passage.language == language for passage in passages], dtype=bool)
            for language in LANGUAGES
        }
        self._questions = {language: Group(owners, of[language] & for_asking) for language in LANGUAGES}
        self._answers = {language: Group(owners, of[language] & ~for_asking) for language in LANGUAGES}
        self._others = {language: Group(owners, ~of[language]) for language in LANGUAGES}

    def signals(self, query: Query, embedded: Embedded) -> Signals:
        """How near every entry is, by words and meaning."""
        words, meaning = self._measures.words(query), self._measures.meaning(embedded)
        questions, answers = self._questions[query.language], self._answers[query.language]
        others = self._others[query.language]
        return Signals(
            {
                "words_in_entry": self._whole.scores(query.terms),
                "words_in_question": questions.best(words),
                "words_in_answer": answers.best(words),
                "meaning_of_question": questions.best(meaning),
                "meaning_of_answer": answers.best(meaning),
                "meaning_in_other_language": others.best(meaning),
                "coverage": self._whole.coverage(query.terms),
            },
            meaning,
        )

    def token_signals(
        self, query: Query, embedded: Embedded, signals: Signals, candidates: NDArray[np.int64]
    ) -> Mapping[str, Scores]:
        """How near the candidates are token by token; arrays have one number a candidate."""
        groups = {
            "tokens_of_question": self._questions[query.language],
            "tokens_of_answer": self._answers[query.language],
            "tokens_in_other_language": self._others[query.language],
        }
        near = {
            name: [group.nearest(owner, signals.of_passages, _NEAREST) for owner in candidates.tolist()]
            for name, group in groups.items()
        }
        positions = np.unique(np.concatenate([found for lists in near.values() for found in lists]))
        scores = self._measures.tokens(embedded, positions)
        return {name: np.array([scores[found].max() for found in lists]) for name, lists in near.items()}

    def elsewhere(self, embedded: Embedded) -> tuple[float, float]:
        """The cosine to the nearest matter that is none of customs', of the whole and token by token."""
        return self._elsewhere.nearest(embedded)

    def unknown_share(self, query: Query) -> float:
        """The share (0 to 1) of the question's syllables that no guidance has."""
        single = [term for term in query.terms if is_syllable(term)]
        return sum(not self._whole.knows(term) for term in single) / max(1, len(single))


def _by_owner(written: Sequence[str], owners: NDArray[np.int64], count: int) -> list[Counter[str]]:
    whole: list[Counter[str]] = [Counter() for _ in range(count)]
    for text, owner in zip(written, owners.tolist(), strict=True):
        whole[owner].update(counted(text))
    return whole
