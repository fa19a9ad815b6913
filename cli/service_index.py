"""`customs service-index`: what the pages of the index show and do, from a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table as Printed
from sqlalchemy.orm import Session

from cli.parts import day_named, desk_and_settings, officer_named, shown, unit_coded
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.figures import scope as scopes
from desk.figures.scope import Scope
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.service_index import deductions, publishing
from desk.service_index.criteria import HUNDREDTHS, Criteria, CriteriaRefused
from desk.service_index.index import KINDS, ServiceIndex, UnitIndex, index_of
from desk.service_index.model import IndexDeduction
from desk.service_index.permissions import IndexRefused
from desk.service_index.span import BadSpan, Span, last_quarter, named
from desk.service_index.tables import Tables
from desk.tables.csv_file import csv_file
from desk.tables.shown import in_words
from desk.tables.table import Table

app = typer.Typer(
    no_args_is_help=True,
    help="The service index of units: show, check, publish, published, deduct, deductions, object, answer, take-back.",
)
_FORMATS = ("table", "csv", "json")
LISTED = 50
As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
OfPeriod = Annotated[
    str, typer.Option("--period", help="2026-Q3, 2026, 2026-07 or 2026-07..2026-10; default: last quarter.")
]
OfKind = Annotated[str, typer.Option("--kind", help=f"{', '.join(KINDS)}.")]
OfUnit = Annotated[str, typer.Option("--unit", help="The code of a unit: it alone, or with --kind those below it.")]
Said = Annotated[str, typer.Option("--language", help="vi or en.")]
Format = Annotated[str, typer.Option("--format", help=f"{', '.join(_FORMATS)}.")]
Number = Annotated[int, typer.Argument(help="The number of the deduction; see `customs service-index deductions`.")]
Act = Callable[[Desk, Session, IndexDeduction, Officer], object]


@app.command()
def show(
    period: OfPeriod = "", kind: OfKind = "", unit: OfUnit = "", language: Said = "en", format: Format = "table"
) -> None:
    """Count the index of units of a kind, or of one unit, with what was deducted and why."""
    desk, _ = desk_and_settings()
    span = _span(desk, period)
    if kind and kind not in KINDS:
        refuse(f"--kind {kind!r} is not known; it is one of {', '.join(KINDS)}.")
    with desk.store.reading() as session:
        chosen = unit_coded(session, unit) if unit else None
        scope = Scope((chosen,)) if chosen is not None else scopes.whole(session)
        found = index_of(desk, session, span, scope, kind or (chosen.kind if chosen is not None else "region"))
    _write(desk, found, _language(language), format)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A file such as content/service_index.yml.")]) -> None:
    """Tell whether a file of criteria can be used, and what is wrong with it."""
    try:
        criteria = Criteria.read(file)
    except (CriteriaRefused, OSError, UnicodeDecodeError) as refused:
        refuse(str(refused))
    out.print(f"{file.name}: {len(criteria.criteria)} criteria, version {criteria.hash[:12]}")


@app.command()
def publish(
    officer: As,
    period: OfPeriod = "",
    kind: OfKind = "region",
    reason: Annotated[str, typer.Option(help="Why it is published again, where it was before.")] = "",
) -> None:
    """Publish the index of regions or offices for a period that is over."""
    desk, _ = desk_and_settings()
    span = _span(desk, period)
    with desk.store.writing() as session:
        try:
            made = publishing.publish(desk, session, span, kind, officer_named(session, officer), reason=reason)
        except IndexRefused as refused:
            refuse(_sentence(desk, refused))
        out.print(f"published {made.id}: {span.name} {made.kind}, edition {made.edition}")


@app.command()
def published(
    number: Annotated[int, typer.Argument(help="Which one to show; all are listed where none is given.")] = 0,
    language: Said = "en",
    format: Format = "table",
) -> None:
    """List what was published, or show one as it was published and what differs when it is counted again."""
    desk, _ = desk_and_settings()
    if not number:
        _list_published(desk)
        return
    with desk.store.reading() as session:
        kept = publishing.by_id(session, number)
        if kept is None:
            refuse(f"There is no published index {number}; see `customs service-index published`.")
        parts = publishing.as_published(kept)
        differs = publishing.recounted(desk, session, kept)
    for found in parts:
        _write(desk, found, _language(language), format)
    if format == "table":
        for each in differs:
            out.print(f"counted again, {each.unit.code}: {_points(each.published)} -> {_points(each.now)}")


def _list_published(desk: Desk) -> None:
    table = Printed("number", "period", "kind", "edition", "published", "by", "criteria", "reason")
    after: str | None = None
    with desk.store.reading() as session:
        while True:
            found = publishing.listed(session, limit=LISTED, after=after)
            for each in found.rows:
                who = (shown(each.published_at), each.published_by.username, each.criteria_hash[:12])
                span = publishing.span_of(each).name
                table.add_row(str(each.id), span, each.kind, str(each.edition), *who, each.reason or "")
            if found.after is None:
                break
            after = found.after
    out.print(table)


@app.command()
def deduct(
    unit: Annotated[str, typer.Argument(help="The code of the unit.")],
    officer: As,
    points: Annotated[str, typer.Option(help="How many points, for instance 0.5.")],
    day: Annotated[str, typer.Option(help="The day on which it happened, as 2026-08-20.")],
    reason: Annotated[str, typer.Option(help="Why; the unit reads it.")],
) -> None:
    """Deduct points from a unit by hand."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        try:
            made = deductions.deduct(
                desk,
                session,
                unit_coded(session, unit),
                officer_named(session, officer),
                points=deductions.points_typed(points),
                day=day_named(day, "--day"),
                reason=reason,
            )
        except IndexRefused as refused:
            refuse(_sentence(desk, refused))
        out.print(f"deduction {made.id}: {_points(made.points)} points of {unit}")


