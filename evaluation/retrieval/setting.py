"""Puts together the engine that is measured: the production one, over the records that ship."""

from __future__ import annotations

from collections.abc import Sequence

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import Settings
from desk.guidance.record import GuidanceRecord, read_records
from desk.ports import Corpus, PublishedEntry
from knowledge.engine.embedding import Embedder
from knowledge.engine.engine import Engine
from knowledge.engine.vector_cache import VectorCache


def embedder(settings: Settings) -> Embedder:
    """The model of the settings; the default one is made now if need be."""
    prepare_model(settings)
    return Embedder(model_name(settings))


def vector_cache(settings: Settings, model: Embedder) -> VectorCache:
    """The vectors that the knowledge process keeps too."""
    return VectorCache(settings.var_dir / "index", model)


def shipped_records(settings: Settings) -> list[GuidanceRecord]:
    return read_records(settings.content_dir / "guidance")


def corpus_of(records: Sequence[GuidanceRecord]) -> Corpus:
    """The records as if each were published once."""
    return Corpus(1, [PublishedEntry(record.id, 1, record) for record in records])


def open_engine(settings: Settings) -> Engine:
    """An engine in this process, ready to search the records that ship."""
    corpus = corpus_of(shipped_records(settings))
    engine = Engine(lambda: corpus, lambda: corpus.publication_no, embedder(settings), settings.var_dir / "index")
    engine.refresh()
    return engine
