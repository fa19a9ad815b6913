"""The production search over documents that are no guidance: each is indexed as the answer of an entry of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desk.guidance.record import Bilingual, GuidanceRecord, Language, Questions
from desk.ports import Corpus, PublishedEntry
from evaluation.retrieval.corpus import Document, DocumentsFound
from knowledge.engine.embedding import Embedder
from knowledge.engine.engine import Engine

#: A first line that is longer is no heading.
_HEADING_LENGTH = 200


class ProductionSearch:
    """Implements SearchDocuments with the engine that answers people."""

    def __init__(self, model: Embedder, cache_folder: Path) -> None:
        """``cache_folder`` keeps the vectors of documents; it is not the one of the guidance."""
        self._corpus = Corpus(0, [])
        self._engine = Engine(lambda: self._corpus, lambda: self._corpus.publication_no, model, cache_folder)

    def prepare(self, documents: Sequence[Document]) -> None:
        entries = [PublishedEntry(document.id, 1, as_record(document)) for document in documents]
        self._corpus = Corpus(self._corpus.publication_no + 1, entries)
        self._engine.refresh()

    def search(self, text: str, language: Language, limit: int) -> DocumentsFound:
        """Raises SearchUnavailable before ``prepare``."""
        result = self._engine.search(text, language, limit)
        ids, confidences = [hit.entry for hit in result.hits], [hit.confidence for hit in result.hits]
        return DocumentsFound(ids, confidences, result.timings_ms)


def as_record(document: Document) -> GuidanceRecord:
    """The document as the search takes it in: a title and an answer, the same for questions in either language.

    Built past the checks of guidance, which a document cannot meet: it has no legal basis and no ways to ask.
    """
    title, text = _heading(document)
    parts: dict[str, Any] = {
        "id": document.id,
        "title": Bilingual(vi=title, en=title),
        "answer": Bilingual(vi=text, en=text),
        "questions": Questions.model_construct(vi=[], en=[]),
    }
    return GuidanceRecord.model_construct(**parts)


def _heading(document: Document) -> tuple[str, str]:
    """The title and the text below it; a document without a title is headed by its own first line."""
    if document.title:
        return document.title, document.text
    first, _, rest = document.text.strip().partition("\n")
    if rest.strip() and len(first) <= _HEADING_LENGTH:
        return first.strip(), rest.strip()
    return first.strip()[:_HEADING_LENGTH], document.text.strip()
