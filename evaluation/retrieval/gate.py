"""Measures the search on the golden questions and fails when it is not good enough; python -m evaluation.retrieval.gate."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from desk.ports import GuidanceSearch
from evaluation.retrieval.metrics import Figures, Found, ask, figures
from evaluation.retrieval.questions import GOLDEN, OUTSIDE, Question, read_questions
from evaluation.retrieval.setting import PROJECT, engine_of, shipped_records
from knowledge.engine.text import fold

ANSWERING = PROJECT / "content" / "answering.yml"
#: The share of golden questions of which the right entry must come first, by way of typing.
HIT_AT_1 = {"accented": 0.85, "unaccented": 0.85, "english": 0.80}
WRONG_SHOWN = 0.05
OUTSIDE_ANSWERED = 2


@dataclass(frozen=True)
class Report:
    """Figures by way of typing, how many of the outside questions were answered, and what misses the mark."""

    figures: dict[str, Figures]
    outside: int
    outside_answered: int
    missed: list[str]
    not_first: list[Found]


def thresholds(path: Path = ANSWERING) -> tuple[float, float]:
    """The confidences from which a hit is answered, and from which it is offered."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return float(data["answer"]), float(data["clarify"])


def measure(search: GuidanceSearch, golden: Sequence[Question], outside: Sequence[Question], answer: float) -> Report:
    """Ask everything; Vietnamese questions are asked as written and again without diacritics."""
    vietnamese = [question for question in golden if question.language == "vi"]
    asked = {
        "accented": vietnamese,
        "unaccented": [replace(question, text=fold(question.text)) for question in vietnamese],
        "english": [question for question in golden if question.language == "en"],
    }
    found = {typing: ask(search, questions) for typing, questions in asked.items()}
    measured = {typing: figures(among, answer) for typing, among in found.items()}
    answered = sum(one.confidence >= answer for one in ask(search, outside))
    return Report(
        figures=measured,
        outside=len(outside),
        outside_answered=answered,
        missed=_missed(measured, answered),
        not_first=[one for among in found.values() for one in among if not one.right],
    )


def _missed(measured: dict[str, Figures], outside_answered: int) -> list[str]:
    missed = []
    for typing, wanted in HIT_AT_1.items():
        of = measured[typing]
        if of.hit_at_1 < wanted:
            missed.append(f"{typing}: right entry first {of.hit_at_1:.3f}, wanted {wanted}")
        if of.wrong_shown > WRONG_SHOWN:
            missed.append(f"{typing}: wrong answers shown {of.wrong_shown:.3f}, allowed {WRONG_SHOWN}")
    if outside_answered > OUTSIDE_ANSWERED:
        missed.append(f"outside questions answered {outside_answered}, allowed {OUTSIDE_ANSWERED}")
    return missed


def as_json(report: Report) -> dict[str, object]:
    """The report as it is kept and compared."""
    return {
        "figures": {typing: asdict(of) for typing, of in report.figures.items()},
        "outside": report.outside,
        "outside_answered": report.outside_answered,
        "missed": report.missed,
        "not_first": [
            {
                "id": one.question.id,
                "question": one.question.text,
                "entry": one.question.entry,
                "first": one.first,
                "rank": one.rank,
                "confidence": round(one.confidence, 3),
            }
            for one in report.not_first
        ],
    }


def as_text(report: Report) -> str:
    """The report as a person reads it."""
    lines = ["typing       hit@1  hit@3  MRR    answered  wrong shown  median ms"]
    for typing, of in report.figures.items():
        lines.append(
            f"{typing:11}  {of.hit_at_1:.3f}  {of.hit_at_3:.3f}  {of.mrr:.3f}  {of.answered:8.3f}"
            f"  {of.wrong_shown:11.3f}  {of.median_ms:9.1f}"
        )
    lines.append(f"outside questions answered: {report.outside_answered} of {report.outside}")
    lines += [f"MISSED {miss}" for miss in report.missed] or ["all marks met"]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all marks are met, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    chosen = parser.parse_args(arguments)
    answer, _ = thresholds()
    search = engine_of(shipped_records())
    report = measure(search, read_questions(GOLDEN), read_questions(OUTSIDE), answer)
    print(json.dumps(as_json(report), ensure_ascii=False, indent=2) if chosen.json else as_text(report))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
