"""The law is found by article, clause and point, is shown word for word, and is indexed only when it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.ports import LawArticle, LawHit
from knowledge.engine.engine import Engine
from tests.knowledge_fixtures import Publications, WordEmbedder, record

SAMPLES = LawArticle(
    "901/2026/QH99",
    "5",
    "Hàng mẫu",
    "1. Hàng mẫu được miễn lệ phí.\n2. Các trường hợp sau đây phải khai:\na) hàng mẫu có giá trị trên mười đồng;\n"
    "b) hàng mẫu là thuốc lá.",
)
STORAGE = LawArticle("901/2026/QH99", "6", "Kho", "Kho phải có tường bao quanh và cổng khóa.")


@pytest.fixture
def published() -> Publications:
    published = Publications.of()
    published.import_law(SAMPLES, STORAGE)
    return published


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def engine(published: Publications, embedder: WordEmbedder, tmp_path: Path) -> Engine:
    engine = Engine(published.corpus, published.publication_no, embedder, tmp_path)
    engine.refresh()
    return engine


def law(engine: Engine, text: str) -> list[LawHit]:
    return list(engine.search(text, "vi").law)


def test_the_nearest_part_is_shown_with_its_address_and_what_leads_in(engine: Engine) -> None:
    hit = law(engine, "hàng mẫu là thuốc lá")[0]
    assert (hit.instrument, hit.article, hit.clause, hit.point) == ("901/2026/QH99", "5", "2", "b")
    assert hit.text == "2. Các trường hợp sau đây phải khai:\nb) hàng mẫu là thuốc lá."


def test_an_article_is_found_once(engine: Engine) -> None:
    assert [hit.article for hit in law(engine, "hàng mẫu")] == ["5", "6"]


def test_without_diacritics_the_same_is_found(engine: Engine) -> None:
    assert law(engine, "kho phai co tuong bao quanh")[0].article == "6"


def test_how_likely_it_bears_on_the_question_is_a_probability(engine: Engine) -> None:
    assert all(0 <= hit.confidence <= 1 for hit in law(engine, "hàng mẫu là thuốc lá"))


def test_new_guidance_does_not_embed_the_law_again(
    engine: Engine, published: Publications, embedder: WordEmbedder
) -> None:
    embedder.embedded.clear()
    published.publish(record("transit_land"))
    assert engine.refresh()
    assert embedder.embedded == []
    assert law(engine, "tường bao quanh")[0].article == "6"


def test_removed_law_is_no_longer_found(engine: Engine, published: Publications) -> None:
    published.import_law()
    engine.refresh()
    assert law(engine, "hàng mẫu") == []
