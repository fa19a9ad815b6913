"""The knowledge service's HTTP: what it tells, what it refuses, and what its client makes of odd answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from desk.ports import LawHit, SearchResult, SearchUnavailable
from knowledge.client import KnowledgeClient
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedded
from knowledge.server import create_app
from tests.knowledge_fixtures import Publications, WordEmbedder, until


@pytest.fixture
def published() -> Publications:
    return Publications.of()


@pytest.fixture
def service(published: Publications, tmp_path: Path) -> Iterator[TestClient[Any]]:
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), tmp_path)
    with TestClient(create_app(engine)) as service:
        until(lambda: published.failing or engine.publication_no is not None)
        yield service


def test_health_names_the_publication_and_the_model(service: TestClient[Any], published: Publications) -> None:
    answer = service.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert {"status": "ok", "publication_no": published.number, "model": "words"}.items() <= told.items()
    assert told["passages"] > told["entries"] > 0
    assert dt.datetime.fromisoformat(told["indexed_at"]).tzinfo is not None


def test_a_search_tells_its_hits_and_where_the_time_went(service: TestClient[Any]) -> None:
    answer = service.post("/search", json={"text": "giữ chứng từ mấy năm", "language": "vi", "limit": 2})
    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {"publication_no", "hits", "law", "timings_ms"}
    assert len(told["hits"]) == 2
    assert set(told["hits"][0]) == {"entry", "version", "score", "confidence", "lexical", "semantic", "joint"}
    assert set(told["timings_ms"]) == {"prepare", "embed", "rank", "rank_law", "total"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "tờ khai"},
        {"text": "tờ khai", "language": "fr"},
        {"text": "tờ khai", "language": "vi", "limit": 0},
        {"text": "tờ khai", "language": "vi", "limit": 1_000},
        {"text": ["tờ khai"], "language": "vi"},
        {"text": "tờ khai", "language": "vi", "other": 1},
        {"text": "tờ khai", "language": "vi", "as_of": "30/6/2026"},
        ["tờ khai"],
    ],
)
def test_what_is_no_search_is_refused(service: TestClient[Any], body: Any) -> None:
    assert service.post("/search", json=body).status_code == 400


def test_a_body_beyond_all_measure_is_refused(service: TestClient[Any]) -> None:
    assert service.post("/search", json={"text": "a" * 1_000_000, "language": "vi"}).status_code == 413


def test_while_loading_it_says_so_in_a_sentence(published: Publications, tmp_path: Path) -> None:
    published.failing = True
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), tmp_path)
    with TestClient(create_app(engine)) as service:
        health = service.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "loading")
        answer = service.post("/search", json={"text": "tờ khai", "language": "vi"})
        assert answer.status_code == 503
        assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>another service</html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"hits": [{"entry": "a"}], "law": [], "publication_no": 1, "timings_ms": {}}),
        httpx.Response(200, json={"hits": [], "law": [{"article": "1"}], "publication_no": 1, "timings_ms": {}}),
        httpx.Response(302, headers={"location": "/elsewhere"}),
        httpx.Response(500),
    ],
)
def test_an_odd_answer_means_that_the_search_is_unavailable(
    answer: httpx.Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = KnowledgeClient("http://knowledge.example")
    client.close()
    transport = httpx.MockTransport(lambda _: answer)
    monkeypatch.setattr(client, "_http", httpx.Client(base_url="http://knowledge.example", transport=transport))
    with pytest.raises(SearchUnavailable):
        client.search("tờ khai", "vi")
    client.close()


def test_places_in_the_law_reach_the_desk_as_the_search_gave_them(monkeypatch: pytest.MonkeyPatch) -> None:
    hit = LawHit("1/2026/QH16", "5", "2", "đ", "Nộp hồ sơ", "đ) Bản khai hàng hóa.", 3.5, 0.6)
    answer = {"publication_no": 4, "hits": [], "law": [asdict(hit)], "timings_ms": {}}
    client = KnowledgeClient("http://knowledge.example")
    client.close()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    monkeypatch.setattr(client, "_http", httpx.Client(base_url="http://knowledge.example", transport=transport))
    assert client.search("nộp hồ sơ", "vi") == SearchResult(4, [], {}, [hit])
    client.close()


def test_the_service_tells_the_places_in_the_law(
    published: Publications, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = LawHit("1/2026/QH16", "5", None, None, "", "Người khai nộp hồ sơ.", 3.5, 0.6)
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), tmp_path)
    monkeypatch.setattr(engine, "search", lambda *_: SearchResult(4, [], {}, [hit]))
    with TestClient(create_app(engine)) as service:
        answer = service.post("/search", json={"text": "nộp hồ sơ", "language": "vi"})
        assert answer.json()["law"] == [asdict(hit)]


QUESTION = {"text": "giữ chứng từ mấy năm", "language": "vi"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"candidate": None, "entry": "transit_land", "questions": [QUESTION]}, 400),
        ({"candidate": {"id": "x"}, "entry": "x", "questions": [QUESTION], "as_of": "2026-07-01"}, 400),
        ({"candidate": None, "entry": "x", "questions": [QUESTION] * 301, "as_of": "2026-07-01"}, 400),
        ({"candidate": None, "entry": "x" * 5_000_000, "questions": [], "as_of": "2026-07-01"}, 413),
    ],
)
def test_what_is_no_trial_is_refused(service: TestClient[Any], body: dict[str, Any], status: int) -> None:
    assert service.post("/trial", json=body).status_code == status


def test_a_trial_of_as_many_questions_as_may_be_asked_of_the_greatest_length_is_taken(service: TestClient[Any]) -> None:
    body = {"candidate": None, "entry": "x", "questions": [{"text": "ế" * 2_000, "language": "vi"}] * 300}
    assert service.post("/trial", json=body | {"as_of": "2026-07-01"}).status_code == 200


def test_a_fault_is_an_answer_and_is_logged(
    service: TestClient[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> SearchResult:
        raise ZeroDivisionError

    monkeypatch.setattr(Engine, "search", breaks)
    answer = service.post("/search", json={"text": "giữ chứng từ mấy năm", "language": "vi"})
    assert answer.status_code == 500
    assert "a question could not be worked on" in caplog.messages


class Noting(WordEmbedder):
    """Notes which questions it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []

    def queries(self, texts: Sequence[str]) -> list[Embedded]:
        self.questions += texts
        return super().queries(texts)
