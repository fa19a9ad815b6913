"""A search for tests: no model, no index, the same answers every time."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from collections.abc import Callable, Collection, Sequence

from desk.guidance.record import GuidanceRecord, Language
from desk.law.structure import parts
from desk.ports import (
    TRIED,
    Corpus,
    Hit,
    Indexed,
    LawArticle,
    LawHit,
    PublishedEntry,
    SearchResult,
    SearchUnavailable,
    Trial,
)
from desk.vietnamese import fold
from knowledge.engine.writing.text import normalise, syllables

#: Numbers in a fake vector: few enough to be quick, enough that two words seldom have one place.
_DIMENSIONS = 512
#: Since when the fake search searches.
_BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class FakeGuidanceSearch:
    """Finds entries by the folded words that they share with the text. Implements desk.ports.Knowledge.

    The confidence is the share of the text's words that the entry's title, questions and answer have in the asked
    language, and nearly 1 where the text is one of its questions. Law is found by the same share of the words of its
    parts. A test sets ``available`` to False for an outage.
    """

    def __init__(self, load_corpus: Callable[[], Corpus]) -> None:
        self._load_corpus = load_corpus
        self.available = True
        self.asked: list[str] = []

    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        """Find the entries that share words with the text; raises SearchUnavailable when told to."""
        if not self.available:
            raise SearchUnavailable("The search is switched off by the test.")
        self.asked.append(text)
        corpus = self._load_corpus()
        wanted = _words(text)
        hits = _found(served_on(corpus.entries, as_of), text, language)
        law = [hit for article in corpus.law if (hit := _place_in(article, wanted)) is not None]
        law.sort(key=lambda hit: (-hit.score, hit.instrument, hit.article))
        return SearchResult(corpus.publication_no, hits[:limit], {}, law[:limit])

    def trial(
        self,
        candidate: GuidanceRecord | None,
        entry: str,
        questions: Sequence[tuple[str, Language]],
        as_of: dt.date,
        limit: int = 5,
    ) -> list[Trial]:
        """Each question as ``search`` answers it, before and after the change; raises SearchUnavailable if told to."""
        if not self.available:
            raise SearchUnavailable("The search is switched off by the test.")
        before = served_on(self._load_corpus().entries, as_of)
        after = [one for one in before if one.entry != entry]
        if candidate is not None:
            after.append(PublishedEntry.of(candidate, TRIED))
        return [
            Trial(_found(before, text, language)[:limit], _found(after, text, language)[:limit])
            for text, language in questions
        ]

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """The share of words that two texts have in common, and nothing else; raises SearchUnavailable when told to."""
        if not self.available:
            raise SearchUnavailable("The search is switched off by the test.")
        wanted = _words(text)
        return [len(wanted & has) / len(wanted | has) if (has := _words(other)) and wanted else 0.0 for other in others]

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """One place for each word, whatever its diacritics; raises SearchUnavailable when told to."""
        if not self.available:
            raise SearchUnavailable("The search is switched off by the test.")
        return [vector_of_words(_words(text)) for text in texts]

    def indexed(self, publication_no: int) -> Indexed:
        """Everything is searched as soon as it is published; raises SearchUnavailable when told to."""
        if not self.available:
            raise SearchUnavailable("The search is switched off by the test.")
        present = self._load_corpus().publication_no
        return Indexed(present, _BEGIN if present >= publication_no else None)


def _found(entries: Sequence[PublishedEntry], text: str, language: Language) -> list[Hit]:
    wanted = _words(text)
    measured = [(one, _confidence(wanted, one.record, language)) for one in entries]
    hits = [Hit(one.entry, one.version, confidence, confidence) for one, confidence in measured if confidence > 0]
    return sorted(hits, key=lambda hit: (-hit.score, hit.entry))


def served_on(entries: Sequence[PublishedEntry], as_of: dt.date | None) -> list[PublishedEntry]:
    """What takes part in a search of a day; without one the version of each entry that begins last."""
    if as_of is not None:
        return [one for one in entries if one.from_ <= as_of and (one.to is None or as_of <= one.to)]
    return list({one.entry: one for one in sorted(entries, key=lambda one: one.from_)}.values())


def vector_of_words(words: Collection[str]) -> list[float]:
    """Texts with the same words have the same vector, and texts without a word in common are at right angles, nearly.

    Of length 1, or 0 without words.
    """
    places = {zlib.crc32(word.encode()) % _DIMENSIONS for word in words}
    length = math.sqrt(len(places)) or 1.0
    return [1 / length if place in places else 0.0 for place in range(_DIMENSIONS)]


def _confidence(wanted: set[str], record: GuidanceRecord, language: Language) -> float:
    questions = record.questions[language]
    if any(_words(question) == wanted for question in questions):
        return 0.99
    has = _words(" ".join([record.title[language], *questions, record.answer[language]]))
    return _share(wanted, has)


def _place_in(article: LawArticle, wanted: set[str]) -> LawHit | None:
    """The part of an article that has most of the words; None where no part has any."""
    best: LawHit | None = None
    for part in parts(article):
        confidence = _share(wanted, _words(f"{article.heading} {part.passage}"))
        if confidence > (best.confidence if best else 0):
            where = (article.instrument, article.article, part.clause, part.point)
            best = LawHit(*where, article.heading, part.passage, confidence, confidence)
    return best


def _share(wanted: set[str], has: set[str]) -> float:
    return 0.9 * len(wanted & has) / len(wanted) if wanted else 0.0


def _words(text: str) -> set[str]:
    return set(syllables(fold(normalise(text))))
