"""An index into which publications were spliced answers exactly as one made whole of the same guidance."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from desk.guidance.record import GuidanceRecord, Language
from desk.ports import Hit, LawArticle
from knowledge.engine.engine import Engine
from knowledge.engine.index import change, dense, guidance_index, lexical, postings
from knowledge.engine.index.layered_words import LayeredWords
from knowledge.engine.index.lexical import LexicalIndex, terms
from knowledge.engine.index.splice import NEW, Splice
from knowledge.engine.judging.ranking import rank
from tests.desk_fixtures import a_record, record_data
from tests.knowledge_fixtures import Publications, WordEmbedder, record, records

WORDS = (
    "tờ khai hàng hóa nhập khẩu xuất khẩu quá cảnh phế liệu thuế suất hoàn thuế miễn thuế giám định kho ngoại quan "
    "hành lý rượu thuốc lá chứng từ lưu giữ thời hạn hồ sơ kiểm tra thực tế seal container declaration import export "
    "goods duty refund warehouse luggage records kept officer gate deadline papers"
).split()
ASKED: Sequence[tuple[str, Language]] = [
    ("hàng về cảng bao lâu phải mở tờ khai", "vi"),
    ("hang qua canh can giay to gi", "vi"),
    ("thuee suat hang nhap khau", "vi"),
    ("how many bottles of whisky may I bring", "en"),
    ("refund of duty for goods kept in a warehouse", "en"),
    ("từ chưa ai viết: blockchain", "vi"),
]
DAYS = [None, dt.date(2026, 6, 30), dt.date(2026, 7, 1)]
LAW = LawArticle("901/2026/QH99", "5", "Người khai báo hàng mẫu", "Người khai báo hàng mẫu trả lời trung thực.")


def made_up(chance: random.Random, id: str) -> GuidanceRecord:
    """A record of random words, some of which nothing else has."""

    def text(words: int) -> str:
        own = [f"từ{chance.randrange(40)}lạ" for _ in range(chance.randrange(2))]
        return " ".join([*chance.choices(WORDS, k=words), *own])

    questions = {language: [text(chance.randrange(3, 9)) for _ in range(6)] for language in ("vi", "en")}
    both = {part: {language: f"{text(length)}." for language in ("vi", "en")} for part, length in PARTS.items()}
    return GuidanceRecord.model_validate(record_data(id, questions=questions, **both))


PARTS = {"title": 5, "answer": 30}


def act(chance: random.Random, published: Publications) -> None:
    """One thing that a curator does: a new entry, an edit, a withdrawal, or a version for other days."""
    ids = list(published.entries)
    what = chance.choice(["new", "edit", "withdraw", "schedule", "end"])
    if what == "new" or not ids:
        published.publish(made_up(chance, f"entry_{chance.randrange(1_000):03}"))
        return
    key = chance.choice(ids)
    entry = published.entries[key].entry
    if what == "edit":
        published.publish(made_up(chance, entry))
    elif what == "withdraw":
        published.withdraw(key)
    elif what == "schedule":
        published.publish_for(made_up(chance, entry), chance.randrange(2, 90), dt.date(2026, 7, 1))
    else:
        one = published.entries[key]
        published.publish_for(one.record, one.version, one.from_, dt.date(2026, 6, 30))


def answers(engine: Engine) -> list[list[Hit]]:
    return [list(engine.search(*asked, 10, day).hits) for asked in ASKED for day in DAYS]


def made_whole(published: Publications, folder: Path) -> Engine:
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), folder)
    engine.refresh()
    return engine


def assert_same(one: Engine, other: Engine) -> None:
    for found, wanted in zip(answers(one), answers(other), strict=True):
        assert [(hit.entry, hit.version) for hit in found] == [(hit.entry, hit.version) for hit in wanted]
        assert [hit.confidence for hit in found] == pytest.approx([hit.confidence for hit in wanted], abs=1e-6)
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in wanted], abs=1e-6)


def measured(engine: Engine) -> dict[str, float]:
    """Every way of measuring of all that is found: how likely it is to answer jumps where two of them are equal."""
    found: dict[str, float] = {}
    snapshot, embedder = engine.snapshot, WordEmbedder()
    assert snapshot is not None
    for text, language in ASKED:
        query = snapshot.writing.query(text, language)
        embedded = embedder.queries([query.text])[0]
        for day in DAYS:
            ranking = rank(snapshot.guidance, query, embedded, day)
            names = ["{}@{}".format(*snapshot.guidance.entries[place]) for place in ranking.positions.tolist()]
            for way, numbers in ranking.measured.items():
                found |= {
                    f"{text} {day} {name} {way}": number for name, number in zip(names, numbers.tolist(), strict=True)
                }
    return found


@pytest.mark.parametrize("seed", range(6))
def test_after_any_publications_it_answers_as_one_made_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "_FEW", 1_000)  # splice whatever changes
    monkeypatch.setattr(postings, "_APART", 50)  # so that later terms join the first ones now and then
    chance = random.Random(seed)
    published = Publications.of()
    published.import_law(LAW)
    engine = made_whole(published, tmp_path)
    for _ in range(12):
        for _ in range(chance.randrange(1, 4)):
            act(chance, published)
        engine.refresh()
        if chance.random() < 0.4:
            assert_same(engine, made_whole(published, tmp_path))
    assert_same(engine, made_whole(published, tmp_path))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_put_behind_very_many_is_found_as_in_one_made_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "_FEW", 1_000)
    monkeypatch.setattr(guidance_index, "_MANY", 0)
    monkeypatch.setattr(guidance_index, "_BEHIND", 60 if seed % 2 else 1_000)
    monkeypatch.setattr(lexical, "B", 0.0)  # how long texts are on average stays that of the many
    chance = random.Random(seed)
    published = Publications.of()
    published.import_law(LAW)
    engine = made_whole(published, tmp_path)
    for _ in range(12):
        for _ in range(chance.randrange(1, 4)):
            act(chance, published)
        engine.refresh()
        assert measured(engine) == pytest.approx(measured(made_whole(published, tmp_path)), rel=1e-5, abs=1e-5)
    assert engine.contents()["entries"] == len(published.entries)


def test_how_long_texts_are_on_average_stays_that_of_the_many_and_changes_answers_little() -> None:
    texts = [terms(text) for text in ("nộp tờ khai", "tờ khai phế liệu nhập", "hàng mẫu")] * 40
    later = [terms("nộp hồ sơ hàng mẫu quá cảnh")]
    found = LayeredWords(LexicalIndex(texts)).added([], later).scores(terms("nộp hàng mẫu"))
    whole = LexicalIndex([*texts, *later]).scores(terms("nộp hàng mẫu"))
    assert found == pytest.approx(whole, rel=0.01)


def test_it_answers_as_one_made_whole_where_words_are_kept_as_lists_of_texts(tmp_path: Path) -> None:
    chance = random.Random(1)
    published = Publications.of()
    for number in range(45):  # above 500 passages only what is common is kept as a row of numbers
        published.publish(made_up(chance, f"many_{number:03}"))
    engine = made_whole(published, tmp_path)
    for _ in range(6):
        act(chance, published)
        engine.refresh()
    assert_same(engine, made_whole(published, tmp_path))


def test_all_may_be_withdrawn_and_published_again(tmp_path: Path) -> None:
    published = Publications.of()
    engine = made_whole(published, tmp_path)
    for id in list(published.entries):
        published.withdraw(id)
        engine.refresh()
    assert not any(answers(engine))
    for one in records():
        published.publish(one)
        engine.refresh()
    assert_same(engine, made_whole(published, tmp_path))


def test_a_change_of_days_alone_is_searched(tmp_path: Path) -> None:
    published = Publications.of("transit_land", "records_retention")
    engine = made_whole(published, tmp_path)
    one = published.entries.pop("transit_land")
    published.entries["transit_land"] = type(one)(one.entry, 1, one.record, one.from_, dt.date(2026, 6, 30))
    published.number += 1
    engine.refresh()
    assert engine.search("xe tải Lào chạy qua Việt Nam", "vi", as_of=dt.date(2026, 6, 30)).hits[0].entry == one.entry
    later = engine.search("xe tải Lào chạy qua Việt Nam", "vi", as_of=dt.date(2026, 7, 1)).hits
    assert one.entry not in {hit.entry for hit in later}


def test_very_many_passages_in_cells_lose_and_win_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense.DenseIndex, "EXACT_UP_TO", 500)
    chance = np.random.default_rng(4)
    vectors = chance.standard_normal((1_200, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = dense.DenseIndex(vectors[:1_000])
    source = np.concatenate([np.arange(300), np.full(200, NEW), np.arange(400, 1_000)])
    spliced = index.spliced(Splice(source, 1_000), vectors[1_000:])
    now = np.concatenate([vectors[:300], vectors[1_000:], vectors[400:1_000]])
    for place in (10, 310, 499, 700):
        assert int(spliced.cosines(now[place]).argmax()) == place
    assert int(index.cosines(vectors[350]).argmax()) == 350  # the one before is as it was
    assert not spliced.outgrown
    assert spliced.spliced(Splice(np.arange(450), 1_100), vectors[:0]).outgrown


def test_what_outgrew_its_layout_is_made_whole_after_it_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = Publications.of()
    engine = made_whole(published, tmp_path)
    monkeypatch.setattr(dense.DenseIndex, "EXACT_UP_TO", 60)
    served = []
    serve = engine.serve
    monkeypatch.setattr(engine, "serve", lambda snapshot: (served.append(snapshot.guidance.outgrown), serve(snapshot)))
    published.publish(a_record("fee_rates"))
    engine.refresh()
    assert served == [True, False]
    assert engine.search("tuyến đường nào được đi", "vi").hits[0].entry == "transit_land"


def test_an_edit_embeds_the_passages_that_changed_and_no_others(tmp_path: Path) -> None:
    published = Publications.of()
    embedder = WordEmbedder()
    engine = Engine(published.corpus, published.publication_no, embedder, tmp_path)
    engine.refresh()
    embedder.embedded.clear()
    data = record("transit_land").as_json()
    data["questions"]["vi"][0] = "xe đầu kéo Lào qua cửa khẩu"
    published.publish(GuidanceRecord.model_validate(data))
    engine.refresh()
    assert embedder.embedded == ["xe đầu kéo lào qua cửa khẩu"]
