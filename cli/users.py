"""`customs users`: the officers who sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from cli.parts import desk_and_settings, officer_named, shown, unit_coded
from cli.terminal import out, refuse
from desk.cases.model import Case
from desk.desk import Desk
from desk.people import administration, administrator_desk, attempts
from desk.people.administration import AdministrationRefused
from desk.people.model import Officer, Role
from desk.units.model import DEPARTMENT

app = typer.Typer(
    no_args_is_help=True,
    help="Officers: add, list, rename, appoint, dismiss, deactivate, activate, Telegram, and all about their sign-in.",
)


@app.command()
def add(
    username: str,
    name: Annotated[str, typer.Option(help="The officer's name as others see it.")],
    role: Annotated[Role, typer.Option(help="What the officer may do.")] = Role.OFFICER,
    unit: Annotated[str, typer.Option(help="The code of the unit in which, and below which, that is so.")] = DEPARTMENT,
) -> None:
    """Add an officer with a role in a unit; the password is shown once, and they choose another at first sign-in."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        place = unit_coded(session, unit)
        _, password = administration.add(
            session, username=username, name=name, role=role, unit=place, by=None, at=desk.now()
        )
    out.print(f"{username}: {password}", markup=False)


@app.command()
def appoint(username: str, role: Role, unit: str) -> None:
    """Give an officer one more role, in a unit and by that in all below it."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        officer = officer_named(session, username)
        administration.appoint(session, officer, role, unit_coded(session, unit), by=None, at=desk.now())
        out.print(f"{username}: {_roles(officer)}", markup=False)


@app.command()
def dismiss(username: str, role: Role, unit: str) -> None:
    """Take a role in a unit from an officer; held cases that are no longer theirs wait again."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        officer = officer_named(session, username)
        unit_given = unit_coded(session, unit)
        _show(administrator_desk.dismiss(desk, session, officer, role, unit_given, by=None))
        out.print(f"{username}: {_roles(officer) or 'no role'}", markup=False)


@app.command()
def deactivate(username: str) -> None:
    """Shut an officer out at once; the cases that they held wait again."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        _show(administrator_desk.deactivate(desk, session, officer_named(session, username), by=None))


@app.command()
def activate(username: str) -> None:
    """Let an officer in again."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        administration.activate(session, officer_named(session, username), by=None, at=desk.now())


@app.command()
def rename(username: str, name: str) -> None:
    """Change the name that others see."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        administration.rename(session, officer_named(session, username), name, by=None, at=desk.now())


@app.command()
def unlink(username: str) -> None:
    """End the link of an officer with a Telegram account."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        administration.unlink_telegram(session, officer_named(session, username), by=None, at=desk.now())


@contextmanager
def _refusing(desk: Desk) -> Iterator[None]:
    """End the command with the sentence of what was refused."""
    try:
        yield
    except AdministrationRefused as refused:
        refuse(desk.texts.say(refused.reason, "en"))


def _show(returned: list[Case]) -> None:
    """The cases that wait again."""
    for case in returned:
        out.print(f"{case.number}: {case.state.value}", markup=False)


@app.command("list")
def list_() -> None:
    """List the officers with their roles and units."""
    desk, _ = desk_and_settings()
    table = Table("user name", "name", "roles in units", "active", "second factor", "locked out until", "added")
    now = desk.now()
    with desk.store.reading() as session:
        for officer in session.scalars(select(Officer).order_by(Officer.username)):
            table.add_row(
                officer.username,
                officer.name,
                _roles(officer),
                "yes" if officer.active else "no",
                "on" if officer.second_factor_since else "off",
                shown(officer.locked_until) if attempts.is_locked_out(officer, now) else "",
                shown(officer.created_at),
            )
    out.print(table)


def _roles(officer: Officer) -> str:
    return ", ".join(f"{appointment.role} ({appointment.unit.code})" for appointment in officer.appointments)


@app.command("link-code")
def link_code(username: str) -> None:
    """A one-time code by which an officer links a Telegram account within ten minutes."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        code = administration.make_link_code(session, officer_named(session, username), by=None, at=desk.now())
    out.print(f"In a private chat with the bot, within 10 minutes:\n/start {code}", markup=False)


@app.command("set-password")
def set_password(username: str) -> None:
    """Give an officer a new random password, shown once, to be changed at the next sign-in, and end their sessions."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        officer = officer_named(session, username)
        password = administration.set_temporary_password(session, officer, by=None, at=desk.now())
    out.print(f"{username}: {password}", markup=False)


@app.command()
def unlock(username: str) -> None:
    """Let an officer try again who is locked out after wrong passwords or codes."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        administration.unlock(session, officer_named(session, username), by=None, at=desk.now())


@app.command("sign-out")
def sign_out(username: str) -> None:
    """End all sessions of an officer in the console."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        ended = administration.end_sessions(session, officer_named(session, username), by=None, at=desk.now())
    out.print(f"{username}: sessions ended: {ended}", markup=False)


@app.command("reset-second-factor")
def reset_second_factor(username: str) -> None:
    """Take the second factor from an officer who lost phone and recovery codes, and end their sessions."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        administration.reset_second_factor(session, officer_named(session, username), by=None, at=desk.now())


@app.command("unlink-account")
def unlink_account(username: str) -> None:
    """Forget which account of the authority an officer is, where they were given another, and sign them out."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        administration.unlink_identity(session, officer_named(session, username), by=None, at=desk.now())
