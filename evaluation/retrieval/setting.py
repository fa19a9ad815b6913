"""Puts together the engine that is measured: the production one, over the records that ship."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from desk.guidance.record import GuidanceRecord, read_records
from desk.ports import Corpus, PublishedEntry
from knowledge.engine.embedding import Embedder
from knowledge.engine.engine import Engine
from knowledge.engine.packaged_model import default_model_path, make_default_model

PROJECT = Path(__file__).parents[2]
GUIDANCE = PROJECT / "content" / "guidance"


def var_folder() -> Path:
    """Where what is made at run time is kept."""
    return Path(os.environ.get("VAR_DIR") or PROJECT / "var")


def embedder() -> Embedder:
    """The model that EMBEDDING_MODEL names, else the default one, made now if need be."""
    named = os.environ.get("EMBEDDING_MODEL")
    return Embedder(named or make_default_model(default_model_path(var_folder())))


def shipped_records() -> list[GuidanceRecord]:
    return read_records(GUIDANCE)


def corpus_of(records: Sequence[GuidanceRecord]) -> Corpus:
    """The records as if each were published once."""
    return Corpus(1, [PublishedEntry(record.id, 1, record) for record in records])


def engine_of(records: Sequence[GuidanceRecord]) -> Engine:
    """An engine in this process, ready to search these records."""
    corpus = corpus_of(records)
    engine = Engine(lambda: corpus, lambda: corpus.publication_no, embedder(), var_folder() / "index")
    engine.refresh()
    return engine
