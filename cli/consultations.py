"""`customs consultations`: draft rules on which everybody comments, from a file to the comments in groups."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli import tables
from cli.exported import recorded
from cli.parts import desk_and_settings, officer_named, unit_coded
from cli.terminal import out, refuse
from desk.audit.exporting import Export
from desk.consultations import commenting, plan, service
from desk.consultations.model import Consultation
from desk.consultations.permissions import ConsultationRefused
from desk.consultations.standing import standing
from desk.consultations.tables import ConsultationTables
from desk.desk import Desk
from desk.people.model import Officer
from desk.units.model import DEPARTMENT

app = typer.Typer(no_args_is_help=True, help="Consultations on draft rules: list, show, load, open, close, export.")
LISTED = 50
As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Number = Annotated[int, typer.Argument(help="The number of the consultation; see `customs consultations list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the newest consultations."""
    desk, _ = desk_and_settings()
    rows: list[dict[str, Any]] = []
    with desk.store.reading() as session:
        for one in service.listed(session, None, limit=LISTED).rows:
            last_day = one.last_day.isoformat() if one.last_day else ""
            row = {"id": one.id, "unit": one.unit.code, "title": one.title_en, "state": one.state}
            rows.append({**row, "last_day": last_day, "comments": commenting.count(session, one)})
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    printed = Table("id", "unit", "title", "state", "last day", "comments")
    for row in rows:
        printed.add_row(*map(str, row.values()))
    out.print(printed)


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Show what is asked, and what the comments say: of each group how many, and the one that speaks for it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = _found(session, number)
        stands = standing(session, found)
        told: dict[str, Any] = {"id": found.id, "state": found.state, "title": found.title_en}
        told |= {"questions": [each["en"] for each in found.questions], "topics": found.topics}
        told |= {"comments": stands.comments, "in_no_group": stands.waiting, "set_aside": stands.set_aside}
        told["groups"] = [
            {
                "id": one.group.id,
                "question": one.group.question,
                "count": one.count,
                "central": one.central.text,
                "outcome": one.group.outcome,
                "said": one.group.said_en,
            }
            for one in stands.groups
        ]
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name != "groups":
            out.print(f"{name.replace('_', ' ')}: {value}", markup=False)
    for group in told["groups"]:
        out.print(f"  {group['count']} ({group['outcome'] or 'not answered'}): {group['central']}", markup=False)


@app.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML: title, summary, changes, …")],
    officer: As,
    unit: Annotated[str, typer.Option(help="The unit that asks.")] = DEPARTMENT,
) -> None:
    """Keep a draft rule from a file as a draft; nobody reads it before it is opened."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        try:
            read = plan.read(file.read_text(encoding="utf-8"))
            made = service.make(desk, session, unit_coded(session, unit), read, officer_named(session, officer))
        except ConsultationRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"consultation {made.id}: {made.state}")


@app.command("open")
def open_(number: Number, officer: As) -> None:
    """Let everybody comment, and tell the subscribers of its topics."""
    _act(number, officer, service.open_)


@app.command()
def close(number: Number, officer: As) -> None:
    """Take no more comments."""
    _act(number, officer, service.close)


@app.command()
def export(
    number: Number,
    format: Annotated[str, typer.Option(help=f"{', '.join(tables.FORMATS)}.")] = "csv",
    language: Annotated[str, typer.Option(help="vi or en.")] = "en",
    output: Annotated[Path | None, typer.Option(help="The file to write; needed for xlsx.")] = None,
) -> None:
    """Write the groups and every comment to a file."""
    chosen = tables.check(format, language, output)
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        made = ConsultationTables(desk, session, _found(session, number), chosen).all()
    recorded(desk, Export.CONSULTATION, format, subject=f"consultation#{number}")
    tables.write(tables.made(desk, made, format, chosen), output)


def _act(number: int, username: str, do: Callable[[Desk, Session, Consultation, Officer], None]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        found = _found(session, number, to_change=True)
        try:
            do(desk, session, found, officer_named(session, username))
        except ConsultationRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"consultation {number}: {found.state}")


def _found(session: Session, number: int, *, to_change: bool = False) -> Consultation:
    found = service.by_id(session, number, to_change=to_change)
    if found is None:
        refuse(f"There is no consultation {number}; see `customs consultations list`.")
    return found


def _said(desk: Desk, refused: ConsultationRefused) -> str:
    sentence = desk.texts.say(refused.reason, "en", **refused.values)
    return f"{refused.field}: {sentence}" if refused.field else sentence
