"""Carries out each measurement from its files to its figures; what `customs evaluate` calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bootstrap.settings import Settings
from desk.answering.judge import Thresholds
from evaluation.questions.keyboard import Typing
from evaluation.retrieval import corpus as sets
from evaluation.retrieval.answers import answered, endings, read_asked, read_labels
from evaluation.retrieval.figures import read_acceptable
from evaluation.retrieval.gate import read_limits
from evaluation.retrieval.production import ProductionSearch
from evaluation.retrieval.progress import say
from evaluation.retrieval.report import Report
from evaluation.retrieval.setting import desk_over_shipped, embedder
from evaluation.retrieval.trials import QuestionSets, try_all


def measure_own(settings: Settings) -> Report:
    """Our own questions over the records that ship; the report is also written into var/reports/."""
    with desk_over_shipped(settings) as desk:
        trials = try_all(desk, QuestionSets.read())
    report = Report.of(trials, read_acceptable(), read_limits())
    report.write(settings.var_dir / "reports")
    return report


def measure_corpus(
    settings: Settings, corpus: Path, questions: Path, typing: Typing, save: Path | None, compare: Path | None
) -> dict[str, Any]:
    """The figures of a retrieval set, also against the run in ``compare``; raises FileError before anything runs."""
    documents = sets.read_documents(corpus)
    asked = sets.read_set_questions(questions, documents)
    before = sets.read_saved(compare) if compare else None
    search = ProductionSearch(embedder(settings), settings.var_dir / "evaluation")
    say(f"indexing {len(documents)} documents; new ones take a while")
    search.prepare(documents)
    measured = sets.measure(search, asked, typing)
    if save:
        sets.save(measured, save)
    threshold = Thresholds.read(settings.content_dir / "answering.yml").answer
    figures = {"documents": len(documents), "variant": typing.value, **sets.figures(measured, threshold)}
    return figures if before is None else {**figures, "compared": sets.compared(measured, before)}


def answer_file(settings: Settings, questions: Path, labels: Path | None) -> Iterator[str]:
    """One line of JSON a question, as soon as it is answered, and one with the figures where there are labels.

    Raises FileError before anything is answered.
    """
    asked = read_asked(questions)
    known = read_labels(labels, asked) if labels else None
    lines = []
    with desk_over_shipped(settings) as desk:
        for line in answered(desk.answering, asked, desk.today()):
            lines.append(line)
            yield line.model_dump_json()
    if known is not None:
        yield json.dumps({"figures": endings(lines, known)}, ensure_ascii=False)
