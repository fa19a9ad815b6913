"""A retrieval set from two files: how it is read, measured, kept and compared, and how a bad file is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from desk.guidance.record import Language
from evaluation.questions.jsonlines import FileError
from evaluation.questions.keyboard import Typing
from evaluation.retrieval.corpus import (
    Document,
    DocumentsFound,
    Measured,
    SetQuestion,
    compared,
    figures,
    measure,
    read_documents,
    read_saved,
    read_set_questions,
    save,
)
from evaluation.retrieval.production import ProductionSearch, as_article
from tests.knowledge_fixtures import WordEmbedder


def document(id: str, text: str, title: str | None = None) -> Document:
    return Document(id=id, text=text, title=title)


DOCUMENTS = [document("a", "văn bản a"), document("b", "văn bản b")]


class ScriptedDocuments:
    """Finds what the test says, by the text."""

    def __init__(self, finds: Mapping[str, tuple[str, float]], with_confidence: bool = True) -> None:
        self._finds, self._with_confidence = finds, with_confidence
        self.asked: list[tuple[str, Language]] = []

    def prepare(self, documents: Sequence[Document]) -> None:
        assert documents

    def search(self, text: str, language: Language, limit: int) -> DocumentsFound:
        self.asked.append((text, language))
        ids, confidence = self._finds.get(text, ("", 0.0))
        confidences = [confidence] * len(ids) if self._with_confidence else []
        return DocumentsFound(list(ids)[:limit], confidences, {"embed": 3.0, "rank": 1.0})


def question(text: str, relevant: str = "a", language: Language = "vi") -> SetQuestion:
    return SetQuestion(id=text, lang=language, text=text, relevant=frozenset(relevant))


def lines(path: Path, *objects: Any) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in objects) + "\n", encoding="utf-8")
    return path


def test_figures_are_means_over_the_questions_that_a_document_answers() -> None:
    search = ScriptedDocuments({"first": ("ab", 0.9), "second": ("ba", 0.8), "none": ("b", 0.7)})
    asked = [question("first"), question("second"), question("third"), question("none", relevant="")]
    of = figures(measure(search, asked[:2] + asked[3:], Typing.ACCENTED), threshold=0.75)
    assert (of["questions"], of["hit@1"], of["hit@5"], of["mrr@10"]) == (3, 0.5, 1, 0.75)
    assert (of["p50_ms"], of["p95_ms"]) == (4, 4)
    assert (of["coverage"], of["precision"]) == (0.6667, 0.5)
    assert of["risk_coverage"][0]["risk"] == 0
    assert of["risk_coverage"][-1] == {"coverage": 1, "risk": 0.6667}
    assert of["intervals"]["hit@1"]["mean"] == 0.5


def test_languages_are_told_apart_where_there_are_two() -> None:
    search = ScriptedDocuments({"first": ("a", 0.9)})
    of = figures(measure(search, [question("first"), question("asked", language="en")], Typing.ACCENTED), 0.5)
    assert {language: one["hit@1"] for language, one in of["by_language"].items()} == {"vi": 1, "en": 0}


def test_a_search_that_is_never_sure_has_no_coverage() -> None:
    search = ScriptedDocuments({"first": ("a", 0.9)}, with_confidence=False)
    assert "coverage" not in figures(measure(search, [question("first")], Typing.ACCENTED), 0.5)


def test_vietnamese_is_typed_the_chosen_way() -> None:
    search = ScriptedDocuments({})
    measure(search, [question("thủ tục"), question("at Hải Phòng", language="en")], Typing.TELEX)
    assert search.asked == [("thur tucj", "vi"), ("at Hải Phòng", "en")]


def test_a_run_is_kept_and_compared_question_by_question(tmp_path: Path) -> None:
    before = measure(
        ScriptedDocuments({"one": ("ba", 0.5), "two": ("a", 0.5)}), [question("one"), question("two")], Typing.ACCENTED
    )
    save(before, tmp_path / "kept" / "run.jsonl")
    now = measure(
        ScriptedDocuments({"one": ("ab", 0.5), "two": ("a", 0.5)}), [question("one"), question("two")], Typing.ACCENTED
    )
    assert read_saved(tmp_path / "kept" / "run.jsonl") == before
    difference = compared(now, read_saved(tmp_path / "kept" / "run.jsonl"))
    assert difference["questions"] == 2
    assert difference["hit@1"]["mean"] == 0.5
    assert difference["hit@10"] == {"mean": 0, "low": 0, "high": 0}


def test_runs_without_a_common_question_are_not_compared() -> None:
    one = Measured(id="x", lang="vi", answerable=True, rank=1, ndcg=1.0, confidence=0.5, milliseconds=1.0)
    assert compared([one], []) == {"questions": 0}


def test_files_are_read_as_they_are_described(tmp_path: Path) -> None:
    corpus = lines(
        tmp_path / "corpus.jsonl", {"id": "a", "text": "văn\u2028bản", "title": "Điều 1"}, {"id": 2, "text": "b"}
    )
    asked = lines(tmp_path / "asked.jsonl", {"id": "q", "lang": "vi", "text": "hỏi", "relevant": ["a", "2"], "more": 1})
    documents = read_documents(corpus)
    assert documents == [document("a", "văn\u2028bản", "Điều 1"), document("2", "b")]
    assert read_set_questions(asked, documents) == [
        SetQuestion(id="q", lang="vi", text="hỏi", relevant=frozenset({"a", "2"}))
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: Invalid JSON"),
        ("[1]", "line 2: Input should be an object"),
        ('{"id": "q", "lang": "vi", "text": "hỏi", "relevant": ["z"]}', "line 2: 'relevant' names 'z'"),
        ('{"id": "q", "lang": "fr", "text": "hỏi", "relevant": []}', "line 2: 'lang': Input should be 'vi' or 'en'"),
        ('{"id": "q", "lang": "vi", "relevant": []}', "line 2: 'text': Field required"),
        ('{"id": "q", "lang": "vi", "text": " ", "relevant": []}', "line 2: 'text': String should have at least 1"),
        ('{"id": "q", "lang": "vi", "text": "hỏi", "relevant": "a"}', "line 2: 'relevant': Input should be a valid"),
        ('{"id": "p", "lang": "vi", "text": "hỏi", "relevant": []}', "line 2: the id 'p' is also in line 1"),
    ],
)
def test_a_bad_line_is_named_in_a_sentence(tmp_path: Path, line: str, reason: str) -> None:
    path = lines(tmp_path / "asked.jsonl", {"id": "p", "lang": "vi", "text": "hỏi", "relevant": ["a"]})
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(FileError) as refused:
        read_set_questions(path, DOCUMENTS)
    assert str(refused.value).startswith(f"{path}, {reason}")
    assert str(refused.value).endswith(".")


def test_a_file_that_is_missing_empty_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_documents(tmp_path / "missing.jsonl")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match="not written in UTF-8"):
        read_documents(tmp_path / "binary.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(FileError, match="has no lines"):
        read_documents(tmp_path / "empty.jsonl")
    with pytest.raises(FileError, match="'lang': Field required"):
        read_saved(lines(tmp_path / "other.jsonl", {"id": "x", "rank": 1}))


def test_the_production_search_finds_documents(tmp_path: Path) -> None:
    search = ProductionSearch(WordEmbedder(), tmp_path)
    search.prepare(
        [
            document("LHQ-1", "Phạm vi\n\nLuật này quy định về hải quan."),
            document("LDD-2", "Đất đai\n\nQuyền sử dụng đất."),
        ]
    )
    for text in ("quyền sử dụng đất của ai", "quyen su dung dat cua ai"):
        found = search.search(text, "vi", 10)
        assert list(found.ids) == ["LDD-2", "LHQ-1"]
        assert all(0 <= confidence <= 1 for confidence in found.confidences)
        assert found.milliseconds.keys() == {"prepare", "embed", "rank", "rank_law"}
    assert list(search.search("?!", "vi", 10).ids) == []


@pytest.mark.parametrize(
    ("document", "title", "text"),
    [
        (document("a", "Nội dung.", "Điều 1"), "Điều 1", "Nội dung."),
        (document("a", "Phạm vi\n\nLuật này."), "Phạm vi", "Luật này."),
        (document("a", "Chỉ một dòng."), "", "Chỉ một dòng."),
        (document("a", "x" * 300 + "\ny"), "", "x" * 300 + "\ny"),
    ],
)
def test_a_document_is_headed_by_its_title_or_its_first_line(document: Document, title: str, text: str) -> None:
    article = as_article(document)
    assert (article.article, article.heading, article.text) == ("a", title, text)
