"""Measures search and answering on the golden questions against their marks: python -m evaluation.retrieval.gate."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from bootstrap.settings import Settings, read_settings
from desk.answering.outcome import Outcome
from desk.answering.question import Question as Asked
from desk.ports import GuidanceSearch
from evaluation.retrieval.metrics import Figures, Found, IsAnswered, ask, figures
from evaluation.retrieval.questions import GOLDEN, OUTSIDE, Question, read_questions
from evaluation.retrieval.setting import desk_over_shipped
from knowledge.engine.text import fold

#: The share of golden questions of which the right entry must come first, by way of typing.
HIT_AT_1 = {"accented": 0.85, "unaccented": 0.85, "english": 0.80}
WRONG_SHOWN = 0.05
OUTSIDE_ANSWERED = 2
#: The law is read as of this day, so that no figure moves by the calendar alone.
AS_OF = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class Report:
    """Figures by way of typing, the questions whose entry was not first, and the outside questions answered."""

    figures: dict[str, Figures]
    not_first: list[Found]
    outside: int
    outside_answered: list[Found]

    def missed(self) -> list[str]:
        """What misses its mark, a sentence each."""
        missed = []
        for typing, wanted in HIT_AT_1.items():
            of = self.figures[typing]
            if of.hit_at_1 < wanted:
                missed.append(f"{typing}: right entry first {of.hit_at_1:.3f}, wanted {wanted}")
            if of.wrong_shown > WRONG_SHOWN:
                missed.append(f"{typing}: wrong answers shown {of.wrong_shown:.3f}, allowed {WRONG_SHOWN}")
        if len(self.outside_answered) > OUTSIDE_ANSWERED:
            missed.append(f"outside questions answered {len(self.outside_answered)}, allowed {OUTSIDE_ANSWERED}")
        return missed

    def as_data(self) -> dict[str, object]:
        """The report as it is kept and compared."""
        return {
            "figures": {typing: asdict(of) for typing, of in self.figures.items()},
            "outside": self.outside,
            "outside_answered": [one.as_data() for one in self.outside_answered],
            "missed": self.missed(),
            "not_first": [one.as_data() for one in self.not_first],
        }

    def as_text(self) -> str:
        """The report as a person reads it."""
        lines = ["typing       hit@1  hit@3  MRR    answered  wrong shown  median ms"]
        for typing, of in self.figures.items():
            lines.append(
                f"{typing:11}  {of.hit_at_1:.3f}  {of.hit_at_3:.3f}  {of.mrr:.3f}  {of.answered:8.3f}"
                f"  {of.wrong_shown:11.3f}  {of.median_ms:9.1f}"
            )
        lines.append(f"outside questions answered: {len(self.outside_answered)} of {self.outside}")
        lines += [f"MISSED {miss}" for miss in self.missed()] or ["all marks met"]
        return "\n".join(lines)


def measure(settings: Settings) -> Report:
    """Measure the production search and the desk's own answering over the records that ship."""
    with desk_over_shipped(settings) as desk:

        def is_answered(question: Question) -> bool:
            asked = Asked(question.text, question.language, AS_OF)
            return desk.answering.answer(asked).outcome is Outcome.ANSWERED

        return measure_search(desk.search, is_answered, read_questions(GOLDEN), read_questions(OUTSIDE))


def measure_search(
    search: GuidanceSearch, is_answered: IsAnswered, golden: Sequence[Question], outside: Sequence[Question]
) -> Report:
    """Ask everything; Vietnamese golden questions are asked as written and again without diacritics."""
    vietnamese = [question for question in golden if question.language == "vi"]
    asked = {
        "accented": vietnamese,
        "unaccented": [replace(question, text=fold(question.text)) for question in vietnamese],
        "english": [question for question in golden if question.language == "en"],
    }
    found = {typing: ask(search, is_answered, questions) for typing, questions in asked.items()}
    return Report(
        figures={typing: figures(among) for typing, among in found.items()},
        not_first=[one for among in found.values() for one in among if not one.right],
        outside=len(outside),
        outside_answered=[one for one in ask(search, is_answered, outside) if one.answered],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all marks are met, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    chosen = parser.parse_args(arguments)
    report = measure(read_settings())
    print(json.dumps(report.as_data(), ensure_ascii=False, indent=2) if chosen.json else report.as_text())
    return 1 if report.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
