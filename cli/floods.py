"""`customs floods`: what was refused because it was too much."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.parts import desk_and_settings, shown
from cli.terminal import out
from desk.floods import listing

app = typer.Typer(no_args_is_help=True, help="What was above a limit and refused: list.")


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the newest first.")] = 50) -> None:
    """List by minute what was refused, by which limit, and of whom: a chat, or a masked network address."""
    desk, _ = desk_and_settings()
    table = Table("minute", "came to", "limit", "source", "count")
    with desk.store.reading() as session:
        for each in listing.listed(session, limit=limit):
            table.add_row(shown(each.minute), each.channel, each.by_limit, Text(each.source), str(each.counted))
    out.print(table)
