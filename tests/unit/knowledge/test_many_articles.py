"""Very much law: only some articles are measured, and those as they are measured where all are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from desk.ports import LawArticle
from evaluation.speed.synthetic import SwappedWords
from knowledge.engine.index import kept_vectors, lexical, many_articles
from knowledge.engine.index.dense import DenseIndex
from knowledge.engine.index.few import Scale, Sparse
from knowledge.engine.index.law_index import LawIndex
from knowledge.engine.index.lexical import LexicalIndex, terms
from knowledge.engine.index.text_terms import TextTerms
from knowledge.engine.judging.fusion import standardised
from knowledge.engine.judging.ranking import rank_law
from knowledge.engine.writing.query import Query, Writing
from tests.knowledge_fixtures import WordEmbedder, records

ASKED = [
    "mang mấy chai rượu về nước",
    "giữ chứng từ hồ sơ mấy năm",
    "tuyến đường quá cảnh nào được đi",
    "tờ khai 30 ngày",
]
#: Enough that terms are kept both as rows and as lists of texts.
ARTICLES = 600


def articles() -> list[LawArticle]:
    """Made of the guidance of the tests, each of three clauses, with one word that no other has."""
    sentences = [text for record in records() for text in (record.answer.vi, *record.questions.vi)]
    counts = terms(" ".join(sentences))
    chance = np.random.default_rng(5)
    words = SwappedWords(type(counts)(word for text in sentences for word in text.split()), chance)
    picked = chance.integers(len(sentences), size=(ARTICLES, 3)).tolist()
    return [
        LawArticle(
            "901/2026/QH99",
            str(number),
            f"Điều riêng{number}",
            "\n".join(f"{clause}. {words.swapped(sentences[place])}" for clause, place in enumerate(places, start=1)),
        )
        for number, places in enumerate(picked)
    ]


@pytest.fixture(scope="module")
def law() -> list[LawArticle]:
    return articles()


@pytest.fixture
def in_cells(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(DenseIndex, "EXACT_UP_TO", 500)
    return monkeypatch


def made(law: Sequence[LawArticle]) -> LawIndex:
    return LawIndex(law, 1, WordEmbedder().passages)


def query_of(index: LawIndex, text: str) -> Query:
    return Writing(index.vietnamese, index.words).query(text, "vi")


def test_where_everything_is_within_reach_it_ranks_as_where_every_article_is_measured(
    law: list[LawArticle], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = 10_000
    monkeypatch.setattr(DenseIndex, "REACH", everything)
    every = made(law)
    monkeypatch.setattr(DenseIndex, "EXACT_UP_TO", 500)
    for name in ("BY_MEANING", "_BY_WORDS", "_BY_BOTH", "_TOLD_BY"):
        monkeypatch.setattr(many_articles, name, everything)
    monkeypatch.setattr(lexical, "_TOLD_BY", everything)
    monkeypatch.setattr(kept_vectors, "_PROBED", everything)
    some = made(law)
    for text in ASKED:
        query, embedded = query_of(every, text), WordEmbedder().queries([text])[0]
        wanted, found = rank_law(every, query, embedded)[0], rank_law(some, query, embedded)[0]
        assert found.scores == pytest.approx(wanted.scores, abs=2e-3)  # cosines are of vectors in halves
        assert len(set(found.positions[:10].tolist()) & set(wanted.positions[:10].tolist())) >= 9


def test_an_article_is_found_by_a_word_that_it_alone_has_however_far_its_meaning(
    law: list[LawArticle], in_cells: pytest.MonkeyPatch
) -> None:
    in_cells.setattr(many_articles, "BY_MEANING", 20)
    in_cells.setattr(lexical, "_READ", 200)
    index = made(law)
    query, embedded = query_of(index, "riêng417"), WordEmbedder().queries(["mang rượu về nước"])[0]
    ranking, _ = rank_law(index, query, embedded)
    assert index.articles[int(ranking.positions[0])].article == "417"


def test_the_nearest_part_of_an_article_is_named(law: list[LawArticle], in_cells: pytest.MonkeyPatch) -> None:
    index = made(law)
    text = law[33].text.splitlines()[1].removeprefix("2. ")
    query, embedded = query_of(index, text), WordEmbedder().queries([text])[0]
    ranking, passages = rank_law(index, query, embedded)
    place = ranking.positions.tolist().index(33)
    assert text in index.part(int(passages[place])).passage


def test_some_texts_have_the_scores_that_they_have_among_all(
    law: list[LawArticle], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = [terms(article.text.lower()) for article in law]
    index, by_text = LexicalIndex(counted), TextTerms(counted)
    besides = np.array([3, 77, 500])
    for read in (1, 300, 100_000):
        monkeypatch.setattr(lexical, "_READ", read)
        for text in ASKED:
            query = terms(text)
            positions, scores = index.some(query, 20, besides)
            assert set(besides.tolist()) <= set(positions.tolist())
            assert (np.diff(positions) > 0).all()
            assert scores == pytest.approx(index.scores(query)[positions], rel=1e-4, abs=1e-5)
            assert by_text.scores(query, positions) == pytest.approx(scores, rel=1e-4, abs=1e-5)


def test_texts_by_themselves_are_measured_as_in_the_whole(law: list[LawArticle]) -> None:
    counted = [terms(article.text.lower()) for article in law]
    index, chosen = LexicalIndex(counted), np.array([0, 5, 6, 599])
    for text in [*ASKED, "từ chưa ai viết: blockchain"]:
        wanted = pytest.approx(index.scores(terms(text))[chosen], rel=1e-4, abs=1e-5)
        assert index.sampled(chosen).scores(terms(text)) == wanted
        assert TextTerms(counted).sampled(chosen).scores(terms(text)) == wanted


def test_a_question_without_known_words_still_finds_by_meaning(
    law: list[LawArticle], in_cells: pytest.MonkeyPatch
) -> None:
    index = made(law)
    ranking, _ = rank_law(index, query_of(index, "zzz yyy"), WordEmbedder().queries([ASKED[0]])[0])
    assert ranking.size > 0


def test_a_few_numbers_and_one_for_all_others_lie_as_all_of_them_together() -> None:
    few = np.array([0.9, 0.8, 0.7])
    every = np.array([0.6, 0.9, 0.6, 0.8, 0.7, 0.6])
    scale = Scale.of_few(few, 0.6, 6)
    assert [scale.mean, scale.spread] == pytest.approx([every.mean(), every.std()])
    assert scale.standardised(every) == pytest.approx(standardised(every))
    assert Scale.of(np.full(3, 0.5)).standardised(np.full(2, 0.5)).tolist() == [0, 0]


def test_a_number_is_its_own_or_that_of_all_others() -> None:
    sparse = Sparse(np.array([2, 5]), np.array([0.5, 0.9]), 0.1)
    assert sparse[np.array([5, 0, 2, 9])].tolist() == [0.9, 0.1, 0.5, 0.1]
    assert sparse.highest(1).tolist() == [5]
