"""`customs inbox`: what people sent and the desk could not work on."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.system import set_aside
from desk.system.set_aside import NotTakenUp

app = typer.Typer(no_args_is_help=True, help="What people sent and was set aside after its last attempt: list, retry.")


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the newest first.")] = 50) -> None:
    """List what was set aside; the words of people are not shown."""
    desk, _ = desk_and_settings()
    table = Table("id", "received", "set aside", "channel", "attempts", "error")
    with desk.store.reading() as session:
        for each in set_aside.listed(session, limit=limit):
            moments = shown(each.received_at), shown(each.finished_at)
            table.add_row(str(each.id), *moments, each.channel, str(each.attempts), each.result or "")
    out.print(table)


@app.command("retry")
def retry(
    update: int,
    by: Annotated[str, typer.Option("--as", help="The administrator who decides; default: the operator.")] = "",
) -> None:
    """Take one up again, after all that waits in its chat. The person was told that it failed, and gets an answer."""
    desk, _ = desk_and_settings()
    try:
        with desk.store.writing() as session:
            set_aside.take_up(desk, session, update, officer_named(session, by) if by else None)
    except NotTakenUp as refused:
        refuse(desk.texts.say(refused.reason, "en"))
    out.print(f"Update {update} is taken up again.")
