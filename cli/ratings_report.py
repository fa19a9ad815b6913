"""`customs ratings report`: ratings, cases and enquiries of a period by officer, unit, topic and more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Printed

from cli.exported import recorded
from cli.figures import language_coded, period_between, write_out
from cli.parts import desk_and_settings, unit_coded
from cli.terminal import out, refuse
from desk.audit.exporting import Export
from desk.conversations.model import CHANNELS
from desk.desk import Desk
from desk.figures.breakdown import files, sight
from desk.figures.breakdown.asked import Asked, By, Only
from desk.figures.breakdown.report import report as report_of
from desk.figures.breakdown.sheets import Place, Sheet, sheets
from desk.figures.breakdown.words import Words
from desk.figures.period import Period, Preset
from desk.guidance.record import LANGUAGES
from desk.subscriptions.service import TOPICS
from desk.tables.csv_file import csv_file
from desk.tables.xlsx_file import xlsx_file

_FORMATS = ("table", "csv", "xlsx", "json")


def report(
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day.")] = "",
    period: Annotated[str, typer.Option(help=f"Instead of days: {', '.join(Preset)}.")] = Preset.LAST_30.value,
    by: Annotated[str, typer.Option(help=f"What the rows are: {', '.join(By)}.")] = By.REGION.value,
    unit: Annotated[str, typer.Option(help="The code of a unit; what lies in it and below is counted.")] = "",
    topic: Annotated[str, typer.Option(help=f"Only one topic: {', '.join(TOPICS)}.")] = "",
    channel: Annotated[str, typer.Option(help=f"Only one channel: {', '.join(CHANNELS)}.")] = "",
    language_of: Annotated[str, typer.Option(help="Only matters in one language: vi or en.")] = "",
    format: Annotated[str, typer.Option(help=f"{', '.join(_FORMATS)}.")] = "table",
    output: Annotated[Path | None, typer.Option(help="The file to write; needed for xlsx.")] = None,
    language: Annotated[str, typer.Option(help="vi or en.")] = "en",
) -> None:
    """Count ratings, cases and enquiries by officer, unit, topic, channel or time, against the period before.

    What each figure means stands in docs/figures.md.
    """
    for name, value, known in (
        ("--period", period, tuple(Preset)),
        ("--by", by, tuple(By)),
        ("--topic", topic, ("", *TOPICS)),
        ("--channel", channel, ("", *CHANNELS)),
        ("--language-of", language_of, ("", *LANGUAGES)),
        ("--format", format, _FORMATS),
        ("--language", language, LANGUAGES),
    ):
        if value not in known:
            refuse(f"{name} {value!r} is not known; it is one of {', '.join(each for each in known if each)}.")
    if format == "xlsx" and output is None:
        refuse("A workbook is written to a file: say which with --output.")
    desk, _ = desk_and_settings()
    days = period_between(desk, first, last, period)
    made = _made(desk, By(by), days, unit, Only(topic, channel, language_of), language)
    if format != "table":
        asked = {"period": "" if first else period, "from": first, "to": last, "by": by, "unit": unit}
        asked |= {"topic": topic, "channel": channel, "language": language_of}
        recorded(desk, Export.RATINGS_REPORT, format, asked=asked)
    _write(made, format, output)


def _made(desk: Desk, by: By, period: Period, unit: str, only: Only, language: str) -> Words:
    with desk.store.reading() as session:
        seen = sight.of_unit(unit_coded(session, unit)) if unit else sight.whole(session)
        made = report_of(desk, session, Asked(by, period, seen, only))
    return Words(made, desk.texts, language_coded(language))


def _write(made: Words, format: str, output: Path | None) -> None:
    match format:
        case "csv":
            write_out(b"".join(csv_file([files.table(made)], made.language)), output)
        case "xlsx":
            write_out(xlsx_file([files.table(made)], made.say("page.export.about")), output)
        case "json":
            write_out((json.dumps(files.data(made), ensure_ascii=False) + "\n").encode(), output)
        case _:
            _print(made)


def _print(made: Words) -> None:
    for label, words in made.about():
        out.print(f"{label}: {words}", markup=False)
    for sentence in made.summary():
        out.print(sentence, markup=False)
    for sheet in sheets(made):
        out.print(_printed(made, sheet))


def _printed(made: Words, sheet: Sheet) -> Printed:
    """Under each figure stands its interval, and in brackets what it was in the period before."""
    printed = Printed(title=sheet.title, title_justify="left", show_lines=True)
    if sheet.is_ranked:
        printed.add_column(made.say("breakdown.rank"), justify="right")
    printed.add_column(sheet.first)
    for title in sheet.columns:
        printed.add_column(title, justify="right")
    for group in sheet.groups:
        for line in group.lines:
            rank = [line.rank] if sheet.is_ranked else []
            printed.add_row(*rank, f"{line.name}\n{line.note}".strip(), *map(_cell, line.places))
    return printed


def _cell(place: Place) -> str:
    before = f"({place.before})" if place.before else ""
    return "\n".join(part for part in (place.value, place.interval, before) if part)
