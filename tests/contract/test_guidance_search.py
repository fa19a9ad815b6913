"""What the desk may rely on from a guidance search: on the fake, the engine in this process, and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import read_settings
from desk.ports import GuidanceSearch
from knowledge.engine.embedding import Embedder
from knowledge.engine.engine import Engine
from knowledge.testing import FakeGuidanceSearch
from tests.knowledge_fixtures import Publications


@dataclass
class Searched:
    """A search, what is published for it, and how it comes to be out of service."""

    search: GuidanceSearch
    published: Publications
    fail: Callable[[], None]

    def entries(self, text: str, language: str = "vi", limit: int = 5) -> list[str]:
        return [hit.entry for hit in self.search.search(text, language, limit).hits]

    def first_confidence(self, text: str, language: str = "vi") -> float:
        hits = self.search.search(text, language).hits
        return hits[0].confidence if hits else 0.0


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    settings = read_settings()
    prepare_model(settings)
    return Embedder(model_name(settings))


@pytest.fixture(params=["fake", pytest.param("engine", marks=pytest.mark.model), pytest.param("http", marks=pytest.mark.model)])
def searched(request: pytest.FixtureRequest) -> Iterator[Searched]:
    yield from request.getfixturevalue(f"_{request.param}")()


@pytest.fixture
def _fake() -> Callable[[], Iterator[Searched]]:
    def make() -> Iterator[Searched]:
        published = Publications.of()
        search = FakeGuidanceSearch(published.corpus)

        def fail() -> None:
            search.available = False

        yield Searched(search, published, fail)

    return make


@pytest.fixture(scope="module")
def vectors_kept(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("index"))


@pytest.fixture
def engine_over(embedder: Embedder, vectors_kept: str) -> Callable[[Publications], Engine]:
    from pathlib import Path

    return lambda published: Engine(published.corpus, published.publication_no, embedder, Path(vectors_kept))
