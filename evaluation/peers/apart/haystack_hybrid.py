"""Haystack's hybrid retrieval over the passages, words and meaning joined by rank; run by the peers' Python."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

#: So many passages each retriever gives, that ten entries are among them.
PASSAGES = 50


class Peer:
    """One document a passage; an entry stands where the first of its passages does."""

    def __init__(self) -> None:
        self._pipeline = Pipeline()

    def prepare(
        self, records: list[dict[str, Any]], folder: str, model: str, model_identity: str, prompts: dict[str, str]
    ) -> dict[str, Any]:
        """``model`` is a folder; ``prompts`` are what the model wants before a query and before a passage.

        What is embedded is kept in ``folder`` for the same model and passages: it takes some minutes.
        """
        documents = [
            Document(content=passage, meta={"entry": record["id"]})
            for record in records
            for passage in dict.fromkeys(record["passages"])
        ]
        told = json.dumps([model_identity, prompts, [[one.content, one.meta] for one in documents]])
        kept = Path(folder) / f"documents-{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            _embed(documents, model, prompts["passage"]).save_to_disk(str(kept))
        # A question on one core, as the desk does it: on a busy machine several wait for each other.
        torch.set_num_threads(1)
        self._pipeline = _hybrid(InMemoryDocumentStore.load_from_disk(str(kept)), model, prompts["query"])
        return {
            "versions": {name: metadata.version(name) for name in ("haystack-ai", "sentence-transformers-haystack")}
        }

    def search(self, text: str, language: str, limit: int) -> dict[str, Any]:
        ran = self._pipeline.run({"text_embedder": {"text": text}, "words": {"query": text}})
        best: dict[str, float] = {}
        for document in ran["joiner"]["documents"]:
            best.setdefault(document.meta["entry"], float(document.score))
        return {"found": [list(one) for one in best.items()][:limit]}


def _embed(documents: list[Document], model: str, prompt: str) -> InMemoryDocumentStore:
    embedder = SentenceTransformersDocumentEmbedder(
        model=model, prefix=prompt, progress_bar=False, local_files_only=True
    )
    embedder.warm_up()
    store = InMemoryDocumentStore()
    store.write_documents(embedder.run(documents)["documents"])
    return store


def _hybrid(store: InMemoryDocumentStore, model: str, prompt: str) -> Pipeline:
    """The pipeline of Haystack's guide to hybrid retrieval."""
    pipeline = Pipeline()
    pipeline.add_component(
        "text_embedder",
        SentenceTransformersTextEmbedder(model=model, prefix=prompt, progress_bar=False, local_files_only=True),
    )
    pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store, top_k=PASSAGES))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=PASSAGES))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("text_embedder", "meaning")
    pipeline.connect("meaning", "joiner")
    pipeline.connect("words", "joiner")
    return pipeline
