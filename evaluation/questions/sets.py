"""The questions with which the search is measured and its confidence fitted, as they lie in this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from desk.guidance.record import Language, Text
from evaluation.questions.jsonlines import Line, read_lines

FOLDER = Path(__file__).parent
#: Measure only: nothing is ever fitted or chosen on these three.
GOLDEN = FOLDER / "golden.jsonl"
OUTSIDE = FOLDER / "outside.jsonl"
BORDERLINE = FOLDER / "borderline.jsonl"
#: Fit only: never a measure.
CALIBRATION = FOLDER / "calibration.jsonl"
FORMAL = FOLDER / "formal.jsonl"
PORTAL = FOLDER / "portal.jsonl"
NEAR_MISSES = FOLDER / "near_misses.jsonl"
FITTING = (CALIBRATION, FORMAL, PORTAL, NEAR_MISSES)

#: What a question on the border of the desk's matters is: about one's own file, a complaint or report, a customs
#: matter that no guidance is to cover, or a wish for advice. acceptable.yml says how each may end.
Expected = Literal["personal", "request", "not_covered", "advice"]
EXPECTED: tuple[Expected, ...] = get_args(Expected)


@dataclass(frozen=True)
class Question:
    """A question and the entry that answers it; None where no entry does.

    ``kind`` tells questions of the calibration apart, ``expected`` is given for those on the border.
    """

    id: str
    language: Language
    text: str
    entry: str | None
    kind: str | None = None
    expected: Expected | None = None


class _Line(Line):
    lang: Language
    question: Text
    entry: str | None = None
    kind: str | None = None
    expected: Expected | None = None


def read_questions(path: Path) -> list[Question]:
    """All questions of a file; raises FileError."""
    lines = read_lines(path, _Line).values()
    return [Question(line.id, line.lang, line.question, line.entry, line.kind, line.expected) for line in lines]
