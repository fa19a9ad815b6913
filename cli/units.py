"""`customs units`: the authority's tree of units."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.tree import Tree

from cli.parts import desk_and_settings, unit_coded
from cli.terminal import out, refuse
from desk.people import service as people
from desk.units import service as units
from desk.units.model import Unit
from desk.units.tree import TreeError, read, write

app = typer.Typer(no_args_is_help=True, help="Units: load a tree, close, list, show, export.")


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file; content/README.md has its columns.")
    ],
    close_missing: Annotated[
        bool, typer.Option("--close-missing", help="Close the units that the file lacks.")
    ] = False,
    move_cases: Annotated[
        str, typer.Option(help="Put the open cases of what is closed into the queue above, for this reason.")
    ] = "",
) -> None:
    """Bring a tree of units in: what is new is added, what differs is changed or moved."""
    desk, _ = desk_and_settings()
    try:
        with desk.store.writing() as session:
            report = units.load(
                session,
                read(file),
                by="operator",
                at=desk.now(),
                close_missing=close_missing,
                move_cases=move_cases.strip() or None,
            )
    except TreeError as refused:
        refuse(str(refused))
    out.print(summary(report), markup=False)


def summary(report: units.LoadReport) -> str:
    """What loading did, as one line."""
    counted = (f"{name} {len(codes)}" for name, codes in vars(report).items() if name not in ("cases", "details"))
    moved = f"; cases in another queue: {', '.join(report.cases)}" if report.cases else ""
    return ", ".join(counted) + moved


@app.command()
def close(
    code: str,
    reason: Annotated[str, typer.Option(help="Why; it is written into each case that moves.")],
) -> None:
    """Close a unit and all below it; their open cases go to the queue above."""
    desk, _ = desk_and_settings()
    try:
        with desk.store.writing() as session:
            report = units.close(session, unit_coded(session, code), reason, by="operator", at=desk.now())
    except TreeError as refused:
        refuse(str(refused))
    out.print(summary(report), markup=False)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False) -> None:
    """List the units as a tree."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        standing = units.active(session)
    if as_json:
        codes = {unit.id: unit.code for unit in standing}
        print(json.dumps([_plain(unit, codes.get(unit.parent_id or 0)) for unit in standing], ensure_ascii=False))
        return
    branches: dict[int | None, Tree] = {}
    for unit in standing:
        label = f"{unit.code}  {unit.name_vi}"
        above = branches.get(unit.parent_id)
        branches[unit.id] = above.add(label) if above is not None else Tree(label)
    out.print(branches[standing[0].id])


def _plain(unit: Unit, parent: str | None) -> dict[str, object]:
    names = ("code", "kind", "name_vi", "name_en", "provinces", "office_codes", "other_names", "hours", "source")
    return {"parent": parent} | {name: getattr(unit, name) for name in names}


@app.command()
def show(code: str) -> None:
    """Show a unit: where it lies, what it is called and in charge of, and who has a role in it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        unit = unit_coded(session, code)
        above = [each.code for each in reversed(units.chain(session, unit))]
        below = [each.code for each in units.below(session, unit) if each.parent_id == unit.id]
        held = people.appointed_in(session, unit)
        lines = {
            "unit": f"{unit.name_vi} | {unit.name_en} ({unit.kind}{'' if unit.active else ', closed'})",
            "lies in": " > ".join(above),
            "below it": ", ".join(below),
            "provinces": ", ".join(unit.provinces),
            "office codes": ", ".join(unit.office_codes),
            "also called": ", ".join(unit.other_names),
            "hours": json.dumps(unit.hours, ensure_ascii=False) if unit.hours else "",
            "source": unit.source or "",
            "appointed": ", ".join(f"{officer.username} ({role})" for officer, role in held),
        }
    for name, value in lines.items():
        if value:
            out.print(f"{name:13} {value}", markup=False)


@app.command()
def export(file: Annotated[Path, typer.Argument(dir_okay=False, help="The CSV file to write.")]) -> None:
    """Write the tree as a file that can be loaded again."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        rows = units.rows(session)
    file.write_text(write(rows), encoding="utf-8-sig")  # with the mark by which spreadsheets know the encoding
    out.print(f"{file.name}: {len(rows)} units", markup=False)
