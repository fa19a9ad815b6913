"""`customs evaluate`: our own questions, a retrieval set or a list of questions, by production search and answering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bootstrap.settings import read_settings
from cli.terminal import refuse
from evaluation.questions.jsonlines import FileError
from evaluation.questions.keyboard import Typing

# What else the evaluation has loads the search engine: it is imported by the functions that need it.


def evaluate(
    gate: Annotated[bool, typer.Option("--gate", help="End with an error when a limit is missed.")] = False,
    corpus: Annotated[Path | None, typer.Option(help="Texts to search: id, text and, if any, title.")] = None,
    questions: Annotated[Path | None, typer.Option(help="Asked of --corpus: id, lang, text, relevant (ids).")] = None,
    variant: Annotated[
        Typing | None, typer.Option(help="How --questions are typed; where it is not given, accented.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Keep what each of --questions came to in this file.")] = None,
    compare: Annotated[Path | None, typer.Option(help="Compare with a run that --save kept.")] = None,
    answers: Annotated[Path | None, typer.Option(help="To be answered as a person is: id, lang, question.")] = None,
    labels: Annotated[Path | None, typer.Option(help="The right entries of --answers: id, entry, kind.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """Measure search and answers. Files hold one JSON object a line; without one, our own questions are asked.

    Our own questions also give var/reports/evaluation.json and evaluation.html.
    """
    if sentence := _what_makes_no_sense(
        corpus=corpus, questions=questions, answers=answers, labels=labels, gate=gate, of_a_set=(variant, save, compare)
    ):
        refuse(sentence)
    try:
        if corpus and questions:
            _retrieval_set(corpus, questions, variant or Typing.ACCENTED, save, compare, as_json=as_json)
        elif answers:
            _answers(answers, labels)
        else:
            _own_questions(gate=gate, as_json=as_json)
    except FileError as error:
        refuse(str(error))


def _what_makes_no_sense(
    *,
    corpus: Path | None,
    questions: Path | None,
    answers: Path | None,
    labels: Path | None,
    gate: bool,
    of_a_set: tuple[Typing | Path | None, ...],
) -> str | None:
    if (corpus is None) != (questions is None):
        return "--corpus and --questions are given together."
    if corpus is None and any(of_a_set):
        return "--variant, --save and --compare are for --corpus and --questions."
    if labels and answers is None:
        return "--labels are for --answers."
    if (gate, corpus is not None, answers is not None).count(True) > 1:
        return "One thing is measured at a time: --gate, --corpus or --answers."
    return None


def _retrieval_set(
    corpus: Path, questions: Path, typing: Typing, save: Path | None, compare: Path | None, *, as_json: bool
) -> None:
    from evaluation.retrieval.run import measure_corpus

    figures = measure_corpus(read_settings(), corpus, questions, typing, save, compare)
    print(json.dumps(figures) if as_json else "\n".join(_lines(figures)))


def _answers(answers: Path, labels: Path | None) -> None:
    from evaluation.retrieval.run import answer_file

    for line in answer_file(read_settings(), answers, labels):
        print(line, flush=True)


def _own_questions(*, gate: bool, as_json: bool) -> None:
    from evaluation.retrieval.run import measure_own

    report = measure_own(read_settings())
    print(json.dumps(report.as_data(), ensure_ascii=False) if as_json else report.as_text())
    if gate and report.missed():
        raise typer.Exit(1)


def _lines(figures: dict[str, Any], within: str = "") -> list[str]:
    """Figures for a person, a line each; curves are left to the JSON."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += _lines(value, f"{within}{name}.")
        elif not isinstance(value, list):
            lines.append(f"{within + name:24} {value}")
    return lines
