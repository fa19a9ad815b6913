"""`customs guidance gate|golden|golden-add|golden-close`: what a change does to the golden questions."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.ask import with_search
from cli.parts import desk_and_settings, officer_named
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance.gate import golden
from desk.guidance.gate import service as gates
from desk.guidance.gate.model import GoldenQuestion
from desk.guidance.gate.verdict import Gate
from desk.guidance.permissions import GuidanceRefused

As = Annotated[str, typer.Option("--as", help="The user name of the curator who acts.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands of the gate beside the others of guidance."""
    app.command()(gate)
    app.command("golden")(list_)
    app.command("golden-add")(add)
    app.command("golden-close")(close)


def gate(
    number: Annotated[int, typer.Argument(help="The number of the draft; see `customs guidance drafts`.")],
    as_json: AsJson = False,
) -> None:
    """Try the golden questions of a draft's entry and of its neighbours with the draft in its place.

    Ends with 1 where publishing it needs an override.
    """
    desk, settings = desk_and_settings()
    found = gates.run(with_search(desk, settings), number)
    if found is None:
        refuse(f"There is no draft {number}, or it is not complete; see `customs guidance drafts`.")
    if as_json:
        print(json.dumps(found.as_data(), ensure_ascii=False))
    else:
        _print(desk, found)
    if found.needs_override:
        raise typer.Exit(1)


def _print(desk: Desk, found: Gate) -> None:
    say = desk.texts.say
    counts = {"asked": found.asked, "right": found.right, "neighbours": len(found.neighbours)}
    out.print(say(f"gate.state.{found.state.value}", "en"), say("gate.counted", "en", **counts), markup=False)
    if not found.changes:
        return
    table = Table("finding", "entry", "question", "after")
    for change in found.changes:
        after = f"{change.way} {', '.join(change.entries)}".strip()
        table.add_row(change.finding.value, change.asked.entry, change.asked.text, after)
    out.print(table)


def list_(entry: str, as_json: AsJson = False) -> None:
    """List the golden questions of an entry."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        rows = golden.of_entries(session, [entry])
        told = [{"id": row.id, "language": row.language, "origin": row.origin, "text": row.text} for row in rows]
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    table = Table("id", "language", "origin", "question")
    for one in told:
        table.add_row(*(str(value) for value in one.values()))
    out.print(table)


def add(
    entry: str,
    question: Annotated[str, typer.Argument(help="As somebody would ask it; not one of the entry's own ways to ask.")],
    officer: As,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Add a question that the entry has to answer."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        try:
            row = golden.add(session, entry, officer_named(session, officer), lang, question, at=desk.now())
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))
        out.print(f"golden question {row.id} of {entry}")


def close(number: int, officer: As, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Ask an entry for this no longer."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        row = _known(session, number)
        try:
            golden.close(session, row, officer_named(session, officer), reason, at=desk.now())
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))


def _known(session: Session, number: int) -> GoldenQuestion:
    row = session.get(GoldenQuestion, number)
    if row is None:
        refuse(f"There is no golden question {number}; see `customs guidance golden ENTRY`.")
    return row
