"""Finding by words: rare words count more, accents and pairs make the difference."""

from __future__ import annotations

import pytest

from knowledge.engine.index import lexical
from knowledge.engine.index.lexical import LexicalIndex, terms


def scores(texts: list[str], query: str) -> list[float]:
    return [float(score) for score in LexicalIndex([terms(text) for text in texts]).scores(terms(query))]


def test_accents_tell_words_apart_that_fold_to_one() -> None:
    texts = ["tuyến đường nào", "tuyến đương nào", "tuyến dương nào"]
    for wanted, text in enumerate(texts):
        found = scores(texts, text)
        assert found.index(max(found)) == wanted


def test_without_accents_all_of_them_are_found_alike() -> None:
    found = scores(["tuyến đường nào", "tuyến đương nào", "giá bao nhiêu"], "tuyen duong nao")
    assert found[0] == pytest.approx(found[1])
    assert found[0] > found[2] == 0


def test_words_in_their_order_are_nearer_than_the_same_words_apart() -> None:
    found = scores(["kiểm tra sau thông quan", "sau khi kiểm hàng thì quan tra thông tin"], "kiểm tra sau thông quan")
    assert found[0] > found[1]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    found = scores(["tờ khai", "tờ khai", "tờ khai", "phế liệu"], "khai phế")
    assert found[3] > found[0]


def test_coverage_is_the_share_of_the_question_that_a_text_has() -> None:
    index = LexicalIndex([terms("nộp tờ khai"), terms("phế liệu"), terms("hàng mẫu")])
    whole, none, _ = index.coverage(terms("nộp tờ khai"))
    assert (float(whole), float(none)) == (1.0, 0.0)
    partly = index.coverage(terms("nộp xyz"))[0]
    assert 0 < float(partly) < 0.5  # the unknown word is the rarest of all


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_however_a_term_is_kept_it_counts_the_same(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["nộp tờ khai tờ khai", "tờ khai phế liệu nhập", "hàng mẫu", "khai hàng mẫu nộp sau"]
    query = terms("nộp tờ khai hàng mẫu nào")
    as_rows = LexicalIndex(map(terms, texts))
    monkeypatch.setattr(lexical, "_SMALL", 0)
    monkeypatch.setattr(lexical, "_COMMON", share)
    index = LexicalIndex(map(terms, texts))
    assert index.scores(query) == pytest.approx(as_rows.scores(query), rel=1e-6)
    assert index.coverage(query) == pytest.approx(as_rows.coverage(query), rel=1e-6)


def test_an_index_of_nothing_finds_nothing() -> None:
    index = LexicalIndex([])
    assert index.scores(terms("tờ khai")).tolist() == []
    assert LexicalIndex([terms("")]).scores(terms("tờ khai")).tolist() == [0.0]
