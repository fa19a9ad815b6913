"""What people's questions would find if a text were published: tried beside what is searched, which stays as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desk.guidance.record import GuidanceRecord, Language
from desk.ports import TRIED, Corpus, Hit, PublishedEntry, Trial
from knowledge.engine.index.guidance_index import Embed, GuidanceIndex
from knowledge.engine.model.embedding import Embedded, Embedder
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.writing.query import Query

#: So many questions are embedded at a time, so that people's questions get between them.
_AT_A_TIME = 16

Hits = Callable[[Snapshot, Query, Embedded, int, dt.date], list[Hit]]


@dataclass(frozen=True)
class Trials:
    """Tries changes of one snapshot; ``embed`` gives the vectors of passages, ``hits`` what a question finds."""

    snapshot: Snapshot
    embedder: Embedder
    embed: Embed
    hits: Hits

    def trial(
        self,
        candidate: GuidanceRecord | None,
        entry: str,
        questions: Sequence[tuple[str, Language]],
        as_of: dt.date,
        limit: int,
    ) -> list[Trial]:
        """Each question from the snapshot as it is and from the changed one, as desk.ports.Trials says."""
        changed = self._changed(candidate, entry, as_of)
        before, after = (self._found(one, questions, as_of, limit) for one in (self.snapshot, changed))
        return [Trial(*found) for found in zip(before, after, strict=True)]

    def _changed(self, candidate: GuidanceRecord | None, entry: str, as_of: dt.date) -> Snapshot:
        law, published = self.snapshot.law, self.snapshot.guidance.published
        entries = list(_with(candidate, entry, as_of, published))
        corpus = Corpus(self.snapshot.publication_no, entries, law.articles, law.law_no)
        spliced = self.snapshot.after(corpus, self.embed)
        return spliced or Snapshot.over(corpus.publication_no, GuidanceIndex(entries, self.embed), law)

    def _found(
        self, snapshot: Snapshot, questions: Sequence[tuple[str, Language]], as_of: dt.date, limit: int
    ) -> list[list[Hit]]:
        queries = [snapshot.writing.query(text, language) for text, language in questions]
        embedded: list[Embedded] = []
        for start in range(0, len(queries), _AT_A_TIME):
            embedded += self.embedder.queries([query.text for query in queries[start : start + _AT_A_TIME]])
        return [
            self.hits(snapshot, query, vectors, limit, as_of) if query.terms else []
            for query, vectors in zip(queries, embedded, strict=True)
        ]


def _with(
    candidate: GuidanceRecord | None, entry: str, as_of: dt.date, published: Sequence[PublishedEntry]
) -> Iterator[PublishedEntry]:
    """What is published, with the candidate in the place of the entry's text of the day, or behind all."""
    tried = PublishedEntry(entry, TRIED, candidate, as_of, as_of) if candidate is not None else None
    for one in published:
        if one.entry != entry or not one.from_ <= as_of or (one.to is not None and one.to < as_of):
            yield one
        elif tried is not None:
            yield tried
            tried = None
    if tried is not None:
        yield tried
