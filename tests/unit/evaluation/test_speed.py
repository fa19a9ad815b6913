"""Law that is made up is always the same and has the asked size; the page says what was measured."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.speed.growth import measure
from evaluation.speed.made_up import Borrowing, MadeUp
from evaluation.speed.material import Asked, Material, written_passages
from evaluation.speed.publishing_run import section
from evaluation.speed.report import PUBLISHING, Report, Setting
from evaluation.speed.section import kept_section, with_section
from evaluation.speed.synthetic import Source, synthetic_law
from evaluation.speed.timing import Times, percentiles
from knowledge.engine.index.elsewhere import matters
from knowledge.engine.index.law_passages import law_passages
from tests.knowledge_fixtures import WordEmbedder, records


@pytest.fixture(scope="module")
def material() -> Material:
    model, texts = WordEmbedder(), [*written_passages(records()), *matters()]
    passages = dict(zip(texts, model.passages(texts), strict=True))
    asked = ["hàng về cảng bao lâu phải mở tờ khai", "mang mấy chai rượu về nước"]
    return Material(records(), passages, [Asked(text, "vi", model.queries([text])[0]) for text in asked])


@pytest.fixture(scope="module")
def source(material: Material) -> Source:
    return Source.of(material.records, material.passages)


def test_what_is_handed_to_another_process_is_the_same_there(material: Material, tmp_path: Path) -> None:
    material.write(tmp_path / "material")
    read = Material.read(tmp_path / "material")
    assert list(read.records) == list(material.records)
    assert [(one.text, one.language) for one in read.asked] == [(one.text, one.language) for one in material.asked]
    assert list(read.passages) == list(material.passages)
    theirs = [*read.passages.values(), *(asked.embedded for asked in read.asked)]
    ours = [*material.passages.values(), *(asked.embedded for asked in material.asked)]
    for one, other in zip(theirs, ours, strict=True):
        assert (one.whole == other.whole).all()
        assert (one.tokens == other.tokens).all()
        assert (one.ids == other.ids).all()


@pytest.mark.parametrize("size", [1, 2, 101])
def test_synthetic_law_is_cut_into_exactly_as_many_passages_as_asked(source: Source, size: int) -> None:
    law = synthetic_law(source, size)
    cut = [passage for place, article in enumerate(law.articles) for passage in law_passages(place, article)]
    assert len(cut) == size == len(law.embed([passage.text for passage in cut]))


def test_the_same_seed_makes_the_same_law_and_another_seed_another(source: Source) -> None:
    one, same, other = (synthetic_law(source, 60, seed) for seed in (1, 1, 2))
    assert one.articles == same.articles != other.articles
    assert (one.vectors == same.vectors).all()
    assert not (one.vectors == other.vectors).all()


def test_made_vectors_are_unit_vectors_near_to_those_of_their_sentences(source: Source) -> None:
    law = synthetic_law(source, 60)
    assert np.linalg.norm(law.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    own = np.stack([source.vectors[place].whole for place in law.tokens_of])
    assert ((law.vectors * own).sum(axis=1) > 0.6).all()


def test_vectors_of_tokens_are_shared_and_vectors_of_other_texts_refused(source: Source) -> None:
    law = synthetic_law(source, 60)
    assert law.embed([""] * 60)[0].tokens is source.vectors[law.tokens_of[0]].tokens
    with pytest.raises(ValueError, match="1 passages were cut, 60 were made"):
        law.embed([""])


def test_words_are_put_in_as_often_as_the_guidance_has_them(source: Source) -> None:
    texts = " ".join(article.text for article in synthetic_law(source, 400).articles).split()
    common = source.words.most_common(1)[0][0]
    assert texts.count(common) / len(texts) == pytest.approx(source.words[common] / source.words.total(), rel=0.5)


def test_percentiles_lie_between_measurements_in_proportion() -> None:
    assert percentiles([1.0, 2.0, 3.0, 4.0, 5.0]) == {"p50": 3.0, "p95": 4.8}


def test_what_was_not_warm_yet_is_left_out() -> None:
    times = Times()
    for spent in (90.0, 1.0, 3.0):
        times.add("rank", spent)
    assert times.without_first(1).figures() == {"rank": {"p50": 2.0, "p95": 2.9}}


def test_a_size_is_measured_and_of_few_passages_all_the_nearest_are_found(material: Material) -> None:
    figures = measure(material, passages=50, questions=2)
    assert (figures["passages"], figures["questions"], figures["recall"]) == (50, 2, 1.0)
    assert {"nearest", "signals", "tokens", "all"} == set(figures["law"])
    assert {"prepare", "embed", "rank", "rank_law", "all"} == set(figures["search"])
    assert figures["memory_mb"]["peak"] >= figures["memory_mb"]["resident"] > 0


def spent(p50: float) -> dict[str, float]:
    return {"p50": p50, "p95": 2 * p50}


def searched(with_embedding: float, without: float) -> dict[str, Any]:
    steps = ("prepare", "embed", "rank", "rank_law")
    return {
        way: {**{step: spent(0.25) for step in steps}, "all": spent(of)}
        for way, of in (("with_embedding", with_embedding), ("without_embedding", without))
    }


def size(passages: int, milliseconds: float) -> dict[str, Any]:
    return {
        "passages": passages,
        "articles": passages // 4,
        "questions": 200,
        "build_s": 1.5,
        "memory_mb": {"texts": 1.0, "vectors": 2.0, "index": 512.0, "resident": 1024.0, "peak": 2048.0},
        "tokens_kb": 23.0,
        "recall": 0.95,
        "law": {step: spent(milliseconds) for step in ("nearest", "signals", "tokens", "all")},
        "search": {"all": spent(2 * milliseconds)},
    }


@pytest.fixture
def report() -> Report:
    shipped = {
        "questions": 840,
        "guidance": {"records": 200, "passages": 8_692, **searched(12.0, 1.5)},
        "full": {"passages": 10_000, "of_guidance": 8_692, **searched(14.5, 3.25)},
        "embedding_by_tokens": [
            {"up_to": 8, "questions": 3, "p50": 8.0},
            {"up_to": 512, "questions": 837, "p50": 11.0},
        ],
        "refresh_s": {"first": 0.9, "again": 0.4},
    }
    setting = Setting(dt.date(2026, 11, 25), "3.11.7", cores=2)
    return Report(setting, shipped, [size(1_000, 0.75), size(1_000_000, 30.0)])


def test_the_page_says_goal_and_figure_and_whether_it_is_met(report: Report) -> None:
    page = report.as_page()
    assert "| 10,000 passages, with embedding | 20 ms | 14.50 ms | met |" in page
    assert "| 10,000 passages, without embedding | 3 ms | 3.25 ms | missed |" in page
    assert report.met() == {"with_embedding": True, "without_embedding": False}


def test_the_page_has_a_row_a_size(report: Report) -> None:
    page = report.as_page()
    assert "| 1,000,000 | 250,000 | 30.00 (60.00) |" in page
    assert "| 1,000 | 0.00 | 0.00 | 0.50 | 1.00 | 2.00 |" in page


def test_page_pictures_and_data_are_written_together(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "speed.md", tmp_path / "pictures", tmp_path / "reports" / "speed.json")
    assert json.loads((tmp_path / "reports" / "speed.json").read_text())["met"]["with_embedding"]
    for name in ("speed-time.svg", "speed-memory.svg"):
        picture = tmp_path / "pictures" / name
        assert f"pictures/{name}" in (tmp_path / "speed.md").read_text()
        assert picture.stat().st_size < 60_000
        assert "1,000,000" in picture.read_text()


def test_made_up_guidance_is_always_the_same_and_short() -> None:
    one, same = (list(MadeUp(records()).records(6)) for _ in range(2))
    assert one == same
    assert len({record.id for record in one}) == 6
    assert {len(written_passages([record])) for record in one} == {16}


def test_made_up_passages_borrow_vectors_and_others_are_embedded(material: Material) -> None:
    [made] = MadeUp(records()).records(1)
    model = Borrowing("no model")
    lent = model.lend([made], material.passages)
    written = written_passages([made])
    assert [lent[text].whole for text in written] == [row.whole for row in model.passages(written)]
    assert np.linalg.norm(lent[written[0]].whole) == pytest.approx(1, abs=1e-5)


PAGE = "# Title\n\n## One\nold\n\n## Two\nstays\n"


def test_a_section_is_put_in_the_place_of_the_one_of_its_heading() -> None:
    assert with_section(PAGE, "## One\nnew") == "# Title\n\n## One\nnew\n\n## Two\nstays\n"
    assert with_section(PAGE, "## Three\nnew") == f"{PAGE}\n## Three\nnew\n"
    assert with_section(PAGE, "## Two\nnew") == "# Title\n\n## One\nold\n\n## Two\nnew\n"
    assert (kept_section(PAGE, "## Two"), kept_section(PAGE, "## Three")) == ("## Two\nstays\n", "")


def test_the_page_keeps_the_section_of_another_measurement(report: Report, tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text(f"# Old\n\n{PUBLISHING}\nmeasured\n", encoding="utf-8")
    report.write(page, tmp_path, tmp_path / "speed.json")
    assert page.read_text(encoding="utf-8").endswith(f"\n\n{PUBLISHING}\nmeasured\n")


def test_the_section_says_whether_publishing_is_quick_enough() -> None:
    times = {"p50": 0.4, "p95": 0.9, "most": 1.1}
    size = {
        "entries": 200,
        "passages": 12_650,
        "seconds": dict.fromkeys(("new", "edit", "all"), times),
        "search_ms": dict.fromkeys(("quiet", "while_publishing"), times),
        "memory_mb": {"before": 700.0, "after": 705.0},
        "spliced_s": 0.05,
        "made_whole_s": 1.3,
        "rank_beside_whole": 1.0,
        "load": 1.0,
    }
    figures = {"day": "2026-11-26", "cores": 2, "sizes": [size, size], "met": [True, False], "ratio_p50": 1.0}
    said = section(figures)
    assert "| 200 | 12,650 | 0.40 (0.90) | 0.40 (0.90) | 0.40 (0.90) | 1 s: met | 1 |" in said
    assert "1 s: missed" in said
