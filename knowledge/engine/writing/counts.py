"""How the searched texts are written: which words they have, and how Vietnamese is written with its diacritics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from desk.guidance.record import Language
from knowledge.engine.writing.diacritics import SyllableCounts
from knowledge.engine.writing.text import syllables


@dataclass(frozen=True)
class WordCounts:
    """How often the words of texts in both languages occur, and the syllables of the Vietnamese ones."""

    vietnamese: SyllableCounts = field(default_factory=SyllableCounts)
    words: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, texts: Iterable[tuple[Language, str]]) -> WordCounts:
        """Count normalised texts."""
        known = list(texts)
        words = Counter(word for _, text in known for word in syllables(text))
        return cls(SyllableCounts(text for language, text in known if language == "vi"), words)
