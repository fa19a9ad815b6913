"""Puts together what is measured: the production search and desk, over the records that ship."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bootstrap.assembly import SystemClock
from bootstrap.engine import engine_following, model_name, open_engine, prepare_model
from bootstrap.settings import Settings
from desk.desk import Desk, Rules
from desk.guidance import service as guidance
from desk.guidance.record import GuidanceRecord, read_records
from desk.migrations.run import migrate
from desk.ports import Corpus, PublishedEntry
from desk.store import Store, make_engine
from dialogue.client import RasaDialogue
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.model.vector_cache import VectorCache


def embedder(settings: Settings) -> Embedder:
    """The model of the settings; the default one is made now if need be."""
    prepare_model(settings)
    return Embedder(model_name(settings))


def vector_cache(settings: Settings, model: Embedder, collection: str = "guidance") -> VectorCache:
    """The vectors of a collection; those of the guidance are kept by the knowledge process too."""
    return VectorCache(settings.var_dir / "index", model, collection)


def shipped_records(settings: Settings) -> list[GuidanceRecord]:
    return read_records(settings.content_dir / "guidance")


def corpus_of(records: Sequence[GuidanceRecord]) -> Corpus:
    """The records as if each were published once."""
    return Corpus(1, [PublishedEntry.of(record) for record in records])


@contextmanager
def desk_over_shipped(settings: Settings, model: Embedder | None = None, vectors: Path | None = None) -> Iterator[Desk]:
    """The desk with its real search over the records that ship, in a store of its own; nobody else is asked.

    Another model may stand in for that of the settings, with a folder of its own for its vectors.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = Store(make_engine(f"sqlite:///{Path(folder) / 'shipped.sqlite'}"))
        migrate(store.engine)
        clock = SystemClock()
        with store.writing() as session:
            guidance.load_shipped(session, shipped_records(settings), at=clock.now())
        if model is None:
            engine = open_engine(settings, store)
        else:
            engine = engine_following(store, model, vectors or settings.var_dir / "index")
        engine.refresh()
        yield Desk(store, clock, engine, RasaDialogue(settings.rasa_url), Rules.read(settings.content_dir))
        store.engine.dispose()
