"""`customs ratings received`: the ratings that units received, for a terminal or a file."""

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
from cli.parts import day_named, desk_and_settings, shown, unit_coded
from cli.terminal import out, refuse
from desk.audit.exporting import Export
from desk.desk import Desk
from desk.figures.period import OpenPeriod
from desk.figures.scope import Scope, whole
from desk.guidance.record import Language
from desk.ratings.model import LeftOut
from desk.ratings.reviews import received
from desk.ratings.reviews.received import MARKS, REVIEWS, Received
from desk.ratings.reviews.table import table_of
from desk.tables.csv_file import csv_file
from desk.tables.table import Table
from desk.tables.xlsx_file import xlsx_file

#: Ratings that are printed or written at most.
EXPORTED = 50_000
_FORMATS = ("table", "csv", "xlsx", "json")


def received_ratings(
    unit: Annotated[str, typer.Option(help="The code of a unit; what lies below it is included.")] = "",
    stars: Annotated[int, typer.Option(help="1 to 5; all where none is given.")] = 0,
    officer: Annotated[str, typer.Option(help="Part of the name of an officer who has a part.")] = "",
    reason: Annotated[str, typer.Option(help="A reason of content/ratings.yml.")] = "",
    mark: Annotated[str, typer.Option(help=f"{', '.join(MARKS)}.")] = "",
    review: Annotated[str, typer.Option(help=f"{', '.join(REVIEWS)}.")] = "",
    first: Annotated[str, typer.Option("--from", help="The first day on which it was asked for.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day.")] = "",
    language: Annotated[str, typer.Option(help="vi or en.")] = "en",
    format: Annotated[str, typer.Option(help=f"{', '.join(_FORMATS)}.")] = "table",
    output: Annotated[Path | None, typer.Option(help="The file to write; needed for xlsx.")] = None,
) -> None:
    """List the ratings that units received, those that do not count among them."""
    desk, _ = desk_and_settings()
    for name, value, known in (
        ("--stars", str(stars), ("0", "1", "2", "3", "4", "5")),
        ("--reason", reason, ("", *desk.rules.ratings.reasons)),
        ("--mark", mark, ("", *MARKS)),
        ("--review", review, ("", *REVIEWS)),
        ("--language", language, ("vi", "en")),
        ("--format", format, _FORMATS),
    ):
        if value not in known:
            refuse(f"{name} {value!r} is not known; it is one of {', '.join(each for each in known if each)}.")
    if format == "xlsx" and output is None:
        refuse("A workbook is written to a file: say which with --output.")
    period = OpenPeriod(*(day_named(day, name) if day else None for name, day in (("--from", first), ("--to", last))))
    chosen = received.Chosen(stars, officer, reason, mark, review, period)
    with desk.store.reading() as session:
        scope = Scope((unit_coded(session, unit),)) if unit else whole(session)
        found = received.all_of(session, scope, None, chosen, EXPORTED)
        if format == "table":
            _print_ratings(list(found))
            return
        spoken: Language = "vi" if language == "vi" else "en"
        content = _file(desk, table_of(desk, found, spoken), format, spoken)
    asked = {"unit": unit, "officer": officer, "reason": reason, "mark": mark, "review": review}
    asked |= {"stars": str(stars) if stars else "", "from": first, "to": last}
    recorded(desk, Export.RATINGS, format, asked=asked)
    _out(content, output)


def _print_ratings(found: Sequence[Received]) -> None:
    table = Printed("case", "rated", "stars", "about", "officers", "mark", "review", "comment")
    for one in found:
        rating, marked = one.rating, one.request.left_out
        table.add_row(
            (one.case.number if one.case else "") or "",
            shown(rating.rated_at),
            str(rating.stars),
            ", ".join(rating.reasons),
            ", ".join(part.officer_name for part in one.request.parts),
            LeftOut(marked).value if marked else "",
            one.review.state.value if one.review else "",
            rating.comment or "",
        )
    out.print(table)


def _file(desk: Desk, table: Table, format: str, language: Language) -> bytes:
    if format == "csv":
        return b"".join(csv_file([table], language))
    if format == "xlsx":
        return xlsx_file([table], desk.texts.say("page.export.about", language))
    keys = [column.name for column in table.columns]
    rows = [
        {key: cell.isoformat() if isinstance(cell, dt.date) else cell for key, cell in zip(keys, row, strict=True)}
        for row in table.rows
    ]
    return (json.dumps(rows, ensure_ascii=False) + "\n").encode()


def _out(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        out.print(f"Written: {output}")
