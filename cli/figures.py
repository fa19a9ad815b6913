"""`customs figures`: what the managers' page shows, for a terminal or a file."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Printed

from cli.exported import recorded
from cli.parts import day_named, desk_and_settings, unit_coded
from cli.terminal import out, refuse
from desk.audit.exporting import Export
from desk.desk import Desk
from desk.figures import scope
from desk.figures.dashboard import dashboard
from desk.figures.period import BadPeriod, Period, Preset, Step, of_days, of_preset
from desk.figures.tables.sections import SECTIONS, Tables
from desk.figures.tiles import tiles_of
from desk.guidance.record import Language
from desk.tables.csv_file import csv_file
from desk.tables.shown import in_words
from desk.tables.table import Table
from desk.tables.xlsx_file import xlsx_file

_FORMATS = ("table", "csv", "xlsx", "json")
_NAMES = tuple(name for section in SECTIONS.values() for name in section)


def figures(
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day.")] = "",
    period: Annotated[str, typer.Option(help=f"Instead of days: {', '.join(Preset)}.")] = Preset.LAST_30.value,
    unit: Annotated[str, typer.Option(help="The code of a unit; cases of it and of those below are counted.")] = "",
    step: Annotated[str, typer.Option(help=f"{', '.join(Step)}; by the period's length where none is given.")] = "",
    table: Annotated[str, typer.Option(help=f"One of {', '.join(_NAMES)}; all where none is given.")] = "",
    language: Annotated[str, typer.Option(help="vi or en.")] = "en",
    format: Annotated[str, typer.Option(help=f"{', '.join(_FORMATS)}.")] = "table",
    output: Annotated[Path | None, typer.Option(help="The file to write; needed for xlsx.")] = None,
) -> None:
    """Count enquiries, conversations, cases, outcomes, ratings, times, gaps and topics of a period."""
    for name, value, known in (
        ("--period", period, tuple(Preset)),
        ("--step", step, ("", *Step)),
        ("--table", table, ("", *_NAMES)),
        ("--language", language, ("vi", "en")),
        ("--format", format, _FORMATS),
    ):
        if value not in known:
            refuse(f"{name} {value!r} is not known; it is one of {', '.join(each for each in known if each)}.")
    if format == "xlsx" and output is None:
        refuse("A workbook is written to a file: say which with --output.")
    desk, _ = desk_and_settings()
    made = _count(
        desk, period_between(desk, first, last, period), unit, Step(step) if step else None, language_coded(language)
    )
    if format != "table":
        asked = {"period": "" if first else period, "from": first, "to": last, "unit": unit, "table": table}
        recorded(desk, Export.FIGURES, format, asked=asked)
    _write(made, format, table, output)


def _count(desk: Desk, period: Period, unit: str, step: Step | None, language: Language) -> Tables:
    with desk.store.reading() as session:
        chosen = scope.Scope((unit_coded(session, unit),)) if unit else scope.whole(session)
        return Tables(dashboard(desk, session, period, chosen, language, step), desk.texts, language)


def _write(made: Tables, format: str, name: str, output: Path | None) -> None:
    tables = made.chosen(name)
    match format:
        case "csv":
            write_out(b"".join(csv_file(tables, made.language)), output)
        case "xlsx":
            write_out(xlsx_file(tables, made.say("page.export.about")), output)
        case "json":
            write_out((_as_json(made, tables, name) + "\n").encode(), output)
        case _:
            _print(made, tables, whole=not name)


def write_out(content: bytes, output: Path | None) -> None:
    """Into the file, or to the terminal where none is named."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        out.print(f"Written: {output}")


def _as_json(made: Tables, tables: Sequence[Table], name: str) -> str:
    """The tables by name; the keys of their rows are the same in every language."""
    period = made.shown.now.period
    found = {table.name: _rows(table) for table in tables}
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    units = [unit.code for unit in made.shown.scope.units]
    return json.dumps({"period": days, "units": units, "tables": found}, ensure_ascii=False)


def _rows(table: Table) -> list[dict[str, object]]:
    keys = [column.name for column in table.columns]
    return [
        {key: cell.isoformat() if isinstance(cell, dt.date) else cell for key, cell in zip(keys, row, strict=True)}
        for row in table.rows
    ]


def _print(made: Tables, tables: Sequence[Table], *, whole: bool) -> None:
    for label, words in made.about():
        out.print(f"{label}: {words}")
    if whole:
        for tile in tiles_of(made):
            out.print(f"{tile.label:<28} {tile.value:>8}  {tile.note}  {tile.change}")
    for table in tables:
        printed = Printed(title=table.title, title_justify="left")
        for column in table.columns:
            printed.add_column(column.title, justify="right" if column.is_figure else "left")
        for row in table.rows:
            printed.add_row(
                *(in_words(cell, column, made.language) for cell, column in zip(row, table.columns, strict=True))
            )
        out.print(printed)


def period_between(desk: Desk, first: str, last: str, preset: str) -> Period:
    """The days that were typed, else the period of this name; ends the command where they are no period."""
    if not first and not last:
        return of_preset(Preset(preset), desk.today())
    if not (first and last):
        refuse("Give both --from and --to, or neither.")
    try:
        return of_days(day_named(first, "--from"), day_named(last, "--to"), desk.today())
    except BadPeriod as refused:
        refuse(desk.texts.say(refused.reason, "en"))


def language_coded(code: str) -> Language:
    return "vi" if code == "vi" else "en"
