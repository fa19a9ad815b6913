"""`customs accounts`: persons who sign in on the web, for when somebody's mailbox or computer is in other hands."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, shown
from cli.terminal import out, refuse
from desk.accounts import overview, sessions
from desk.accounts import service as accounts
from desk.conversations.model import Person

app = typer.Typer(no_args_is_help=True, help="Persons who sign in on the web: see where, and sign them out.")
Address = Annotated[str, typer.Argument(help="The e-mail address by which the person signs in.")]


@app.command()
def show(address: Address) -> None:
    """Where a person is signed in, and for which enterprises they act."""
    desk, _ = desk_and_settings()
    table = Table("browser", "by", "shared", "since", "seen")
    with desk.store.reading() as session:
        found = overview.of(desk, session, _person(session, address))
        for held in found.sign_ins:
            table.add_row(
                held.device, held.how, "yes" if held.shared else "", shown(held.created_at), shown(held.seen_at)
            )
        acts = [f"{held.enterprise.tax_code} ({held.kind}, {held.state})" for held in found.memberships]
    out.print(table)
    out.print(f"acts for: {', '.join(acts) or 'nobody'}")


@app.command("sign-out")
def sign_out(address: Address) -> None:
    """End all of a person's sessions; what they act for is ended with `customs enterprises end`."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        ended = sessions.end_all(session, _person(session, address), desk.now(), by="operator")
    out.print(f"{ended} session{'' if ended == 1 else 's'} ended")


def _person(session: Session, address: str) -> Person:
    person = accounts.by_email(session, address.strip().lower())
    if person is None:
        refuse(f"Nobody signs in with {address!r}.")
    return person
