"""The search engine over the desk's published guidance: for the knowledge process, and for commands without one."""

from __future__ import annotations

from pathlib import Path

from bootstrap.settings import Settings
from desk.guidance import service as guidance
from desk.guidance.record import read_records
from desk.ports import Corpus, PublishedEntry
from desk.published.service import Reader
from desk.store import Store
from knowledge.engine.engine import Engine
from knowledge.engine.index.guidance_index import GuidanceIndex
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.model.packaged_model import default_model_path, make_default_model
from knowledge.engine.model.vector_cache import VectorCache


def model_name(settings: Settings) -> str:
    """The embedding model in use: the operator's, else the default one made at set-up."""
    return settings.embedding_model or str(default_model_path(settings.var_dir))


def prepare_model(settings: Settings) -> Path | None:
    """Make the default model where it is needed and missing; None where the operator chose another."""
    if settings.embedding_model:
        return None
    return make_default_model(default_model_path(settings.var_dir))


def prepare_vectors(settings: Settings) -> None:
    """Embed the guidance that ships, so that the first start need not; what is embedded already is not done again."""
    records = read_records(settings.content_dir / "guidance")
    entries = [PublishedEntry.of(record) for record in records]
    embedder = Embedder(model_name(settings))
    GuidanceIndex(entries, VectorCache(settings.var_dir / "index", embedder).vectors)


def open_engine(settings: Settings, store: Store) -> Engine:
    """An engine that follows what is published in the store; not yet loaded."""
    prepare_model(settings)
    return engine_following(store, Embedder(model_name(settings)), settings.var_dir / "index")


def engine_following(store: Store, embedder: Embedder, vectors: Path) -> Engine:
    """The same with a model, and a folder in which vectors are kept."""
    reader = Reader()

    def corpus() -> Corpus:
        with store.reading() as session:
            return reader.corpus(session)

    def publication_no() -> int:
        with store.reading() as session:
            return guidance.publication_no(session)

    return Engine(corpus, publication_no, embedder, vectors)
