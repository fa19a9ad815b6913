"""An immutable index of one publication of the guidance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import LANGUAGES, Language
from desk.ports import Corpus
from knowledge.engine.dense import DenseIndex
from knowledge.engine.diacritics import DiacriticsTable
from knowledge.engine.elsewhere import matters
from knowledge.engine.embedding import Vectors
from knowledge.engine.lexical import LexicalIndex, Scores, terms
from knowledge.engine.passages import Passage, passages_of
from knowledge.engine.query import Query
from knowledge.engine.shorthand import write_out
from knowledge.engine.text import normalise


@dataclass(frozen=True)
class Signals:
    """How near each entry is to a question, by each way of measuring; arrays have one number an entry.

    Words are BM25 scores, meanings are cosines of the best passage, coverage is a share of the question's words.
    The passages of the asked language are meant, except in ``meaning_in_other_language``: people mix languages,
    and the translation of an answer is one more way of saying it. ``meaning_elsewhere`` is the best cosine to a
    matter that is none of customs'.
    """

    words_in_entry: Scores
    words_in_answer: Scores
    meaning: Scores
    meaning_of_answer: Scores
    meaning_in_other_language: Scores
    coverage: Scores
    meaning_elsewhere: float


class Snapshot:
    """Everything that a search needs, at one publication number; never changed after it is made."""

    def __init__(self, corpus: Corpus, embed: Callable[[Sequence[str]], Vectors]) -> None:
        """``embed`` gives the unit vectors of passages, one row a text."""
        self.publication_no = corpus.publication_no
        self.entries = [(published.entry, published.version) for published in corpus.entries]
        self.passages = [
            passage
            for position, published in enumerate(corpus.entries)
            for passage in passages_of(position, published.record)
        ]
        written = [_written(passage.text, passage.language) for passage in self.passages]
        texts = [text for text, _ in written]
        counted = [found for _, found in written]
        elsewhere = [(normalise(text), language) for language, text in matters()]
        self.table = DiacriticsTable(
            [text for passage, text in zip(self.passages, texts, strict=True) if passage.language == "vi"]
            + [text for text, language in elsewhere if language == "vi"]
        )
        self._of_entry = np.array([passage.entry for passage in self.passages], dtype=np.int64)
        self._in_language = {
            language: np.array([passage.language == language for passage in self.passages], dtype=bool)
            for language in LANGUAGES
        }
        self._is_answer = np.array([passage.kind == "answer" for passage in self.passages], dtype=bool)
        self._passage_words = LexicalIndex(counted)
        self.entry_words = LexicalIndex(_by_entry(counted, self.passages, len(self.entries)))
        vectors = embed([*texts, *(text for text, _ in elsewhere)])
        self._meaning = DenseIndex(vectors[: len(texts)]) if texts else None
        self._elsewhere = vectors[len(texts) :]

    def signals(self, query: Query, vector: Vectors) -> Signals:
        """Measure all entries; ``vector`` is the question's unit vector, of shape (dimensions,)."""
        asked = self._in_language[query.language]
        answers = asked & self._is_answer
        words, cosines = self._passage_words.scores(query.terms), self._cosines(vector)
        return Signals(
            words_in_entry=self.entry_words.scores(query.terms),
            words_in_answer=self._best(words, answers),
            meaning=self._best(cosines, asked),
            meaning_of_answer=self._best(cosines, answers),
            meaning_in_other_language=self._best(cosines, ~asked),
            meaning_elsewhere=float((self._elsewhere @ vector).max()),
            coverage=self.entry_words.coverage(query.terms),
        )

    def _cosines(self, vector: Vectors) -> Scores:
        """One cosine a passage; those beyond the index's reach get the last cosine within it."""
        if self._meaning is None:
            return np.zeros(0)
        positions, cosines = self._meaning.nearest(vector)
        found = np.full(len(self.passages), float(cosines[-1]))
        found[positions] = cosines
        return found

    def _best(self, of_passages: Scores, among: NDArray[np.bool_]) -> Scores:
        """The best of each entry's passages among those marked."""
        best = np.full(len(self.entries), -np.inf)
        np.maximum.at(best, self._of_entry[among], of_passages[among])
        return best


@lru_cache(maxsize=20_000)
def _written(text: str, language: Language) -> tuple[str, Counter[str]]:
    # Kept between snapshots: most passages of a publication were in the one before.
    written = write_out(normalise(text), language)
    return written, terms(written)


def _by_entry(counted: Sequence[Counter[str]], passages: Sequence[Passage], entries: int) -> list[Counter[str]]:
    whole: list[Counter[str]] = [Counter() for _ in range(entries)]
    for found, passage in zip(counted, passages, strict=True):
        whole[passage.entry].update(found)
    return whole
