"""Prepares a question for the search: one writing, shorthand written out, missing diacritics restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk.guidance.record import Language
from knowledge.engine.diacritics import DiacriticsTable
from knowledge.engine.lexical import terms
from knowledge.engine.shorthand import write_out
from knowledge.engine.text import is_accented, normalise, syllables


@dataclass(frozen=True)
class Query:
    """A question as it is searched; ``text`` is what is embedded, ``terms`` what is looked up."""

    language: Language
    text: str
    terms: Mapping[str, int]
    length: int


def prepare(text: str, language: Language, table: DiacriticsTable) -> Query:
    """Prepare what a person wrote; the text may be empty."""
    plain = normalise(text)
    written = write_out(plain, language)
    if language == "vi" and not is_accented(plain):
        written = table.restore(written)
    return Query(language, written, terms(written), len(syllables(written)))
