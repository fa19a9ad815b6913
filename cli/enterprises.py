"""`customs enterprises`: those on record, and who acts for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.enterprises import officer_desk, register
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership
from desk.letters import service as letters
from desk.people.model import Officer

app = typer.Typer(no_args_is_help=True, help="Enterprises: load those on record, see and settle who acts for them.")
As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]


@app.command()
def load(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="tax_code,name,contact,unit")]) -> None:
    """Load enterprises from a CSV file, all or none; contact is the e-mail address to which codes are sent."""
    desk, _ = desk_and_settings()
    try:
        entries = register.read(file)
        with desk.store.writing() as session:
            loaded = register.load(session, entries, desk.now())
    except register.RegisterError as refused:
        refuse("\n".join(refused.faults))
    out.print(f"{loaded.new} new, {loaded.changed} changed, {loaded.same} as they were")


@app.command("list")
def list_(wanted: Annotated[str, typer.Argument(help="Beginning of a tax code, or part of a name.")] = "") -> None:
    """List enterprises, and the requests that wait to be verified."""
    desk, _ = desk_and_settings()
    table = Table("tax code", "name", "contact", "unit", "waiting")
    with desk.store.reading() as session:
        waiting = [held.enterprise_id for held in enterprises.waiting(session)]
        for found in enterprises.found(session, wanted):
            unit = found.unit.code if found.unit else ""
            count = str(waiting.count(found.id) or "")
            table.add_row(found.tax_code, found.name, found.contact or "", unit, count)
    out.print(table)


@app.command()
def show(tax_code: str) -> None:
    """Show an enterprise with everybody who acts, asks to act or acted for it."""
    desk, _ = desk_and_settings()
    table = Table("request", "person", "as", "state", "asked", "settled", "how")
    with desk.store.reading() as session:
        enterprise = enterprises.by_tax_code(session, tax_code)
        if enterprise is None:
            refuse(f"There is no enterprise with the tax code {tax_code!r}.")
        out.print(f"{enterprise.tax_code} {enterprise.name} | {enterprise.contact or '-'}", markup=False)
        for held in enterprises.people_of(session, enterprise):
            who = held.introduction or held.person.name or ""
            times = shown(held.asked_at), shown(held.settled_at)
            table.add_row(str(held.id), who, held.kind, held.state, *times, held.how or "")
    out.print(table)


@app.command()
def verify(request: int, officer: As) -> None:
    """Verify a request; the person is told."""
    _act(request, officer, officer_desk.verify)


@app.command("refuse")
def refuse_(request: int, reason: str, officer: As) -> None:
    """Turn a request down; the person is told the reason."""
    _act(request, officer, lambda desk, session, held, who: officer_desk.refuse(desk, session, held, who, reason))


@app.command()
def end(request: int, officer: As) -> None:
    """End a request, or the access of somebody who was verified; the person is told."""
    _act(request, officer, officer_desk.end)


@app.command("letters")
def letters_() -> None:
    """List the newest letters with what became of them; their text is not kept."""
    desk, _ = desk_and_settings()
    table = Table("written", "to", "state", "attempts", "error")
    with desk.store.reading() as session:
        for letter in letters.listed(session):
            attempts = str(letter.attempts)
            table.add_row(shown(letter.created_at), letter.recipient, letter.state, attempts, letter.error or "")
    out.print(table)


def _act(request: int, username: str, act: Callable[[Desk, Session, Membership, Officer], None]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        held = session.scalar(select(Membership).where(Membership.id == request))
        if held is None:
            refuse(f"There is no request {request}; see `customs enterprises show`.")
        try:
            act(desk, session, held, officer_named(session, username))
        except enterprises.EnterpriseRefused as refused:
            refuse(desk.texts.say(refused.reason, "en"))
        enterprise: Enterprise = held.enterprise
        out.print(f"{enterprise.tax_code}, request {held.id}: {held.state}")
