"""The engine follows what is published, and goes on answering whatever happens to the store."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.ports import Corpus, SearchUnavailable
from knowledge.engine.engine import Engine
from tests.desk_fixtures import a_record
from tests.knowledge_fixtures import Publications, WordEmbedder, record, until


@pytest.fixture
def published() -> Publications:
    return Publications.of()


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def engine(published: Publications, embedder: WordEmbedder, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(published.corpus, published.publication_no, embedder, tmp_path)
    yield engine
    engine.stop()


def first(engine: Engine, text: str) -> str:
    return engine.search(text, "vi").hits[0].entry


def test_before_the_first_refresh_there_is_no_search(engine: Engine) -> None:
    assert engine.publication_no is None
    with pytest.raises(SearchUnavailable):
        engine.search("tờ khai", "vi")


def test_a_refresh_makes_the_publication_searchable(engine: Engine, published: Publications) -> None:
    assert engine.refresh()
    assert engine.publication_no == published.number
    assert first(engine, "hàng về cảng bao lâu phải mở tờ khai") == "decl_time_import"


def test_a_refresh_without_a_new_publication_does_nothing(engine: Engine, published: Publications) -> None:
    engine.refresh()
    published.entries.clear()  # would be noticed if it were read again
    assert not engine.refresh()
    assert first(engine, "giữ chứng từ mấy năm") == "records_retention"


def test_a_publication_embeds_only_what_is_new(engine: Engine, published: Publications, embedder: WordEmbedder) -> None:
    engine.refresh()
    embedder.embedded.clear()
    published.publish(a_record("fee_rates"))
    engine.refresh()
    assert embedder.embedded
    assert all("fee_rates" in text or text.startswith(("hỏi", "ask")) for text in embedder.embedded)


def test_a_search_names_its_steps_and_their_milliseconds(engine: Engine) -> None:
    engine.refresh()
    timings = engine.search("tờ khai", "vi").timings_ms
    assert list(timings) == ["prepare", "embed", "rank", "rank_law"]
    assert all(spent >= 0 for spent in timings.values())


def test_one_published_entry_alone_can_be_found(tmp_path: Path) -> None:
    published = Publications.of("transit_land")
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), tmp_path)
    engine.refresh()
    assert first(engine, "tuyến đường nào được đi") == "transit_land"


def test_watching_follows_the_publications(engine: Engine, published: Publications) -> None:
    engine.watch(interval=0.01)
    until(lambda: engine.publication_no == published.number)
    published.publish(record("transit_land"))
    until(lambda: engine.publication_no == published.number)
    assert engine.search("tuyến đường nào được đi", "vi").hits[0].version == 2


def test_watching_outlives_an_outage_of_the_store_and_reports_it_once(
    engine: Engine, published: Publications, caplog: pytest.LogCaptureFixture
) -> None:
    looked = 0

    def publication_no() -> int:
        nonlocal looked
        looked += 1
        return published.publication_no()

    engine._read_publication_no = publication_no
    with caplog.at_level(logging.ERROR):
        engine.watch(interval=0.001)
        until(lambda: engine.publication_no is not None)
        published.failing = True
        seen = looked
        until(lambda: looked > seen + 5)
        assert first(engine, "giữ chứng từ mấy năm") == "records_retention"
        published.failing = False
        published.publish(record("transit_land"))
        until(lambda: engine.publication_no == published.number)
    assert len(caplog.records) == 1


def test_watching_begins_before_the_store_can_be_read(engine: Engine, published: Publications) -> None:
    published.failing = True
    engine.watch(interval=0.001)
    published.failing = False
    until(lambda: engine.publication_no == published.number)


def test_watching_twice_is_watching_once_and_stopping_twice_no_error(engine: Engine) -> None:
    engine.watch(interval=0.01)
    engine.watch(interval=0.01)
    engine.stop()
    engine.stop()


def test_a_search_sees_one_publication_or_the_next_never_both(published: Publications, tmp_path: Path) -> None:
    def corpus() -> Corpus:
        whole = published.corpus()
        if engine.publication_no is not None:  # the next one is being read: the last one is searched
            assert engine.search("tuyến đường nào", "vi").publication_no == whole.publication_no - 1
        return whole

    engine = Engine(corpus, published.publication_no, WordEmbedder(), tmp_path)
    engine.refresh()
    published.publish(a_record("fee_rates"))
    engine.refresh()
    assert engine.search("tuyến đường nào", "vi").publication_no == published.number
