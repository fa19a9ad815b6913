"""Compares texts with each other over one snapshot, and remembers those that it has read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from desk.conversations.language import choose
from desk.guidance.record import Language
from knowledge.engine.judging.likeness import Profile, fitted_likeness, likenesses, same_answer
from knowledge.engine.model.embedding import Embedded, Embedder, Vectors
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.writing.query import Query

#: The longest text that is compared, in characters.
COMPARED_LENGTH = 1_000
#: So many texts are embedded at a time, so that people's questions get between them.
_AT_A_TIME = 8
_KEPT = 2_048


class Read:
    """A text as it was read; ``answers`` is filled in when it is first wanted."""

    def __init__(self, query: Query, profile: Profile) -> None:
        self.query = query
        self.profile = profile
        self.answers: Mapping[str, float] | None = None

    @property
    def has_words(self) -> bool:
        return bool(self.query.terms)


class Alike:
    """Compares texts over one snapshot; safe to use from several threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        embedder: Embedder,
        answers: Callable[[Snapshot, Query, Embedded], Mapping[str, float]],
    ) -> None:
        """``answers`` gives the probability with which each entry answers a text."""
        self.snapshot = snapshot
        self._embedder = embedder
        self._answers = answers
        self._kept: OrderedDict[str, Read] = OrderedDict()
        self._lock = threading.Lock()

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How likely each of the others asks the same, 0 to 1; a text without words is like none."""
        one, *rest = self.read([text, *others])
        places = [place for place, other in enumerate(rest) if other.has_words] if one.has_words else []
        found = np.zeros(len(rest))
        if places:
            compared = [rest[place] for place in places]
            found[places] = likenesses(
                one.profile,
                [other.profile for other in compared],
                lambda place: same_answer(self.answers_of(one), self.answers_of(compared[place])),
                fitted_likeness(),
            )
        return [float(likeness) for likeness in found]

    def answers_of(self, read: Read) -> Mapping[str, float]:
        """The probability with which each entry answers the text, looked for once."""
        if read.answers is None:
            read.answers = self._answers(self.snapshot, read.query, read.profile.embedded)
        return read.answers

    def read(self, texts: Sequence[str]) -> list[Read]:
        """The texts as they are compared, one a text; only what is new is embedded."""
        wanted = list(dict.fromkeys(text[:COMPARED_LENGTH] for text in texts))
        with self._lock:
            known = {text: self._kept[text] for text in wanted if text in self._kept}
        fresh = [text for text in wanted if text not in known]
        for start in range(0, len(fresh), _AT_A_TIME):
            known |= self._fresh(fresh[start : start + _AT_A_TIME])
        with self._lock:
            for text in wanted:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [known[text[:COMPARED_LENGTH]] for text in texts]

    def vectors(self, texts: Sequence[str]) -> list[Vectors]:
        """The meaning of each text, prepared as a question; zeros for one without words. None is remembered."""
        found: list[Vectors] = []
        for start in range(0, len(texts), _AT_A_TIME):
            some = [text[:COMPARED_LENGTH] for text in texts[start : start + _AT_A_TIME]]
            queries = [self.snapshot.writing.query(text, _language(text)) for text in some]
            embedded = self._embedder.queries([query.text for query in queries])
            found += [one.whole * bool(query.terms) for one, query in zip(embedded, queries, strict=True)]
        return found

    def _fresh(self, texts: Sequence[str]) -> dict[str, Read]:
        guidance = self.snapshot.guidance
        queries = [self.snapshot.writing.query(text, _language(text)) for text in texts]
        read = {}
        for text, query, embedded in zip(
            texts, queries, self._embedder.queries([query.text for query in queries]), strict=True
        ):
            weights, nearness = guidance.weights_of_tokens(embedded), guidance.nearness(embedded)
            read[text] = Read(query, Profile.of(query.language, embedded, weights, nearness))
        return read


def _language(text: str) -> Language:
    return choose(choice=None, text=text, conversation=None, channel_hint=None)
