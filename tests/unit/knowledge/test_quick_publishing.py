"""Publishing one entry among many takes a small part of making the index anew: what makes it searchable at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from desk.ports import Corpus, PublishedEntry
from evaluation.speed.made_up import MadeUp
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.snapshot import Snapshot
from tests.knowledge_fixtures import WordEmbedder, records

#: Sixteen passages each: two thousand in all.
ENTRIES = 125


def test_one_change_among_two_thousand_passages_takes_less_than_a_tenth_of_making_all() -> None:
    made = MadeUp(records())
    entries = [PublishedEntry.of(record) for record in made.records(ENTRIES)]
    embedder = WordEmbedder()
    known: dict[str, Embedded] = {}

    def embed(texts: Sequence[str]) -> list[Embedded]:  # vectors are kept: what is measured is the index
        known.update(
            {text: row for text, row in zip(texts, embedder.passages(texts), strict=True) if text not in known}
        )
        return [known[text] for text in texts]

    corpus = Corpus(1, entries)
    Snapshot.of(corpus, embed, embed)

    def kept(texts: Sequence[str]) -> list[Embedded]:
        return [known[text] for text in texts]

    whole = min(_cpu(lambda: Snapshot.of(corpus, kept, kept)) for _ in range(2))
    without = Snapshot.of(Corpus(1, [*entries[:60], *entries[61:]]), kept, kept)
    spliced = min(_cpu(lambda: without.after(corpus, kept)) for _ in range(5))
    assert spliced < whole / 10


def _cpu(act: Callable[[], object]) -> float:
    """Seconds of this thread's work, which other programs do not lengthen."""
    began = time.thread_time()
    act()
    return time.thread_time() - began
