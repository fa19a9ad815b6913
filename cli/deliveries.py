"""`customs deliveries`: messages that failed or perhaps did not arrive."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.system import failed
from desk.system.failed import NotSentAgain

app = typer.Typer(no_args_is_help=True, help="Messages that failed or are uncertain: list, send-again.")


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the newest first.")] = 50) -> None:
    """List what failed for good or may not have arrived."""
    desk, _ = desk_and_settings()
    table = Table("id", "made", "channel", "state", "attempts", "error")
    with desk.store.reading() as session:
        for each in failed.listed(session, limit=limit).rows:
            error = each.error or ""
            table.add_row(str(each.id), shown(each.created_at), each.channel, each.state, str(each.attempts), error)
    out.print(table)


@app.command("send-again")
def send_again(
    delivery: int,
    by: Annotated[str, typer.Option("--as", help="The administrator who decides; default: the operator.")] = "",
) -> None:
    """Try one once more. What is uncertain may have arrived, and then arrives twice."""
    desk, _ = desk_and_settings()
    try:
        with desk.store.writing() as session:
            failed.send_again(desk, session, delivery, officer_named(session, by) if by else None)
    except NotSentAgain as refused:
        refuse(desk.texts.say(refused.reason, "en"))
    out.print(f"Message {delivery} is sent again.")
