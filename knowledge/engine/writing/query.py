"""Prepares a question for the search: one writing, keys and slips of typing undone, shorthand written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from desk.guidance.record import Language
from desk.vietnamese import without_keys
from knowledge.engine.index.lexical import terms
from knowledge.engine.writing.changed import changed
from knowledge.engine.writing.counts import WordCounts
from knowledge.engine.writing.diacritics import DiacriticsTable, SyllableCounts
from knowledge.engine.writing.frames import without_frame
from knowledge.engine.writing.shorthand import write_out
from knowledge.engine.writing.spelling import Spelling
from knowledge.engine.writing.text import MAX_LENGTH, folded_word, normalise, replace_syllables, syllables

#: From this share of words with keys of an input method on, it was off for the whole text.
_KEYS_SHARE = 0.4


@dataclass(frozen=True)
class Query:
    """A question as it is searched; ``text`` is what is embedded, ``terms`` what is looked up."""

    language: Language
    text: str
    terms: Mapping[str, int]


class Step(StrEnum):
    """What is done to a question, in this order."""

    ONE_WRITING = "one writing"
    FRAMES = "frames"
    KEYS = "keys"
    SHORTHAND = "shorthand"
    SPELLING = "spelling"
    DIACRITICS = "diacritics"


class Writing:
    """How the searched texts are written, by which a question is read; immutable after it is made."""

    def __init__(self, vietnamese: SyllableCounts, words: Mapping[str, int]) -> None:
        """``words`` counts the words of all texts in both languages, as they are written."""
        folded = _folded(words)
        self._keep(DiacriticsTable(vietnamese), folded, Spelling(folded))

    def changed(self, gone: WordCounts, come: WordCounts) -> Writing:
        """How the texts are written when some are gone and others have come."""
        folded_gone, folded_come = _folded(gone.words), _folded(come.words)
        writing = Writing.__new__(Writing)
        writing._keep(
            self._table.changed(gone.vietnamese, come.vietnamese),
            changed(self._folded, folded_gone, folded_come),
            self._spelling.changed(folded_gone, folded_come),
        )
        return writing

    def _keep(self, table: DiacriticsTable, folded: Mapping[str, int], spelling: Spelling) -> None:
        self._table, self._folded, self._spelling = table, folded, spelling
        self._steps: Mapping[Step, Callable[[str, Language], str]] = {
            Step.FRAMES: without_frame,
            Step.KEYS: self._without_keys,
            Step.SHORTHAND: write_out,
            Step.SPELLING: self._spelt,
            Step.DIACRITICS: self._with_diacritics,
        }

    def query(self, text: str, language: Language, without: Step | None = None) -> Query:
        """A question as it is searched, from what a person wrote; the text may be empty.

        ``without`` leaves one step out: that is how it is measured what each is worth.
        """
        text = text[:MAX_LENGTH]
        written = text.lower() if without is Step.ONE_WRITING else normalise(text)
        for step, mended in self._steps.items():
            if step is not without:
                written = mended(written, language)
        return Query(language, written, terms(written))

    def _without_keys(self, text: str, language: Language) -> str:
        """The text with the syllables that were typed while the input method was off."""
        if language != "vi":
            return text
        words = syllables(text)
        meant = {word: read for word in words if (read := without_keys(word)) is not None and self._table.writes(read)}
        if sum(word in meant for word in words) < _KEYS_SHARE * len(words):
            meant = {word: read for word, read in meant.items() if folded_word(word) not in self._folded}
        return replace_syllables(text, lambda word: meant.get(word, word))

    def _spelt(self, text: str, _language: Language) -> str:
        """The text with each word that no text has as the nearest that one has."""
        return replace_syllables(text, self._word_spelt)

    def _word_spelt(self, word: str) -> str:
        folded = folded_word(word)
        corrected = self._spelling.corrected(folded)
        return word if corrected == folded else corrected

    def _with_diacritics(self, text: str, language: Language) -> str:
        return self._table.restore(text) if language == "vi" else text


def _folded(words: Mapping[str, int]) -> dict[str, int]:
    """The same words without their diacritics."""
    folded: dict[str, int] = {}
    for word, count in words.items():
        folded[folded_word(word)] = folded.get(folded_word(word), 0) + count
    return folded
