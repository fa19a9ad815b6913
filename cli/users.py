"""`customs users`: the officers who sign in."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from cli.parts import desk_and_settings, officer_named, out, refuse, shown
from desk.people import service as people
from desk.people.model import Officer, Role

app = typer.Typer(no_args_is_help=True, help="Officers: add, list, link Telegram, set a password.")


def new_password() -> str:
    """A random password of 16 characters."""
    return secrets.token_urlsafe(12)


@app.command()
def add(
    username: str,
    name: Annotated[str, typer.Option(help="The officer's name as others see it.")],
    role: Annotated[Role, typer.Option(help="What the officer may do.")] = Role.OFFICER,
) -> None:
    """Add an officer; the password is shown once."""
    desk, _ = desk_and_settings()
    password = new_password()
    with desk.store.writing() as session:
        try:
            people.add_officer(
                session, username=username, name=name, role=role, password=password, by="operator", at=desk.now()
            )
        except people.PersonRefused as refused:
            refuse(f"{refused}.".capitalize())
    out.print(f"{username}: {password}", markup=False)


@app.command("list")
def list_() -> None:
    """List the officers."""
    desk, _ = desk_and_settings()
    table = Table("user name", "name", "role", "active", "added")
    with desk.store.reading() as session:
        for officer in session.scalars(select(Officer).order_by(Officer.username)):
            added = shown(officer.created_at)
            table.add_row(officer.username, officer.name, _roles(officer), "yes" if officer.active else "no", added)
    out.print(table)


def _roles(officer: Officer) -> str:
    return ", ".join(f"{appointment.role} ({appointment.unit.code})" for appointment in officer.appointments)


@app.command("link-code")
def link_code(username: str) -> None:
    """A one-time code by which an officer links a Telegram account within ten minutes."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        code = people.make_link_code(session, officer_named(session, username), by="operator", at=desk.now())
    out.print(f"In a private chat with the bot, within 10 minutes:\n/start {code}", markup=False)


@app.command("set-password")
def set_password(username: str) -> None:
    """Give an officer a new random password, shown once, and end their sessions."""
    desk, _ = desk_and_settings()
    password = new_password()
    with desk.store.writing() as session:
        people.set_password(session, officer_named(session, username), password, by="operator", at=desk.now())
    out.print(f"{username}: {password}", markup=False)
