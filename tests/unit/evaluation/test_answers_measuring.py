"""Questions from a file through the desk's own answering: what is written of each, and how endings are counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desk.answering.outcome import Outcome
from evaluation.questions.jsonlines import FileError
from evaluation.retrieval.answers import (
    AnswerLine,
    AskedLine,
    Ending,
    Label,
    answered,
    ending,
    endings,
    read_asked,
    read_labels,
)
from tests.desk_fixtures import NOON, SURE, World


def asked(question: str, id: str = "q") -> AskedLine:
    return AskedLine(id=id, lang="vi", question=question)


def ask(world: World, question: str) -> AnswerLine:
    (line,) = answered(world.desk.answering, [asked(question)], NOON.date())
    return line


def test_an_answer_is_written_with_its_record_and_words(world: World) -> None:
    world.search.finds("dossier_import", "channels", confidence=SURE)
    line = ask(world, "hồ sơ nhập khẩu gồm gì")
    assert (line.outcome, line.entry, line.confidence) == (Outcome.ANSWERED, "dossier_import", SURE)
    assert line.title == "Tiêu đề dossier_import"
    assert "Nguyên văn dossier_import" in line.text
    assert line.sources == ("Luật Hải quan 54/2014/QH13",)
    assert line.offered == ()
    assert list(json.loads(line.model_dump_json())) == [
        "id", "outcome", "entry", "title", "text", "sources", "confidence", "offered",
    ]  # fmt: skip


def test_entries_offered_are_those_on_the_buttons(world: World) -> None:
    unsure = world.desk.rules.thresholds.clarify
    world.search.finds("dossier_import", "channels", confidence=unsure)
    line = ask(world, "hồ sơ nhập khẩu")
    assert (line.outcome, line.entry, line.offered) == (Outcome.CLARIFY_ENTRIES, None, ("dossier_import", "channels"))


def test_what_is_not_known_has_words_but_no_record(world: World) -> None:
    world.search.finds()
    line = ask(world, "thủ tục hải quan cho tàu vũ trụ")
    assert (line.outcome, line.entry, line.title) == (Outcome.UNANSWERABLE_NOT_COVERED, None, None)
    assert (line.sources, line.confidence) == ((), None)
    assert line.text


def line_of(outcome: Outcome, entry: str | None = None, offered: tuple[str, ...] = ()) -> AnswerLine:
    return AnswerLine(
        id="q", outcome=outcome, entry=entry, title=None, text="", sources=(), confidence=None, offered=offered
    )


@pytest.mark.parametrize(
    ("line", "right", "expected"),
    [
        (line_of(Outcome.ANSWERED, "a"), ("a", "b"), "answered_right"),
        (line_of(Outcome.ANSWERED, "c"), ("a",), "wrong_shown"),
        (line_of(Outcome.ANSWERED, "a"), (), "wrong_shown"),
        (line_of(Outcome.ANSWERED_FROM_CONTEXT, "a"), ("a",), "answered_right"),
        (line_of(Outcome.CLARIFY_ENTRIES, offered=("x", "a")), ("a",), "offered"),
        (line_of(Outcome.CLARIFY_ENTRIES, offered=("x",)), ("a",), "offered_others"),
        (line_of(Outcome.CLARIFY_ENTRIES, offered=("x",)), (), "offered_others"),
        (line_of(Outcome.UNANSWERABLE_PERSONAL), ("a",), "passed_on"),
        (line_of(Outcome.ERROR_SEARCH), ("a",), "error"),
    ],
)
def test_an_ending_follows_from_what_was_shown(line: AnswerLine, right: tuple[str, ...], expected: Ending) -> None:
    assert ending(line, right) == expected


def test_endings_are_counted_by_kind_of_question() -> None:
    lines = [
        line_of(Outcome.ANSWERED, "a").model_copy(update={"id": "1"}),
        line_of(Outcome.ANSWERED, "b").model_copy(update={"id": "2"}),
        line_of(Outcome.UNANSWERABLE_OUT_OF_SCOPE).model_copy(update={"id": "3"}),
    ]
    labels = {
        "1": Label(id="1", entry="a", kind="in_scope"),
        "2": Label(id="2", entry="a", kind="in_scope"),
        "3": Label(id="3", entry=None, kind="outside"),
    }
    counted = endings(lines, labels)
    assert counted["in_scope"]["questions"] == 2
    assert (counted["in_scope"]["answered_right"], counted["in_scope"]["wrong_shown"]) == (1, 1)
    assert counted["in_scope"]["ids"] == {"answered_right": ["1"], "wrong_shown": ["2"]}
    assert counted["outside"]["passed_on"] == 1


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_labels_name_one_entry_several_or_none(tmp_path: Path) -> None:
    path = written(
        tmp_path / "labels.jsonl",
        '{"id": "1", "entry": "a", "kind": "in_scope", "why": "the deadline"}',
        '{"id": "2", "entry": ["a", "b"], "kind": "borderline"}',
        '{"id": "3", "entry": null, "kind": "outside"}',
    )
    labels = read_labels(path, [asked("hỏi", id="1")])
    assert [label.entry for label in labels.values()] == [("a",), ("a", "b"), ()]


def test_every_question_needs_a_label_of_a_known_kind(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", '{"id": "1", "entry": "a", "kind": "in_scope"}')
    with pytest.raises(FileError, match="has no label for 'q'"):
        read_labels(path, [asked("hỏi")])
    path = written(tmp_path / "kinds.jsonl", '{"id": "q", "entry": "a", "kind": "other"}')
    with pytest.raises(FileError, match="line 1: 'kind': Input should be"):
        read_labels(path, [asked("hỏi")])


def test_questions_are_read_with_their_language(tmp_path: Path) -> None:
    path = written(tmp_path / "asked.jsonl", '{"id": "1", "lang": "en", "question": "How?", "topic": "x"}')
    assert read_asked(path) == [AskedLine(id="1", lang="en", question="How?")]
    path = written(tmp_path / "bad.jsonl", '{"id": "1", "lang": "en", "text": "How?"}')
    with pytest.raises(FileError, match="line 1: 'question': Field required"):
        read_asked(path)
