"""Every kind of index is built and asked; the page tells the quickest setting that finds enough."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.speed.material import Asked, Material, written_passages
from evaluation.speed.neighbours.kinds import EXACT, Kind, again, cells_for, kinds
from evaluation.speed.neighbours.measuring import measure
from evaluation.speed.neighbours.report import Report, chosen
from evaluation.speed.synthetic import Source, synthetic_law, synthetic_vectors
from knowledge.engine.model.embedding import Vectors
from tests.knowledge_fixtures import WordEmbedder, records


@pytest.fixture(scope="module")
def material() -> Material:
    model, texts = WordEmbedder(), written_passages(records())
    asked = ["hàng về cảng bao lâu phải mở tờ khai", "mang mấy chai rượu về nước"]
    vectors = dict(zip(texts, model.passages(texts), strict=True))
    return Material(records(), vectors, [Asked(text, "vi", model.queries([text])[0]) for text in asked])


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    drawn = np.random.default_rng(1).standard_normal((300, 16), dtype=np.float32)
    unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def test_vectors_alone_are_like_those_of_the_law(material: Material) -> None:
    source = Source.of(material.records, material.passages)
    alone = synthetic_vectors(source, 60)
    assert alone.shape == synthetic_law(source, 60).vectors.shape
    assert np.linalg.norm(alone, axis=1) == pytest.approx(1, abs=1e-5)
    assert (alone == synthetic_vectors(source, 60)).all()


def test_passages_are_put_in_as_many_cells_as_their_square_root() -> None:
    assert [cells_for(count) for count in (100, 10_000, 1_000_000)] == [8, 128, 1024]


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.least == 1], ids=lambda kind: kind.name)
def test_the_widest_look_of_a_kind_finds_a_passage_by_its_own_vector(kind: Kind, vectors: Vectors) -> None:
    for built in kind.build(vectors).values():
        *_, widest = built.searches.values()
        assert [widest(vectors[place])[0] for place in (0, 150, 299)] == [0, 150, 299]
        assert built.mebibytes > 0


def test_numbers_of_eight_bits_take_less_and_a_second_look_takes_the_vectors_too(vectors: Vectors) -> None:
    by_name = {kind.name: kind for kind in kinds()}
    exact = by_name[EXACT].build(vectors)[EXACT]
    in_cells = by_name["IVF-SQ8"].build(vectors)
    assert by_name["eight bits"].build(vectors)["eight bits"].mebibytes < exact.mebibytes
    assert in_cells[again("IVF-SQ8")].mebibytes > in_cells["IVF-SQ8"].mebibytes


def test_a_size_is_measured_and_kinds_that_need_more_passages_are_named(material: Material) -> None:
    some = [kind for kind in kinds() if kind.name in (EXACT, "IVF", "IVF-PQ")]
    figures = measure(material, 100, some, questions=2)
    assert figures["kinds"][EXACT]["settings"]["all"]["recall"] == 1.0
    assert figures["kinds"][EXACT]["settings"]["all"]["times_exact"] == 1.0
    assert set(figures["kinds"]) == {EXACT, "IVF"}
    assert figures["too_few_for"] == ["IVF-PQ"]


def found(recall: float, p50: float) -> dict[str, float]:
    return {"recall": recall, "p50": p50, "p95": 2 * p50, "work_p50": p50, "times_exact": p50 / 100}


def test_the_quickest_setting_that_finds_enough_is_told() -> None:
    best = chosen({"narrow": found(0.9, 1.0), "wide": found(0.98, 3.0), "wider": found(0.99, 9.0)})
    assert (best.setting, best.enough) == ("wide", True)


def test_where_no_setting_finds_enough_the_one_that_finds_most_is_told() -> None:
    best = chosen({"narrow": found(0.3, 1.0), "wide": found(0.5, 3.0)})
    assert (best.setting, best.enough) == ("wide", False)


def size(passages: int) -> dict[str, Any]:
    return {
        "passages": passages,
        "questions": 300,
        "peak_mb": 2048.0,
        "load": 1.5,
        "kinds": {
            EXACT: {"build_s": 0.1, "mebibytes": 1464.8, "settings": {"all": found(1.0, 100.0)}},
            "IVF": {"build_s": 9.0, "mebibytes": 1480.0, "settings": {"1": found(0.6, 1.0), "64": found(0.98, 4.0)}},
            "IVF-PQ": {"build_s": 20.0, "mebibytes": 60.0, "settings": {"64": found(0.4, 2.0)}},
        },
        "too_few_for": [],
    }


@pytest.fixture
def report() -> Report:
    left_out = {1_000_000: {"HNSW": "whose graph was not built"}}
    return Report(dt.date(2026, 11, 28), "3.11.7", "1.15.1", 2, [size(1_000), size(1_000_000)], left_out)


def test_the_page_says_what_found_enough_what_did_not_and_what_was_left_out(report: Report) -> None:
    page = report.as_page()
    assert "| IVF | 64 | 98.0 % | 4.00 (8.00) | 4.00 | 0.04 | 1,480 | 9.0 |" in page
    assert "| IVF-PQ | *64* | *40.0 %* |" in page
    assert "- Left out: HNSW, whose graph was not built." in page
    assert "the goal at a million is that 5 ms pass: met" in page


def test_page_pictures_and_data_are_written_together(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "neighbours.md", tmp_path / "pictures", tmp_path / "reports" / "neighbours.json")
    data = json.loads((tmp_path / "reports" / "neighbours.json").read_text())
    assert data["quickest"]["1000000"]["kind"] == "IVF"
    for name in ("neighbours-recall.svg", "neighbours-time.svg"):
        assert f"pictures/{name}" in (tmp_path / "neighbours.md").read_text()
        assert (tmp_path / "pictures" / name).stat().st_size < 60_000
