"""What the commands share: the settings, the desk, and the officer in whose name a command acts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.orm import Session

from bootstrap.assembly import open_desk
from bootstrap.settings import Settings, read_settings
from desk.desk import Desk
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people.model import Officer
from desk.units import service as units
from desk.units.model import Unit
from desk.visible import visible
from desk.working_time.hours import local


class Terminal(Console):
    """Shows words as they are: those of people may look like markup, or hold letters that steer a terminal."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(visible(text, keep="\n\t"), **how)


#: Only where a command writes marks of its own it asks for ``markup``.
out = Terminal(highlight=False, markup=False, emoji=False)


AsOf = Annotated[str | None, typer.Option("--as-of", help="The day, as 2026-07-01; default: today in Viet Nam.")]


def refuse(sentence: str) -> NoReturn:
    """End the command with one sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def fail(sentence: str) -> NoReturn:
    """End the command with one sentence, where what was asked for was right and could not be done."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def desk_and_settings() -> tuple[Desk, Settings]:
    """The desk on a migrated store."""
    settings = read_settings()
    desk = open_desk(settings)
    migrate(desk.store.engine)
    return desk, settings


def officer_named(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    if officer is None:
        refuse(f"There is no officer with the user name {username!r}; see `customs users list`.")
    return officer


def unit_coded(session: Session, code: str) -> Unit:
    unit = units.by_code(session, code)
    if unit is None:
        refuse(f"There is no unit {code!r}; see `customs units list`.")
    return unit


def day_of(typed: str | None, desk: Desk) -> dt.date:
    """The day that was given, or the desk's today."""
    return desk.today() if not typed else day_named(typed)


def day_named(typed: str, option: str = "--as-of") -> dt.date:
    """The day that was typed behind an option; ends the command where it is none."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        refuse(f"{option}: {typed!r} is no day; write it as 2026-07-01.")


def shown(moment: dt.datetime | None) -> str:
    """A moment for a table, in local time."""
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""
