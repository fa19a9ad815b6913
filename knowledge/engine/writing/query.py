"""Prepares a question for the search: one writing, keys and slips of typing undone, shorthand written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk.guidance.record import Language
from desk.vietnamese import without_keys
from knowledge.engine.index.lexical import terms
from knowledge.engine.writing.diacritics import DiacriticsTable, SyllableCounts
from knowledge.engine.writing.frames import without_frame
from knowledge.engine.writing.shorthand import write_out
from knowledge.engine.writing.spelling import Spelling
from knowledge.engine.writing.text import folded_word, normalise, replace_syllables, syllables

#: From this share of words with keys of an input method on, it was off for the whole text.
_KEYS_SHARE = 0.4


@dataclass(frozen=True)
class Query:
    """A question as it is searched; ``text`` is what is embedded, ``terms`` what is looked up."""

    language: Language
    text: str
    terms: Mapping[str, int]


class Writing:
    """How the searched texts are written, by which a question is read; immutable after it is made."""

    def __init__(self, vietnamese: SyllableCounts, words: Mapping[str, int]) -> None:
        """``words`` counts the words of all texts in both languages, as they are written."""
        self._table = DiacriticsTable(vietnamese)
        folded: dict[str, int] = {}
        for word, count in words.items():
            folded[folded_word(word)] = folded.get(folded_word(word), 0) + count
        self._folded = folded
        self._spelling = Spelling(folded)

    def query(self, text: str, language: Language) -> Query:
        """A question as it is searched, from what a person wrote; the text may be empty."""
        written = without_frame(normalise(text), language)
        if language == "vi":
            written = self._without_keys(written)
        written = replace_syllables(write_out(written, language), self._spelt)
        if language == "vi":
            written = self._table.restore(written)
        return Query(language, written, terms(written))

    def _without_keys(self, text: str) -> str:
        """The text with the syllables that were typed while the input method was off."""
        words = syllables(text)
        meant = {word: read for word in words if (read := without_keys(word)) is not None and self._table.writes(read)}
        if sum(word in meant for word in words) < _KEYS_SHARE * len(words):
            meant = {word: read for word, read in meant.items() if folded_word(word) not in self._folded}
        return replace_syllables(text, lambda word: meant.get(word, word))

    def _spelt(self, word: str) -> str:
        """A word that no text has, as the nearest that one has."""
        folded = folded_word(word)
        corrected = self._spelling.corrected(folded)
        return word if corrected == folded else corrected
