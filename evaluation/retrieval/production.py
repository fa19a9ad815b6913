"""The production search over documents: each is taken in as an article of the law, chunked and searched like one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desk.guidance.record import Language
from desk.ports import Corpus, LawArticle
from evaluation.retrieval.corpus import Document, DocumentsFound
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder

#: A first line that is longer is no heading.
_HEADING_LENGTH = 200


class ProductionSearch:
    """Implements SearchDocuments with the engine that answers people."""

    def __init__(self, model: Embedder, cache_folder: Path) -> None:
        """``cache_folder`` keeps the vectors of documents; it is not the one of the guidance."""
        self._corpus = Corpus(0, [])
        self._engine = Engine(lambda: self._corpus, lambda: self._corpus.publication_no, model, cache_folder)

    def prepare(self, documents: Sequence[Document]) -> None:
        number = self._corpus.publication_no + 1
        self._corpus = Corpus(number, [], [as_article(document) for document in documents], number)
        self._engine.refresh()

    def search(self, text: str, language: Language, limit: int) -> DocumentsFound:
        """Raises SearchUnavailable before ``prepare``."""
        result = self._engine.search(text, language, limit)
        ids, confidences = [hit.article for hit in result.law], [hit.confidence for hit in result.law]
        return DocumentsFound(ids, confidences, result.timings_ms)


def as_article(document: Document) -> LawArticle:
    """The document as the search takes it in; one without a title is headed by its own first line."""
    if document.title:
        return LawArticle("", document.id, document.title, document.text)
    first, _, rest = document.text.strip().partition("\n")
    if rest.strip() and len(first) <= _HEADING_LENGTH:
        return LawArticle("", document.id, first.strip(), rest.strip())
    return LawArticle("", document.id, "", document.text.strip())
