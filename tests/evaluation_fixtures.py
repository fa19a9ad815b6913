"""What tests of the evaluation share: a few questions, and trials as a test writes them."""

from __future__ import annotations

from desk.answering.outcome import Outcome
from desk.guidance.record import Language
from desk.ports import Hit
from evaluation.questions.sets import Expected, Question
from evaluation.retrieval.answers import AnswerLine
from evaluation.retrieval.trials import QuestionSets, Trial

SETS = QuestionSets(
    golden=[
        Question("import-vi", "vi", "hồ sơ nhập khẩu", "dossier_import"),
        Question("import-en", "en", "papers for imports", "dossier_import"),
    ],
    outside=[Question("outside", "vi", "nấu phở", None), Question("outside-en", "en", "cook soup", None)],
    borderline=[Question("border", "vi", "thủ tục hải quan <b>tàu vũ trụ</b>", None, expected="not_covered")],
)


def trial(
    found: str = "",
    sure: float = 0.0,
    outcome: Outcome = Outcome.UNANSWERABLE_NOT_COVERED,
    *,
    wanted: str | None = "a",
    expected: Expected | None = None,
    language: Language = "vi",
    id: str = "q",
    offered: str = "",
) -> Trial:
    """A trial that found the entries named by the letters of ``found``; the first has the confidence ``sure``."""
    hits = [Hit(entry, 1, 1 / place, sure / place) for place, entry in enumerate(found, start=1)]
    shown = AnswerLine(
        id=id,
        outcome=outcome,
        entry=found[0] if outcome is Outcome.ANSWERED else None,
        title=None,
        text="",
        sources=(),
        confidence=sure,
        offered=tuple(offered),
    )
    return Trial(Question(id, language, f"hỏi {id}", wanted, expected=expected), f"hỏi {id}", hits, shown, 4.0)
