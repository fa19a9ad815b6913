"""`customs audit`: who did what, from a terminal, and whether anybody tampered with it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from cli import audit_chain
from cli.parts import day_named, desk_and_settings, shown
from cli.terminal import out, refuse
from desk.audit import listing, words
from desk.audit.listing import OTHERS, Chosen

app = typer.Typer(help="Who did what, and whether anybody tampered with the audit.")
app.command("verify")(audit_chain.verify)
app.command("anchor")(audit_chain.anchor)


@app.callback(invoke_without_command=True)
def audit(
    context: typer.Context,
    kind: Annotated[str, typer.Option(help="officer, person, clock, operator or content.")] = "",
    who: Annotated[str, typer.Option(help="Part of an officer's user name or name.")] = "",
    act: Annotated[str, typer.Option(help="An act such as case.claimed, or a family such as case.")] = "",
    subject: Annotated[str, typer.Option(help="Part of what it was about.")] = "",
    since: Annotated[str, typer.Option("--from", help="First day, as YYYY-MM-DD.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day, as YYYY-MM-DD.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what was done, the newest first."""
    if context.invoked_subcommand is not None:
        return
    if kind and kind not in ("officer", *OTHERS):
        refuse(f"--kind is one of officer, {', '.join(OTHERS)}.")
    desk, _ = desk_and_settings()
    first = day_named(since, "--from") if since else None
    last = day_named(until, "--to") if until else None
    chosen = Chosen(kind, who, act, subject, first, last)
    entries = listing.all_of(desk.store, None, chosen, at_most=limit)
    if as_json:
        for entry in entries:
            told = {"at": entry.at.isoformat(), "actor": entry.actor, "act": entry.act, "subject": entry.subject}
            print(json.dumps({**told, "detail": entry.detail}, ensure_ascii=False))
        return
    with desk.store.reading() as session:
        names = words.names_of_officers(session)
    table = Table("at", "who", "act", "subject", "details")
    for entry in entries:
        row = words.told(desk.texts, entry, names, "en")
        details = "; ".join(f"{label}: {value}" for label, value in row.details)
        table.add_row(shown(row.at), row.actor, entry.act, row.subject, details)
    out.print(table)
