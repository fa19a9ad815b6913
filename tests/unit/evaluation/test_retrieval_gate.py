"""What the gate counts, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from desk.guidance.record import Language
from desk.ports import Hit, SearchResult
from evaluation.retrieval.gate import Report, measure_search
from evaluation.retrieval.metrics import ask, figures
from evaluation.retrieval.questions import Question

ANSWER = 0.5


class ScriptedSearch:
    """Finds what the test says, by the text; the first of the entries with the confidence given."""

    def __init__(self, finds: Mapping[str, tuple[Sequence[str], float]]) -> None:
        self._finds = finds
        self.asked: list[tuple[str, Language]] = []

    def search(self, text: str, language: Language, limit: int = 5) -> SearchResult:
        self.asked.append((text, language))
        entries, confidence = self._finds.get(text, ((), 0.0))
        hits = [Hit(entry, 1, 1.0 / place, confidence / place) for place, entry in enumerate(entries, start=1)]
        return SearchResult(1, hits[:limit], {"embed": 3.0, "rank": 1.0})

    def is_answered(self, question: Question) -> bool:
        """What a desk would do that only looks at the confidence."""
        entries, confidence = self._finds.get(question.text, ((), 0.0))
        return bool(entries) and confidence >= ANSWER


def question(text: str, entry: str | None = "a", language: Language = "vi") -> Question:
    return Question(text, language, text, entry)


def test_figures_are_shares_of_all_questions() -> None:
    search = ScriptedSearch(
        {
            "first, sure": (["a", "b"], 0.9),
            "third, unsure": (["b", "c", "a"], 0.3),
            "wrong, sure": (["b"], 0.8),
            "nothing": ([], 0.0),
        }
    )
    found = ask(
        search,
        search.is_answered,
        [question(text) for text in ("first, sure", "third, unsure", "wrong, sure", "nothing")],
    )
    measured = figures(found)
    assert (measured.questions, measured.hit_at_1, measured.hit_at_3) == (4, 0.25, 0.5)
    assert measured.mrr == pytest.approx((1 + 1 / 3) / 4)
    assert (measured.answered, measured.wrong_shown, measured.median_ms) == (0.5, 0.25, 4.0)


def report(finds: Mapping[str, tuple[Sequence[str], float]], outside: int = 3) -> Report:
    golden = [question("hỏi đúng"), question("asked right", language="en")]
    search = ScriptedSearch(finds)
    return measure_search(search, search.is_answered, golden, [question(f"outside {n}", None) for n in range(outside)])


ALL_RIGHT = {"hỏi đúng": (["a"], 0.9), "hoi dung": (["a"], 0.9), "asked right": (["a"], 0.9)}


def test_vietnamese_is_asked_with_and_without_its_diacritics() -> None:
    search = ScriptedSearch(ALL_RIGHT)
    measure_search(search, search.is_answered, [question("hỏi đúng"), question("asked right", language="en")], [])
    assert search.asked == [("hỏi đúng", "vi"), ("hoi dung", "vi"), ("asked right", "en")]


def test_all_right_meets_all_marks() -> None:
    assert report(ALL_RIGHT).missed() == []


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"hỏi đúng": (["b", "a"], 0.1)}, "accented: right entry first"),
        ({"hoi dung": (["b", "a"], 0.1)}, "unaccented: right entry first"),
        ({"asked right": (["b", "a"], 0.9)}, "english: wrong answers shown"),
        ({f"outside {n}": (["b"], 0.5) for n in range(3)}, "outside questions answered 3"),
    ],
)
def test_each_mark_can_be_missed(change: Mapping[str, tuple[Sequence[str], float]], missed: str) -> None:
    assert any(sentence.startswith(missed) for sentence in report({**ALL_RIGHT, **change}).missed())


def test_two_outside_questions_may_be_answered() -> None:
    assert report({**ALL_RIGHT, "outside 0": (["b"], 0.9), "outside 1": (["b"], 0.9)}).missed() == []


def test_a_report_is_readable_by_people_and_programs() -> None:
    of = report({**ALL_RIGHT, "hoi dung": (["b", "a"], 0.9)})
    data = json.loads(json.dumps(of.as_data()))
    assert data["figures"]["accented"]["hit_at_1"] == 1
    assert data["not_first"][0]["question"] == "hoi dung"
    assert "MISSED unaccented" in of.as_text()
    assert "all marks met" in report(ALL_RIGHT).as_text()
