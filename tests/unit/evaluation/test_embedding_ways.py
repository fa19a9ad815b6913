"""Ways to run the model are asked by turns, answers are counted, and the page says of each what came out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desk.answering.outcome import Outcome
from evaluation.speed.embedding import ways as ways_module
from evaluation.speed.embedding.accuracy import Piped, cosines, counted
from evaluation.speed.embedding.report import OWN, TODAYS, Report, ways_of
from evaluation.speed.embedding.times import AT_ONCE, at_once, known, one_by_one, turned
from evaluation.speed.embedding.ways import DESK, FP32, WAYS, Running, Spent, Way, WayFailed
from knowledge.engine.model.embedding import Embedded
from tests.evaluation_fixtures import trial
from tests.knowledge_fixtures import WordEmbedder

ECHO = """
import base64, json, sys
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "load" and order["way"] == "broken":
        print(json.dumps({"error": "ImportError: no such library"}), flush=True)
        continue
    parts = (bytes([0, 0, 0, 0, 0, 0, 128, 63]), b"ab", bytes([1, 0, 0, 0]))
    row = [base64.b64encode(part).decode() for part in parts]
    rows = [row for _ in order.get("texts", [])] if order.get("vectors") else []
    print(json.dumps({"ms": 2.0, "work_ms": 1.0, "rows": rows, "rss_mb": 100.0}), flush=True)
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A process that answers without a model."""
    (tmp_path / "worker.py").write_text(ECHO, encoding="utf-8")
    monkeypatch.setattr(ways_module, "APART", tmp_path)
    return tmp_path / "log"


def running(name: str, log: Path) -> Running:
    return Running(Way(name, "for a test"), "model", Path("exported"), 1, log)


def test_a_way_is_asked_in_its_process_and_gives_vectors_of_the_whole_and_of_tokens(worker: Path) -> None:
    way = running("desk", worker)
    spent, [row] = way.embed(["xin"], "query")
    assert (spent, way.resident_mb()) == (Spent(passed=2.0, worked=1.0), 100.0)
    assert (row.whole.tolist(), row.tokens.tolist(), row.ids.tolist()) == ([0.0, 1.0], [[97, 98]], [1])
    way.close()


def test_a_way_that_does_not_load_tells_its_error(worker: Path) -> None:
    with pytest.raises(WayFailed, match="ImportError: no such library"):
        running("broken", worker)


def test_a_process_that_ends_is_told_of(worker: Path) -> None:
    (worker.parent / "worker.py").write_text("raise SystemExit(3)", encoding="utf-8")
    with pytest.raises(WayFailed, match="ended with code 3"):
        running("desk", worker)


class Counting:
    """A way that counts what it is asked."""

    def __init__(self, milliseconds: float) -> None:
        self.asked: list[str] = []
        self._milliseconds = milliseconds

    def embed(self, texts: list[str], kind: str, *, vectors: bool = True) -> tuple[Spent, list[Embedded]]:
        self.asked += texts
        rows = WordEmbedder().queries(texts) if vectors else []
        spent = self._milliseconds * (1 + len(texts))
        return Spent(spent, spent / 2), rows


def test_each_way_is_asked_every_question_and_held_against_the_desk() -> None:
    ways: Any = {DESK: Counting(2.0), "onnx": Counting(1.0)}
    figures = one_by_one(ways, ["một", "hai", "ba"], "a test")
    assert ways[DESK].asked == ways["onnx"].asked == ["một", "hai", "ba"]
    assert figures["onnx"] == {"p50": 2.0, "p95": 2.0, "work_p50": 1.0, "times_desk": 0.5, "work_times_desk": 0.5}


def test_what_is_gained_by_embedding_together_is_told_and_no_text_is_asked_twice() -> None:
    ways: Any = {DESK: Counting(1.0)}
    of = at_once(ways, [f"câu {number}" for number in range(40)], rounds=2)[DESK]
    assert of["4"]["gain"] == round(2 * 4 / 5, 2)
    assert list(of) == [str(count) for count in AT_ONCE]
    assert len(set(ways[DESK].asked)) == len(ways[DESK].asked)


def test_a_question_that_is_known_is_asked_again_word_for_word() -> None:
    desk: Any = Counting(1.0)
    known(desk, ["một", "hai"])
    assert desk.asked[:2] == desk.asked[2:]


def test_another_one_begins_each_time() -> None:
    assert [turned(["a", "b"], number) for number in (0, 1, 2)] == [["a", "b"], ["b", "a"], ["a", "b"]]


def test_questions_go_to_the_way_once_and_passages_to_the_embedder_that_is_given() -> None:
    way: Any = Counting(1.0)
    model = Piped(way, WordEmbedder())
    assert len(model.queries(["một", "hai", "một"])) == 3
    model.queries(["một"])
    model.passages(["đoạn"])
    assert way.asked == ["một", "hai"]


def test_passages_of_its_own_are_given_back_in_their_order() -> None:
    way: Any = Counting(1.0)
    way.way = WAYS[0]
    texts = ["một đoạn dài hơn", "ngắn"]
    rows = Piped(way).passages(texts)
    assert [row.whole.tolist() for row in rows] == [row.whole.tolist() for row in WordEmbedder().queries(texts)]


def test_cosines_are_of_each_question_to_itself() -> None:
    one, other = (
        Embedded(np.array(of, np.float32), np.zeros((0, 1), np.int8), np.zeros(0, np.int32))
        for of in ((1, 0), (0.6, 0.8))
    )
    assert cosines([one, other], [one, one]) == {"least": 0.6, "mean": 0.8}


def test_answers_are_counted_by_how_they_ended() -> None:
    right, wrong = trial("ab", 0.9, Outcome.ANSWERED), trial("ba", 0.9, Outcome.ANSWERED)
    outside = [trial("b", 0.9, Outcome.ANSWERED, wanted=None), trial(wanted=None)]
    of = counted([right, wrong, trial("a")], outside, [trial(wanted=None)])
    assert (of["questions"], of["first"], of["answered_right"], of["wrong_shown"]) == (3, 2, 1, 1)
    assert (of["outside"], of["outside_answered"], of["borderline_answered"]) == (2, 1, 0)


def measured(p50: float) -> dict[str, Any]:
    times = {"p50": p50, "p95": 2 * p50, "work_p50": p50, "times_desk": p50 / 10, "work_times_desk": p50 / 10}
    ended = {"questions": 100, "hit@1": 0.9, "first": 90, "answered_right": 80, "wrong_shown": 2}
    ended |= {"outside": 10, "outside_answered": 1, "borderline": 20, "borderline_answered": 3}
    return {
        "threads": {"1": times, "2": times},
        "load_s": 3.0,
        "rss_mb": 800.0,
        "at_once": {str(n): {"together_a_second": 100.0, "apart_a_second": 50.0, "gain": 2.0} for n in AT_ONCE},
        "cosines": {"least": 0.99, "mean": 0.995},
        "answers": {OWN: ended, TODAYS: ended},
    }


@pytest.fixture
def report() -> Report:
    loaded = {way.name: measured(10.0) for way in WAYS} | {"onnx-int8": measured(4.0)}
    ways = ways_of(loaded, {"openvino": "ImportError: none"}, [way.name for way in WAYS])
    again = {"first": {"p50": 10.0, "p95": 12.0}, "again": {"p50": 0.1, "p95": 0.2}}
    return Report(dt.date(2026, 11, 28), "3.11.7", 2, {"onnxruntime": "1.32.0"}, 200, ways, again, "")


def test_the_page_says_how_quick_each_way_is_and_what_its_answers_are(report: Report) -> None:
    page = report.as_page()
    assert "| 4.0 (8.0) | 4.0 | 0.40 | 4.0 (8.0) | 0.40 | 800 | 3.0 |" in page
    assert "| onnx-int8 | 0.9900 | 0.9950 | today's | 90 of 100 | 80 | 2 | 1 of 10 | 3 of 20 |" in page
    assert "**openvino** did not run: ImportError: none" in page
    assert "takes 0.10 (0.20) ms instead of 10.0 (12.0) ms" in page


def test_the_quickest_way_is_one_that_runs(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "embedding.md", tmp_path / "embedding.json")
    assert json.loads((tmp_path / "embedding.json").read_text())["quickest"] == "onnx-int8"
    assert FP32 in report.working()