@app.command("take-back")
def take_back(number: Number, officer: As, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Let a deduction count no more."""
    _act(number, officer, lambda desk, s, found, who: deductions.take_back(desk, s, found, who, reason))


@app.command("object")
def object_(number: Number, officer: As, words: Annotated[str, typer.Option(help="Why it is not right.")]) -> None:
    """Object to a deduction, as the head of the unit."""
    _act(number, officer, lambda desk, s, found, who: deductions.object_to(desk, s, found, who, words))


@app.command()
def answer(
    number: Number,
    officer: As,
    words: Annotated[str, typer.Option(help="The answer.")],
    takes_back: Annotated[bool, typer.Option("--take-back", help="Take the deduction back as well.")] = False,
) -> None:
    """Answer an objection, as whoever deducted."""
    _act(number, officer, lambda desk, s, d, who: deductions.answer(desk, s, d, who, words, takes_back=takes_back))


@app.command("deductions")
def list_deductions(unit: Annotated[str, typer.Argument(help="The code of the unit.")], period: OfPeriod = "") -> None:
    """List what was deducted from a unit by hand in a period, and what became of it."""
    desk, _ = desk_and_settings()
    span = _span(desk, period)
    table = Printed("number", "day", "points", "by", "reason", "objection", "answer", "taken back")
    after: str | None = None
    with desk.store.reading() as session:
        found_unit = unit_coded(session, unit)
        while True:
            found = deductions.listed(session, found_unit, span, limit=LISTED, after=after)
            for each in found.rows:
                said = (each.reason, each.objection or "", each.answer or "", shown(each.taken_back_at))
                table.add_row(str(each.id), each.day.isoformat(), _points(each.points), each.by.username, *said)
            if found.after is None:
                break
            after = found.after
    out.print(table)


def _act(number: int, username: str, act: Act) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        found = deductions.by_id(session, number, to_change=True)
        if found is None:
            refuse(f"There is no deduction {number}; see `customs service-index deductions UNIT`.")
        try:
            act(desk, session, found, officer_named(session, username))
        except IndexRefused as refused:
            refuse(_sentence(desk, refused))
        state = "counts" if found.counts else "is taken back"
        out.print(f"deduction {found.id} of {found.unit.code} {state}")


def _write(desk: Desk, found: ServiceIndex, language: Language, format: str) -> None:
    tables = Tables(found, desk.texts, language)
    match format:
        case "csv":
            sys.stdout.buffer.write(b"".join(csv_file(tables.both(), language)))
        case "json":
            print(json.dumps(_as_json(tables), ensure_ascii=False))
        case "table":
            _print(tables)
        case _:
            refuse(f"--format {format!r} is not known; it is one of {', '.join(_FORMATS)}.")


def _as_json(tables: Tables) -> dict[str, Any]:
    index = tables.index
    return {
        "period": index.span.name,
        "kind": index.kind,
        "is_over": index.is_over,
        "criteria": index.criteria.hash,
        "units": [_unit_as_json(tables, row) for row in index.rows],
    }


def _unit_as_json(tables: Tables, row: UnitIndex) -> dict[str, Any]:
    """A unit; all points are points and not hundredths."""
    score = row.score
    return {
        "unit": row.unit.code,
        "rank": row.rank,
        "points": _or_none(score.points),
        "points_before": _or_none(row.before),
        "by_hand": _or_none(score.by_hand),
        "deductions": score.deductions,
        "criteria": [
            {
                "criterion": scored.criterion.name,
                "part": scored.measured.part,
                "whole": scored.measured.whole,
                "weight": _or_none(scored.weight) if scored.is_judged else None,
                "points": _or_none(scored.points) if scored.is_judged else None,
                "why": tables.words.criterion(scored, has_index=score.has_index),
            }
            for scored in score.criteria
        ],
    }


def _print(tables: Tables) -> None:
    for label, words in tables.words.about(tables.index):
        out.print(f"{label}: {words}")
    out.print(_printed(tables.units(), tables.language))
    for row in tables.index.rows:
        out.print(f"\n{row.unit.name(tables.language)}: {tables.words.total(row.score)}", markup=False)
        for scored in row.score.criteria:
            out.print(f"  {tables.words.criterion(scored, has_index=row.score.has_index)}", markup=False)
        if row.score.deductions:
            out.print(f"  {tables.words.by_hand(row.score)}", markup=False)


def _printed(table: Table, language: Language) -> Printed:
    printed = Printed(title=table.title, title_justify="left")
    for column in table.columns:
        printed.add_column(column.title, justify="right" if column.is_figure else "left")
    for row in table.rows:
        printed.add_row(*(in_words(cell, column, language) for cell, column in zip(row, table.columns, strict=True)))
    return printed


def _span(desk: Desk, typed: str) -> Span:
    try:
        return named(typed, desk.today()) if typed else last_quarter(desk.today())
    except BadSpan as refused:
        refuse(desk.texts.say(refused.reason, "en"))


def _points(hundredths: int | None) -> str:
    return "no index" if hundredths is None else f"{hundredths / HUNDREDTHS:g}"


def _or_none(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / HUNDREDTHS


def _language(code: str) -> Language:
    if code not in ("vi", "en"):
        refuse(f"--language {code!r} is not known; it is one of vi, en.")
    return "vi" if code == "vi" else "en"


def _sentence(desk: Desk, refused: IndexRefused) -> str:
    return desk.texts.say(refused.reason, "en", **refused.values)
