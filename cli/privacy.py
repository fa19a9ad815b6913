"""`customs privacy`: what is kept, the document about it, requests about data, and deleting again after a restore."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bootstrap.settings import PROJECT, read_settings
from cli.parts import day_named, desk_and_settings, shown
from cli.terminal import fail, out, refuse
from desk.desk import Rules
from desk.privacy import requests
from desk.privacy.document import written
from desk.privacy.words import how_long, what_then

app = typer.Typer(no_args_is_help=True, help="People's data: show, write, requests, deleted, delete-again.")
DOCUMENT = PROJECT / "docs/privacy.md"


@app.command()
def show() -> None:
    """Every kind of data with its time, as content/privacy.yml says."""
    rules = Rules.read(read_settings().content_dir)
    table = Table("kind", "whose", "kept", "then", "by")
    for kind in rules.privacy.kinds.values():
        kept, then = how_long(rules.texts, kind, "en"), what_then(rules.texts, kind, "en")
        table.add_row(kind.name, kind.whose.value, Text(kept), Text(then), ", ".join(kind.jobs))
    out.print(table)


@app.command()
def write(
    to: Annotated[Path, typer.Argument(help="Where to.")] = DOCUMENT,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is as content/privacy.yml says.")] = False,
) -> None:
    """Make docs/privacy.md anew."""
    rules = Rules.read(read_settings().content_dir)
    text = written(rules.privacy, rules.texts)
    if not check:
        to.write_text(text, encoding="utf-8")
        out.print(f"{to.name}: {len(rules.privacy.kinds)} kinds of data", markup=False)
    elif not to.exists() or to.read_text(encoding="utf-8") != text:
        fail(f"{to.name} is not as content/privacy.yml says: run `customs privacy write`.")


@app.command("requests")
def requests_(
    settled: Annotated[bool, typer.Option("--settled", help="Those that are settled, the newest first.")] = False,
) -> None:
    """Requests about data: those that wait, the oldest first."""
    desk, _ = desk_and_settings()
    table = Table("request", "kind", "state", "waits for", "person", "asked by", "asked", "settled")
    with desk.store.reading() as session:
        for each in requests.listed(session, None, settled=settled):
            waits_for = each.waits_for.value if each.waits_for is not None else ""
            table.add_row(
                each.id,
                each.kind.value,
                each.state.value,
                waits_for,
                each.person_id,
                each.asked_by,
                shown(each.asked_at),
                shown(each.settled_at),
            )
    out.print(table)


@app.command()
def deleted(
    since: Annotated[str, typer.Option("--since", help="From this day on, as 2026-11-01.")],
) -> None:
    """Whose data were deleted on request, a JSON object a line: what a restored backup must delete again."""
    desk, _ = desk_and_settings()
    first = day_named(since, "--since")
    with desk.store.reading() as session:
        for person_id, at in requests.deleted_since(session, first):
            print(json.dumps({"person": person_id, "at": at.isoformat()}))


@app.command("delete-again")
def delete_again(
    file: Annotated[Path, typer.Argument(help="What `customs privacy deleted` wrote before the restore.")],
) -> None:
    """Have those deleted whose data a restored backup brought back; the clock does it."""
    desk, _ = desk_and_settings()
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        wanted = [(str(line["person"]), dt.datetime.fromisoformat(line["at"])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        refuse(f"{file.name} is not what `customs privacy deleted` writes.")
    with desk.store.writing() as session:
        again = [person_id for person_id, _ in wanted if requests.delete_again(desk, session, person_id)]
    out.print(f"To be deleted again: {len(again)} of {len(wanted)}.")
