"""`customs evaluate`: our own questions, a retrieval set or a list of questions, by production search and answering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bootstrap.settings import Settings, read_settings
from cli.parts import refuse


def evaluate(
    gate: Annotated[bool, typer.Option("--gate", help="End with an error when a limit is missed.")] = False,
    corpus: Annotated[Path | None, typer.Option(help="Texts to search: id, text and, if any, title.")] = None,
    questions: Annotated[Path | None, typer.Option(help="Asked of --corpus: id, lang, text, relevant (ids).")] = None,
    variant: Annotated[
        str, typer.Option(help="How --questions are typed: accented, unaccented, telex, vni or mixed.")
    ] = "accented",
    save: Annotated[Path | None, typer.Option(help="Keep what each of --questions came to in this file.")] = None,
    compare: Annotated[Path | None, typer.Option(help="Compare with a run that --save kept.")] = None,
    answers: Annotated[Path | None, typer.Option(help="To be answered as a person is: id, lang, question.")] = None,
    labels: Annotated[Path | None, typer.Option(help="The right entries of --answers: id, entry, kind.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """Measure search and answers. Files hold one JSON object a line; without one, our own questions are asked.

    Our own questions also give var/reports/evaluation.json and evaluation.html.
    """
    _refuse_half_a_request(gate, corpus, questions, save, compare, answers, labels)
    from evaluation.retrieval.jsonlines import FileError  # the evaluation loads torch: only for this command

    settings = read_settings()
    try:
        if corpus and questions:
            _retrieval_set(settings, corpus, questions, variant, save, compare, as_json=as_json)
        elif answers:
            _answers(settings, answers, labels)
        else:
            _own_questions(settings, gate=gate, as_json=as_json)
    except FileError as error:
        refuse(str(error))


def _refuse_half_a_request(
    gate: bool,
    corpus: Path | None,
    questions: Path | None,
    save: Path | None,
    compare: Path | None,
    answers: Path | None,
    labels: Path | None,
) -> None:
    if (corpus is None) != (questions is None):
        refuse("--corpus and --questions are given together.")
    if corpus is None and (save or compare):
        refuse("--save and --compare are for --corpus and --questions.")
    if labels and answers is None:
        refuse("--labels are for --answers.")
    if (gate, corpus is not None, answers is not None).count(True) > 1:
        refuse("One thing is measured at a time: --gate, --corpus or --answers.")


def _retrieval_set(
    settings: Settings,
    corpus: Path,
    questions: Path,
    variant: str,
    save: Path | None,
    compare: Path | None,
    *,
    as_json: bool,
) -> None:
    from evaluation.retrieval.keyboard import Typing
    from evaluation.retrieval.run import measure_corpus

    if variant not in list(Typing):
        refuse(f"--variant is one of {', '.join(Typing)}.")
    figures = measure_corpus(settings, corpus, questions, Typing(variant), save, compare)
    print(json.dumps(figures) if as_json else "\n".join(_lines(figures)))


def _answers(settings: Settings, answers: Path, labels: Path | None) -> None:
    from evaluation.retrieval.run import answer_file

    for line in answer_file(settings, answers, labels):
        print(line, flush=True)


def _own_questions(settings: Settings, *, gate: bool, as_json: bool) -> None:
    from evaluation.retrieval.run import measure_own

    report = measure_own(settings)
    print(json.dumps(report.as_data(), ensure_ascii=False) if as_json else report.as_text())
    if gate and report.missed():
        raise typer.Exit(1)


def _lines(figures: dict[str, Any]) -> list[str]:
    """Figures for a person, a line each; curves are left to the JSON."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [f"{name}.{line}" for line in _lines(value)]
        elif not isinstance(value, list):
            lines.append(f"{name:24} {value}")
    return lines
