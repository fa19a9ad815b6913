"""The desk's own search, measured beside its peers: the production engine with the desk's threshold."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from desk.guidance.record import GuidanceRecord, Language
from evaluation.peers.peer import Found
from evaluation.peers.versions import installed
from evaluation.retrieval.setting import corpus_of
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder


class DeskSearch:
    """Implements Peer; scores are the desk's confidences."""

    name = "the desk"
    set_up = (
        "The production search over the records that ship, with its own mix and its own confidence. It answers at the "
        "threshold of content/answering.yml; what the desk does before it searches (one's own file, complaints) and "
        "after it (asking back) is left out."
    )

    def __init__(self, model: Embedder, cache_folder: Path, threshold: float) -> None:
        """``threshold`` is the confidence needed to answer."""
        self._model = model
        self._cache_folder = cache_folder
        self._threshold = threshold
        self._engine: Engine | None = None

    def prepare(self, records: Sequence[GuidanceRecord]) -> Mapping[str, str]:
        corpus = corpus_of(records)
        self._engine = Engine(lambda: corpus, lambda: corpus.publication_no, self._model, self._cache_folder)
        self._engine.refresh()
        return installed("customs-enquiry-desk", "sentence-transformers", "torch", "faiss-cpu")

    def search(self, text: str, language: Language, limit: int) -> Found:
        if self._engine is None:
            raise RuntimeError("prepare comes before search")
        start = time.perf_counter()
        hits = self._engine.search(text, language, limit).hits
        milliseconds = (time.perf_counter() - start) * 1000
        answers = bool(hits) and hits[0].confidence >= self._threshold
        return Found([(hit.entry, hit.confidence) for hit in hits], milliseconds, answers)

    def close(self) -> None:
        self._engine = None
