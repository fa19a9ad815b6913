"""`customs questionnaires export`: all that came of a questionnaire in one file, as the console hands it out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import tables
from cli.exported import recorded
from cli.parts import desk_and_settings
from cli.terminal import refuse
from desk.audit.exporting import Export
from desk.questionnaires import service
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.report import files


def export(
    number: Annotated[int, typer.Argument(help="The number of the questionnaire; see `customs questionnaires list`.")],
    format: Annotated[str, typer.Option(help=f"{', '.join(tables.FORMATS)}.")] = "csv",
    language: Annotated[str, typer.Option(help="vi or en.")] = "en",
    output: Annotated[Path | None, typer.Option(help="The file to write; needed for xlsx.")] = None,
) -> None:
    """Write rates, answers, means, groups and, masked, texts to a file."""
    chosen = tables.check(format, language, output)
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = service.by_id(session, number)
        if found is None:
            refuse(f"There is no questionnaire {number}; see `customs questionnaires list`.")
        try:
            made = files.tables_of(desk, session, found, chosen)
        except QuestionnaireRefused as refused:
            refuse(desk.texts.say(refused.reason, "en"))
        written = tables.made(desk, made, format, chosen)
    recorded(desk, Export.QUESTIONNAIRE, format, subject=f"questionnaire#{number}")
    tables.write(written, output)
