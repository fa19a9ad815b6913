"""`customs report`: a month's report for a unit or the department, as text, page, PDF or data, and its publication."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Printed

from cli.exported import recorded
from cli.parts import desk_and_settings, officer_named, unit_coded
from cli.terminal import out, refuse
from desk.audit.exporting import Export
from desk.desk import Desk
from desk.guidance.record import Language
from desk.reports.month import reading, service
from desk.reports.month.alone import html_of
from desk.reports.month.counting import counted
from desk.reports.month.document import Document
from desk.reports.month.months import Month, month_of, month_written
from desk.reports.month.permissions import ReportRefused
from desk.tables.shown import in_words
from desk.units.model import DEPARTMENT

app = typer.Typer(no_args_is_help=True, help="Monthly reports: what was asked, how it went, what was done.")

_FORMATS = ("text", "html", "pdf", "json")
OfMonth = Annotated[str, typer.Argument(help="The month, as 2026-10.")]
OfUnit = Annotated[str, typer.Option(help="The code of a unit; the department where none is given.")]


@app.command("month")
def month(
    month: OfMonth,
    unit: OfUnit = DEPARTMENT,
    language: Annotated[str, typer.Option(help="vi or en.")] = "vi",
    format: Annotated[str, typer.Option(help=f"{', '.join(_FORMATS)}.")] = "text",
    public: Annotated[bool, typer.Option("--public", help="Without people and small numbers.")] = False,
    output: Annotated[Path | None, typer.Option("--out", help="The file to write; needed for pdf.")] = None,
) -> None:
    """The report on a month: as it was published, else as it is counted now."""
    for name, value, known in (("--language", language, ("vi", "en")), ("--format", format, _FORMATS)):
        if value not in known:
            refuse(f"{name} {value!r} is not known; it is one of {', '.join(known)}.")
    if format == "pdf" and output is None:
        refuse("A PDF is written to a file: say which with --out.")
    desk, _ = desk_and_settings()
    document = _read(desk, _month(desk, month), unit, "vi" if language == "vi" else "en", public=public)
    if format != "text" and not public:
        recorded(desk, Export.MONTH_REPORT, format, subject=f"{month} {unit}")
    _write(desk, document, format, output)


@app.command("publish")
def publish(
    month: OfMonth,
    by: Annotated[str, typer.Option("--as", help="The user name of the officer who publishes.")],
    unit: OfUnit = DEPARTMENT,
    reason: Annotated[str, typer.Option(help="Why a published report is replaced.")] = "",
) -> None:
    """Publish a month's report: it is kept as it is counted now; the department's has a public version."""
    desk, _ = desk_and_settings()
    meant = _month(desk, month)
    with desk.store.reading() as session:
        figures = counted(desk, session, meant, unit_coded(session, unit))
    try:
        with desk.store.writing() as session:
            report = service.publish(desk, session, figures, officer_named(session, by), reason=reason)
    except ReportRefused as refused:
        refuse(refused.in_words(desk.texts, "en"))
    out.print(f"Published: {meant} of {unit}, edition {report.edition}.")


def _month(desk: Desk, written: str) -> Month:
    found = month_written(written)
    if found is None:
        refuse(f"{written!r} is no month; write it as 2026-10.")
    if found > month_of(desk.today()):
        refuse("This month has not begun yet.")
    return found


def _read(desk: Desk, month: Month, code: str, language: Language, *, public: bool) -> Document:
    with desk.store.reading() as session:
        unit = unit_coded(session, code)
        if not public:
            return reading.read(desk, session, month, unit, language).document
        if unit.code != DEPARTMENT:
            refuse(desk.texts.say("month.refused.public_of_department", "en"))
        published = reading.for_the_public(desk, session, month, language)
        return published or reading.public_draft(desk, session, month, unit, language)


def _write(desk: Desk, document: Document, format: str, output: Path | None) -> None:
    match format:
        case "pdf":
            # The library takes a third of a second to load, which no other command needs to wait for.
            from desk.reports.month.paper import pdf_of

            _out(pdf_of(document, desk.texts), output)
        case "json":
            _out((json.dumps(document.as_json(), ensure_ascii=False) + "\n").encode(), output)
        case "html":
            _out(html_of(document, desk.texts).encode(), output)
        case _:
            _print(document)


def _out(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        out.print(f"Written: {output}")


def _print(document: Document) -> None:
    for words in (document.title, document.unit, *document.standing, *document.differs):
        out.print(words)
    for section in document.sections:
        out.print(f"\n{section.title}", style="bold")
        for words in section.sentences:
            out.print(words)
        for quoted in section.quoted:
            out.print(f"{quoted.title}: {' | '.join(each.text for each in quoted.examples)}", markup=False)
        for table in section.tables:
            printed = Printed(title=table.title, title_justify="left")
            for column in table.columns:
                printed.add_column(column.title, justify="right" if column.is_figure else "left")
            for row in table.rows:
                cells = zip(row, table.columns, strict=True)
                printed.add_row(*(in_words(cell, column, document.language) for cell, column in cells))
            out.print(printed)
        for words in section.notes:
            out.print(words, style="dim")
