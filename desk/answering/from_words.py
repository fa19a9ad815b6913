"""The step for a search that is away: entries that share words with the question, offered and never an answer.

It needs the store alone, no model and no engine: titles and example questions of what is in force on the asked day,
compared by their folded words and pairs of words, each weighed by how few entries have it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desk.answering.folding import folded
from desk.answering.judge import OFFERED
from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Progress
from desk.answering.recognise import Patterns
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.publications import publication_no
from desk.guidance.record import LANGUAGES, GuidanceRecord
from desk.ports import Corpus, Hit
from desk.store import Store

#: The share of a question's weight that an entry must have in common with it to be offered.
ENOUGH = 0.2
#: How much a whole entry counts beside its best single sentence.
_OF_ENTRY = 0.5


@dataclass(frozen=True)
class _Known:
    """One version that is served for some days: the words of each of its sentences, and of all of them."""

    entry: str
    version: int
    from_: dt.date
    to: dt.date | None
    sentences: Sequence[frozenset[str]]
    words: frozenset[str]

    def holds_on(self, day: dt.date) -> bool:
        return self.from_ <= day and (self.to is None or day <= self.to)


@dataclass(frozen=True)
class _Index:
    """All that is served at one publication, and the weight of each word."""

    publication_no: int
    known: Sequence[_Known]
    weights: dict[str, float]
    unknown: float


class FromWords:
    """Offers up to four entries where the search did not answer; the outcome stays what it is where none fits.

    What sounds like one's own file or a complaint is an officer's: nothing is known that would speak against it.
    """

    name = "from_words"

    def __init__(self, store: Store, patterns: Patterns) -> None:
        self._store = store
        self._patterns = patterns
        self._index: _Index | None = None
        self._building = threading.Lock()

    def take(self, progress: Progress) -> None:
        if progress.outcome is not Outcome.ERROR_SEARCH:
            return
        if hinted := self._patterns.hinted_matter_of(progress.question.text):
            progress.outcome, progress.decided_by = hinted, self.name
            return
        hits = self.hits(progress.question.wording, progress.question.as_of)
        with self._store.reading() as session:
            found = versions.in_force_of_each(session, [hit.entry for hit in hits], progress.question.as_of)
        progress.candidates = [Candidate(found[hit.entry], hit) for hit in hits if hit.entry in found]
        progress.considered = progress.candidates
        if progress.candidates:
            progress.outcome, progress.decided_by = Outcome.CLARIFY_ENTRIES, self.name

    def hits(self, text: str, as_of: dt.date) -> list[Hit]:
        """At most OFFERED entries in force on the day, best first; their confidence is 0: nothing is known of it."""
        asked = frozenset(_terms(text))
        index = self._up_to_date()
        whole = sum(index.weights.get(word, index.unknown) for word in asked)
        scored = [(_score(asked, one, index), one) for one in index.known if one.holds_on(as_of)]
        best = sorted(((score, one) for score, one in scored if score), key=lambda pair: (-pair[0], pair[1].entry))
        return [
            Hit(one.entry, one.version, score=score, confidence=0.0, lexical=round(score / whole, 4))
            for score, one in best[:OFFERED]
            if score / whole >= ENOUGH
        ]

    def _up_to_date(self) -> _Index:
        """The index of the present publication, made anew by the first who asks after it has changed."""
        with self._building:
            with self._store.reading() as session:
                if self._index is None or self._index.publication_no != publication_no(session):
                    self._index = _indexed(guidance.corpus(session))
            return self._index


def _indexed(corpus: Corpus) -> _Index:
    known = []
    for one in corpus.entries:
        sentences = [frozenset(_terms(sentence)) for sentence in _sentences(one.record)]
        known.append(_Known(one.entry, one.version, one.from_, one.to, sentences, frozenset().union(*sentences)))
    in_entries = Counter(word for words in _of_each_entry(known) for word in words)
    entries = len({one.entry for one in known})
    weights = {word: math.log(1 + entries / count) for word, count in in_entries.items()}
    return _Index(corpus.publication_no, known, weights, math.log(1 + entries))


def _of_each_entry(known: Sequence[_Known]) -> Iterable[set[str]]:
    words: dict[str, set[str]] = {}
    for one in known:
        words.setdefault(one.entry, set()).update(one.words)
    return words.values()


def _score(asked: frozenset[str], one: _Known, index: _Index) -> float:
    """The weight that the question shares with the best sentence of an entry, and somewhat with all of them."""
    of_entry = sum(index.weights[word] for word in asked & one.words)
    if not of_entry:
        return 0.0
    best = max(sum(index.weights[word] for word in asked & sentence) for sentence in one.sentences)
    return (1 - _OF_ENTRY) * best + _OF_ENTRY * of_entry


def _sentences(record: GuidanceRecord) -> Iterator[str]:
    for language in LANGUAGES:
        yield record.title[language]
        yield from record.questions[language]


def _terms(text: str) -> Iterator[str]:
    """The folded words of a text, and each two that stand together: a Vietnamese word is often two syllables."""
    words = re.findall(r"\w+", folded(text))
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))
