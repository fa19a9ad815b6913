"""The questions with which the search is measured and its confidence fitted, as they lie in this folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from desk.guidance.record import Language

FOLDER = Path(__file__).parent
#: Measure only: nothing is ever fitted or chosen on these two.
GOLDEN = FOLDER / "golden.jsonl"
OUTSIDE = FOLDER / "outside.jsonl"
#: Fit only: never a measure.
CALIBRATION = FOLDER / "calibration.jsonl"


@dataclass(frozen=True)
class Question:
    """A question and the entry that answers it; None where no entry does, with the kind of question where given."""

    id: str
    language: Language
    text: str
    entry: str | None
    kind: str | None = None


def read_questions(path: Path) -> list[Question]:
    """All questions of a file; raises KeyError or ValueError when a line is not of the format."""
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        questions.append(Question(data["id"], data["lang"], data["question"], data.get("entry"), data.get("kind")))
    return questions
