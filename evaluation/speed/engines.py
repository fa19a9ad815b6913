"""The engine that answers people, over a corpus made for a measurement and with questions that are embedded already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desk.ports import Corpus, PublishedEntry
from evaluation.speed.material import Asked, Material
from evaluation.speed.synthetic import Source, SyntheticLaw, synthetic_law
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedded, Embedder
from knowledge.engine.snapshot import Snapshot


class KnownQuestions(Embedder):
    """Knows the vectors of the golden questions; has no model."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        super().__init__("questions embedded before")
        self._by_text: dict[str, Embedded] = {}
        self._asked = asked

    def read_as(self, snapshot: Snapshot) -> None:
        """Know the questions as this corpus reads them: which diacritics were meant depends on its words."""
        self._by_text = {snapshot.writing.query(one.text, one.language).text: one.embedded for one in self._asked}

    def queries(self, texts: Sequence[str]) -> list[Embedded]:
        return [self._by_text[text] for text in texts]


def engine_over(snapshot: Snapshot, embedder: Embedder) -> Engine:
    """An engine that searches the snapshot and follows no store."""
    engine = Engine(_nothing, lambda: snapshot.publication_no, embedder, Path())
    engine.serve(snapshot)
    return engine


def filled_up(material: Material, source: Source, passages: int) -> tuple[Corpus, SyntheticLaw, int]:
    """Exactly so many passages: guidance, record by record as far as it goes, then law; also the guidance's share."""
    entries: list[PublishedEntry] = []
    of_guidance = 0
    for record in material.records:
        count = material.counts[record.id]
        if of_guidance + count > passages:
            break
        entries.append(PublishedEntry.of(record))
        of_guidance += count
    law = synthetic_law(source, passages - of_guidance)
    return Corpus(1, entries, law.articles, law_no=1), law, of_guidance


def _nothing() -> Corpus:
    raise AssertionError("this engine reads no store")
