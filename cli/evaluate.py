"""`customs evaluate`: the golden questions through the production search and answering."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bootstrap.settings import read_settings


def evaluate(
    gate: Annotated[bool, typer.Option("--gate", help="End with an error when a gate is missed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Measure retrieval and answers on the golden questions."""
    from evaluation.retrieval import gate as golden  # loads torch: only for this command

    report = golden.measure(read_settings())
    print(json.dumps(report.as_data(), ensure_ascii=False) if as_json else report.as_text())
    if gate and report.missed():
        raise typer.Exit(1)
