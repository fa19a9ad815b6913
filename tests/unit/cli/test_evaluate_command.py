"""`customs evaluate` on files: what it prints where, what it keeps, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.settings import Settings
from cli import main as command
from desk.desk import Desk
from evaluation.retrieval import run as measuring
from evaluation.retrieval.trials import QuestionSets
from tests.desk_fixtures import World
from tests.evaluation_fixtures import SETS
from tests.knowledge_fixtures import WordEmbedder

Customs = Callable[..., Result]


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(measuring, "embedder", lambda _settings: WordEmbedder())

    def run(*words: object) -> Result:
        return CliRunner().invoke(command.app, ["evaluate", *map(str, words)])

    return run


@pytest.fixture
def over_fakes(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    @contextmanager
    def desk_of_the_test(_settings: Settings) -> Iterator[Desk]:
        yield world.desk

    monkeypatch.setattr(measuring, "desk_over_shipped", desk_of_the_test)
    monkeypatch.setattr(QuestionSets, "read", classmethod(lambda _cls: SETS))
    world.search.finds()
    world.search.finds("dossier_import", about="nhập khẩu")
    return world


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return lines(
        tmp_path / "corpus.jsonl",
        {"id": "LHQ-1", "text": "Luật này quy định về thủ tục hải quan.", "title": "Phạm vi"},
        {"id": "LDD-2", "text": "Quyền sử dụng đất của hộ gia đình.", "title": "Đất đai"},
    )


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return lines(
        tmp_path / "questions.jsonl",
        {"id": "1", "lang": "vi", "text": "ai có quyền sử dụng đất", "relevant": ["LDD-2"]},
        {"id": "2", "lang": "vi", "text": "luật nói gì về thủ tục hải quan", "relevant": ["LHQ-1"]},
    )


def lines(path: Path, *objects: object) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in objects), encoding="utf-8")
    return path


def test_a_retrieval_set_gives_one_line_of_json(evaluate: Customs, corpus: Path, questions: Path) -> None:
    done = evaluate("--corpus", corpus, "--questions", questions, "--variant", "unaccented", "--json")
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    figures = json.loads(line)
    assert (figures["documents"], figures["questions"], figures["variant"]) == (2, 2, "unaccented")
    assert figures["hit@1"] == 1
    for name in ("hit@5", "hit@10", "mrr@10", "ndcg@10", "p50_ms", "p95_ms", "coverage", "precision", "risk_coverage"):
        assert name in figures
    assert "100%" in done.stderr


def test_a_person_reads_a_line_a_figure(evaluate: Customs, corpus: Path, questions: Path) -> None:
    done = evaluate("--corpus", corpus, "--questions", questions)
    assert "hit@1                    1.0" in done.stdout
    assert "intervals.hit@1.low" in done.stdout


def test_a_run_is_kept_and_the_next_compared_with_it(
    evaluate: Customs, corpus: Path, questions: Path, tmp_path: Path
) -> None:
    given = ("--corpus", corpus, "--questions", questions, "--json")
    assert evaluate(*given, "--save", tmp_path / "run.jsonl").exit_code == 0
    assert len((tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    compared = json.loads(evaluate(*given, "--compare", tmp_path / "run.jsonl").stdout)["compared"]
    assert compared["questions"] == 2
    assert compared["mrr@10"] == {"mean": 0, "low": 0, "high": 0}


@pytest.mark.usefixtures("over_fakes")
def test_answers_are_a_line_each_and_their_figures_follow(evaluate: Customs, tmp_path: Path) -> None:
    asked = lines(
        tmp_path / "asked.jsonl",
        {"id": "1", "lang": "vi", "question": "hồ sơ nhập khẩu gồm gì"},
        {"id": "2", "lang": "vi", "question": "hôm nay ăn gì"},
    )
    labels = lines(
        tmp_path / "labels.jsonl",
        {"id": "1", "entry": "dossier_import", "kind": "in_scope"},
        {"id": "2", "entry": None, "kind": "outside"},
    )
    done = evaluate("--answers", asked, "--labels", labels, "--json")
    first, second, figures = map(json.loads, done.stdout.splitlines())
    assert (first["id"], first["outcome"], first["entry"]) == ("1", "answered", "dossier_import")
    assert (second["outcome"], second["entry"]) == ("unanswerable_out_of_scope", None)
    assert figures["figures"]["in_scope"]["answered_right"] == 1
    assert figures["figures"]["outside"]["passed_on"] == 1
    assert len(evaluate("--answers", asked, "--json").stdout.splitlines()) == 2


@pytest.mark.usefixtures("over_fakes")
def test_our_own_questions_are_measured_written_and_held_to_limits(evaluate: Customs, tmp_path: Path) -> None:
    done = evaluate("--gate")
    assert done.exit_code == 1
    assert "MISSED golden.english.hit@1 is 0, wanted at least 0.9" in done.stdout
    reports = tmp_path / "var" / "reports"
    assert sorted(path.name for path in reports.iterdir()) == ["evaluation.html", "evaluation.json"]
    told = evaluate("--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout) == json.loads((reports / "evaluation.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--corpus", "a"], "--corpus and --questions are given together."),
        (["--questions", "a"], "--corpus and --questions are given together."),
        (["--save", "a"], "--variant, --save and --compare are for --corpus and --questions."),
        (["--variant", "telex"], "--variant, --save and --compare are for --corpus and --questions."),
        (["--labels", "a"], "--labels are for --answers."),
        (["--gate", "--answers", "a"], "One thing is measured at a time: --gate, --corpus or --answers."),
        (["--answers", "missing.jsonl"], "missing.jsonl cannot be read: No such file or directory."),
        (["--corpus", "missing.jsonl", "--questions", "a"], "missing.jsonl cannot be read: No such file or directory."),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_a_sentence(
    evaluate: Customs, words: list[str], sentence: str
) -> None:
    done = evaluate(*words)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{sentence}\n")


def test_a_bad_line_is_named_with_its_file(evaluate: Customs, corpus: Path, tmp_path: Path) -> None:
    questions = lines(tmp_path / "bad.jsonl", {"id": "1", "lang": "vi", "text": "hỏi", "relevant": ["none"]})
    done = evaluate("--corpus", corpus, "--questions", questions, "--json")
    assert done.exit_code == 2
    assert done.stderr == f"{questions}, line 1: 'relevant' names 'none', which is no document.\n"


def test_an_unknown_way_of_typing_is_refused(evaluate: Customs, corpus: Path, questions: Path) -> None:
    done = evaluate("--corpus", corpus, "--questions", questions, "--variant", "morse")
    assert done.exit_code == 2
    assert "'morse' is not one of" in done.stderr
